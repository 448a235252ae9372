//! How the values of a channel spread, such that a few that are far out do not decide it.
//!
//! The *usual range* reaches from the 0.1th to the 99.9th percentile and a quarter of their distance beyond each: 4.6 standard
//! deviations for normal noise; it never reaches further than twice the distance of the 0.5th and the 99.5th percentile beyond these,
//! so that spikes may be as frequent as one in 200 samples. Mean and standard deviation are winsorized by it: what lies beyond counts as its ends. Values
//! without anything far out have the ordinary mean and standard deviation.

/// Part of the values that is cut at each end before the range is widened.
const CUT: f64 = 0.001;

/// At least so many values are cut at each end, so that a glitch is one in short recordings, too.
const LEAST_CUT: usize = 2;

/// By how much of its length the range is widened at each end.
const WIDER: f64 = 0.25;

/// A second, wider cut, for what is far out more often than [`CUT`], such as an interference twice a second ...
const FENCE_CUT: f64 = 0.005;

/// ... and by how many of its lengths that range is widened at each end: to 13 standard deviations for normal noise.
const FENCE_WIDER: f64 = 2.0;

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
    let widened = |low: f32, high: f32, by: f64| {
        let wider = by * (f64::from(high) - f64::from(low));
        [(f64::from(low) - wider) as f32, (f64::from(high) + wider) as f32]
    };
    let [near_low, near_high] = widened(low, high, WIDER);
    let cut = ((looked.len() as f64 * FENCE_CUT) as usize).max(cut);
    let last = looked.len() - 1 - cut;
    let low = *looked.select_nth_unstable_by(cut, f32::total_cmp).1;
    let high = *looked.select_nth_unstable_by(last, f32::total_cmp).1;
    let fence = if low < high { widened(low, high, FENCE_WIDER) } else { [f32::NEG_INFINITY, f32::INFINITY] };
    (all.low, all.high) = match all.constant {
        true => (all.min, all.max),
        false => (all.min.max(near_low.max(fence[0])), all.max.min(near_high.min(fence[1]))),
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
    fn frequent_spikes_are_beyond_and_frequent_pulses_are_not() {
        let noise = |i: usize| (i * 7919 % 613) as f32;
        let with = |every: usize, height: f32| -> Spread {
            of(&(0..60_000).map(|i| if i % every == 0 { height } else { noise(i) }).collect::<Vec<_>>())
        };
        let spikes = with(300, 65_535.0);
        assert!(spikes.beyond == 200 && spikes.high < 2000.0, "{spikes:?}");
        // A press that strikes for a hundredth of the time is a part of what is normal.
        let pulses = with(100, 65_535.0);
        assert!(pulses.beyond == 0 && pulses.high == 65_535.0, "{pulses:?}");
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
