//! The period of a signal, by its autocorrelation.

/// Samples that are looked at.
const LOOKED_AT: usize = 16_384;

/// Samples of a period and the autocorrelation there; `None` where no lag up to a third of the samples (and 4096) reaches 0.4.
pub(super) fn period(values: impl Iterator<Item = f32>) -> Option<(usize, f64)> {
    const LONGEST: usize = 4096;
    const LEAST: f64 = 0.4;
    let mut x: Vec<f32> = values.take(LOOKED_AT).collect();
    let mean = x.iter().map(|v| f64::from(*v)).sum::<f64>() / x.len().max(1) as f64;
    x.iter_mut().for_each(|v| *v -= mean as f32);
    let energy = |part: &[f32]| part.iter().map(|v| f64::from(*v).powi(2)).sum::<f64>();
    let lags = (x.len() / 3).min(LONGEST);
    if lags < 3 || energy(&x) == 0.0 {
        return None;
    }
    let correlation: Vec<f64> = (0..=lags)
        .map(|lag| {
            let (a, b) = (&x[..x.len() - lag], &x[lag..]);
            let product: f32 = a.iter().zip(b).map(|(a, b)| a * b).sum();
            f64::from(product) / (energy(a) * energy(b)).sqrt().max(f64::MIN_POSITIVE)
        })
        .collect();
    // Neighbours are alike; a period begins where they no longer are.
    let apart = correlation.iter().position(|r| *r < 0.2)?;
    let peak = |lag: usize| {
        let r = correlation[lag];
        r >= correlation[lag - 1] && correlation.get(lag + 1).is_none_or(|next| r >= *next)
    };
    let best = (apart.max(2)..lags).filter(|lag| peak(*lag)).map(|lag| correlation[lag]).fold(0.0, f64::max);
    if best < LEAST {
        return None;
    }
    // Twice the period is one, too: the first that is nearly as good, and the best of its neighbours.
    let first = (apart.max(2)..lags).find(|lag| peak(*lag) && correlation[*lag] >= 0.9 * best)?;
    let near = (first..lags).take_while(|lag| correlation[*lag] >= 0.9 * best);
    near.max_by(|a, b| correlation[*a].total_cmp(&correlation[*b])).map(|lag| (lag, correlation[lag]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_found_and_noise_has_none() {
        let sine = |n: usize, period: f32| (0..n).map(move |i| (i as f32 * std::f32::consts::TAU / period).sin());
        assert_eq!(period(sine(5000, 250.0)).unwrap().0, 250);
        assert_eq!(period(sine(300, 12.0)).unwrap().0, 12);
        let pulses = (0..3000).map(|i| if i % 90 < 4 { 1.0 } else { 0.0 });
        assert_eq!(period(pulses).unwrap().0, 90);
        let next = |state: &mut u32| {
            *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            Some((*state >> 16) as f32)
        };
        assert_eq!(period((0..5000).scan(7, |state, _| next(state))), None);
        assert_eq!(period(std::iter::repeat_n(3.0, 500)), None);
        assert_eq!(period(std::iter::empty()), None);
    }
}
