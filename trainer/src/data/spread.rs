//! How the values of a channel spread, such that a few that are far out do not decide it.
//!
//! The *usual range* reaches from the 0.1th to the 99.9th percentile and a quarter of their distance beyond each: 4.6 standard
//! deviations for normal noise. Mean and standard deviation are winsorized by it: what lies beyond counts as its ends. Values
//! without anything far out have the ordinary mean and standard deviation.

/// Part of the values that is cut at each end before the range is widened.
const CUT: f64 = 0.001;

/// At least so many values are cut at each end, so that a glitch is one in short recordings, too.
const LEAST_CUT: usize = 2;

/// By how much of its length the range is widened at each end.
const WIDER: f64 = 0.25;

/// Values that the percentiles are taken of; of more, every second, third, … is taken.
const LOOKED_AT: usize = 1 << 20;

/// Spread of one channel's values, in their unit.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Spread {
    /// Number of values.
    pub count: usize,
    /// Smallest.
    pub min: f32,
    /// Largest.
    pub max: f32,
    /// Lower end of the usual range.
    pub low: f32,
    /// Upper end of the usual range.
    pub high: f32,
    /// Values beyond the usual range.
    pub beyond: usize,
    /// Winsorized mean.
    pub mean: f64,
    /// Winsorized standard deviation.
    pub std: f64,
    /// Whether nearly all values are one and the same.
    pub constant: bool,
}

/// Measures the values that `values` gives each time that it is called.
pub fn spread<I: Iterator<Item = f32>>(values: impl Fn() -> I) -> Spread {
    let mut all = Spread { min: f32::INFINITY, max: f32::NEG_INFINITY, ..Spread::default() };
    for v in values() {
        (all.count, all.min, all.max) = (all.count + 1, all.min.min(v), all.max.max(v));
    }
    if all.count == 0 {
        return Spread::default();
    }
    let mut looked: Vec<f32> = values().step_by(all.count.div_ceil(LOOKED_AT)).collect();
    let cut = ((looked.len() as f64 * CUT) as usize).max(LEAST_CUT).min((looked.len() - 1) / 2);
    let last = looked.len() - 1 - cut;
    let low = *looked.select_nth_unstable_by(cut, f32::total_cmp).1;
    let high = *looked.select_nth_unstable_by(last, f32::total_cmp).1;
    // A range of no length says nothing about what is far out.
    all.constant = low == high;
    let wider = WIDER * (f64::from(high) - f64::from(low));
    (all.low, all.high) = match all.constant {
        true => (all.min, all.max),
        false => (all.min.max((f64::from(low) - wider) as f32), all.max.min((f64::from(high) + wider) as f32)),
    };
    let inside = |v: f32| f64::from(v.clamp(all.low, all.high));
    let (mut sum, mut beyond) = (0.0, 0);
    for v in values() {
        sum += inside(v);
        beyond += usize::from(v < all.low || v > all.high);
    }
    all.beyond = beyond;
    all.mean = sum / all.count as f64;
    let squares: f64 = values().map(|v| (inside(v) - all.mean).powi(2)).sum();
    all.std = (squares / all.count as f64).sqrt();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[f32]) -> Spread {
        spread(|| values.iter().copied())
    }

    #[test]
    fn values_without_outliers_have_their_own_statistics() {
        let values: Vec<f32> = (0..5000u16).map(|i| f32::from(i % 100)).collect();
        let all = of(&values);
        assert_eq!((all.min, all.max, all.low, all.high, all.beyond), (0.0, 99.0, 0.0, 99.0, 0));
        assert!((all.mean - 49.5).abs() < 1e-9 && (all.std - 28.866).abs() < 1e-3);
        assert!(!all.constant);
    }

    #[test]
    fn few_values_far_out_are_beyond() {
        for count in [100usize, 3000, 80_000] {
            let mut values: Vec<f32> = (0..count).map(|i| (i % 50) as f32).collect();
            values[count / 2] = 1e6;
            values[count / 3] = -1e6;
            let all = of(&values);
            assert_eq!(all.beyond, 2, "{count}");
            assert!(all.high < 70.0 && all.low > -20.0 && all.max == 1e6);
        }
    }

    #[test]
    fn constant_but_for_a_glitch_is_constant() {
        let mut values = vec![512.0; 3000];
        values[7] = 600.0;
        assert!(of(&values).constant);
        assert_eq!(of(&[]), Spread::default());
        assert!(of(&[3.0]).constant);
    }
}
