//! AdamW over one flat parameter tensor.

use crate::error::Result;
use candle_core::{CpuStorage, DType, Device, InplaceOp2, InplaceOp3, Layout, Tensor, Var};

const BETA1: f64 = 0.9;
const BETA2: f64 = 0.999;
const EPSILON: f64 = 1e-8;

/// AdamW (Loshchilov and Hutter 2019) with the moments of one flat parameter tensor.
#[derive(Debug)]
pub(crate) struct Adam {
    /// Running mean of gradients and of their squares.
    pub(crate) moments: [Tensor; 2],
    /// Steps done.
    pub(crate) step: usize,
    /// Decoupled weight decay.
    weight_decay: f64,
}

impl Adam {
    /// Before the first step, for `n` parameters.
    pub(crate) fn new(n: usize, weight_decay: f64, device: &Device) -> Result<Self> {
        let zeros = || Tensor::zeros(n, DType::F32, device);
        Ok(Self { moments: [zeros()?, zeros()?], step: 0, weight_decay })
    }

    /// One step against `gradient` at learning rate `rate`.
    pub(crate) fn step(&mut self, parameters: &Var, gradient: &Tensor, rate: f64) -> Result<()> {
        self.step += 1;
        let exponent = self.step.min(i32::MAX as usize) as i32;
        let update = Update {
            rate: (rate / (1.0 - BETA1.powi(exponent))) as f32,
            scale: (1.0 / (1.0 - BETA2.powi(exponent)).sqrt()) as f32,
            keep: (1.0 - rate * self.weight_decay) as f32,
        };
        let [m, v] = &mut self.moments;
        if parameters.device().is_cpu() {
            m.inplace_op2(gradient, &Average { keep: BETA1, squared: false })?;
            v.inplace_op2(gradient, &Average { keep: BETA2, squared: true })?;
            parameters.as_tensor().inplace_op3(m, v, &update)?;
        } else {
            *m = ((&*m * BETA1)? + (gradient * (1.0 - BETA1))?)?;
            *v = ((&*v * BETA2)? + (gradient.sqr()? * (1.0 - BETA2))?)?;
            let down = ((v.sqrt()? * f64::from(update.scale))? + EPSILON)?;
            let next =
                ((parameters.as_tensor() * f64::from(update.keep))? - ((&*m / down)? * f64::from(update.rate))?)?;
            parameters.set(&next)?;
        }
        Ok(())
    }
}

/// a ← keep·a + (1 − keep)·g, or with g².
struct Average {
    keep: f64,
    squared: bool,
}

impl InplaceOp2 for Average {
    fn name(&self) -> &'static str {
        "running-mean"
    }

    fn cpu_fwd(&self, a: &mut CpuStorage, la: &Layout, g: &CpuStorage, lg: &Layout) -> candle_core::Result<()> {
        let (a, g) = (values_mut(a, la)?, values(g, lg)?);
        let (keep, rest) = (self.keep as f32, (1.0 - self.keep) as f32);
        if self.squared {
            a.iter_mut().zip(g).for_each(|(a, g)| *a = keep * *a + rest * (g * g));
        } else {
            a.iter_mut().zip(g).for_each(|(a, g)| *a = keep * *a + rest * g);
        }
        Ok(())
    }
}

/// p ← keep·p − rate·m / (scale·√v + ε).
struct Update {
    rate: f32,
    scale: f32,
    keep: f32,
}

impl InplaceOp3 for Update {
    fn name(&self) -> &'static str {
        "adam-update"
    }

    fn cpu_fwd(
        &self,
        p: &mut CpuStorage,
        lp: &Layout,
        m: &CpuStorage,
        lm: &Layout,
        v: &CpuStorage,
        lv: &Layout,
    ) -> candle_core::Result<()> {
        let (p, m, v) = (values_mut(p, lp)?, values(m, lm)?, values(v, lv)?);
        for ((p, m), v) in p.iter_mut().zip(m).zip(v) {
            *p = self.keep * *p - self.rate * m / (self.scale * v.sqrt() + EPSILON as f32);
        }
        Ok(())
    }
}

/// The contiguous values of a CPU tensor.
fn values<'a>(storage: &'a CpuStorage, layout: &Layout) -> candle_core::Result<&'a [f32]> {
    match (storage.as_slice::<f32>()?, layout.contiguous_offsets()) {
        (all, Some((from, to))) => Ok(&all[from..to]),
        _ => candle_core::bail!("the optimizer needs contiguous tensors"),
    }
}

fn values_mut<'a>(storage: &'a mut CpuStorage, layout: &Layout) -> candle_core::Result<&'a mut [f32]> {
    match (storage, layout.contiguous_offsets()) {
        (CpuStorage::F32(all), Some((from, to))) => Ok(&mut all[from..to]),
        _ => candle_core::bail!("the optimizer needs contiguous f32 tensors"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_nn::{AdamW, Optimizer, ParamsAdamW};

    #[test]
    fn steps_like_candles_adamw() {
        let start = Tensor::new(&[0.5f32, -1.0, 2.0, 0.0, -0.25], &Device::Cpu).unwrap();
        let (ours, theirs) = (Var::from_tensor(&start).unwrap(), Var::from_tensor(&start).unwrap());
        let ours = Var::from_tensor(&ours.copy().unwrap()).unwrap();
        let mut adam = Adam::new(5, 0.1, &Device::Cpu).unwrap();
        let settings = ParamsAdamW { lr: 0.02, weight_decay: 0.1, ..ParamsAdamW::default() };
        let mut other = AdamW::new(vec![theirs.clone()], settings).unwrap();
        for _ in 0..20 {
            let loss = |v: &Var| (v.sqr().unwrap() * 0.5).unwrap().sum_all().unwrap();
            let gradient = loss(&ours).backward().unwrap();
            adam.step(&ours, gradient.get(&ours).unwrap(), 0.02).unwrap();
            other.backward_step(&loss(&theirs)).unwrap();
        }
        let (a, b) = (ours.to_vec1::<f32>().unwrap(), theirs.to_vec1::<f32>().unwrap());
        assert_ne!(a, start.to_vec1::<f32>().unwrap());
        for (a, b) in a.iter().zip(&b) {
            assert!((a - b).abs() < 1e-5, "{a} {b}");
        }
    }
}
