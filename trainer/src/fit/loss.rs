//! What training minimizes, as a mean over all values of all samples.

use candle_core::Tensor;
use serde::{Deserialize, Serialize};

/// The loss of a reconstruction y against its target t, with d = y − t.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    /// Mean of d².
    #[default]
    Mse,
    /// Mean of |d|.
    L1,
    /// Mean of d²/2 where |d| < 1, else of |d| − 1/2 (Huber 1964, δ = 1).
    Huber,
}

impl Loss {
    /// The loss of one value.
    #[inline]
    pub fn value(self, d: f32) -> f32 {
        match self {
            Self::Mse => d * d,
            Self::L1 => d.abs(),
            Self::Huber => {
                let near = d.abs().min(1.0);
                near * (d.abs() - 0.5 * near)
            }
        }
    }

    /// Its derivative by d.
    #[inline]
    pub fn slope(self, d: f32) -> f32 {
        match self {
            Self::Mse => 2.0 * d,
            Self::L1 if d == 0.0 => 0.0,
            Self::L1 => d.signum(),
            Self::Huber => d.clamp(-1.0, 1.0),
        }
    }

    /// The mean loss as a differentiable scalar, with candle's own operators.
    ///
    /// # Errors
    /// Whatever candle reports.
    pub fn mean(self, output: &Tensor, target: &Tensor) -> candle_core::Result<Tensor> {
        let d = (output - target)?;
        match self {
            Self::Mse => d.sqr()?.mean_all(),
            Self::L1 => d.abs()?.mean_all(),
            Self::Huber => {
                let far = d.abs()?;
                let near = far.minimum(1f64)?;
                ((&far * &near)? - (near.sqr()? * 0.5)?)?.mean_all()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::{Device, Var};

    #[test]
    fn slopes_are_candles_gradients() {
        let at = [-2.5f32, -1.2, -0.4, 0.3, 0.9, 1.7];
        for loss in [Loss::Mse, Loss::L1, Loss::Huber] {
            let y = Var::new(&at, &Device::Cpu).unwrap();
            let mean = loss.mean(&y, &y.zeros_like().unwrap()).unwrap();
            let want: f32 = at.iter().map(|&d| loss.value(d)).sum::<f32>() / 6.0;
            assert!((mean.to_scalar::<f32>().unwrap() - want).abs() < 1e-6);
            let gradient = mean.backward().unwrap().get(&y).unwrap().to_vec1::<f32>().unwrap();
            for (g, d) in gradient.iter().zip(at) {
                assert!((g * 6.0 - loss.slope(d)).abs() < 1e-5, "{loss:?} at {d}: {g}");
            }
        }
    }
}
