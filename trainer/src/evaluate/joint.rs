//! One limit for all parts of a score together: how far the furthest part may be from its median, such that a stated share of
//! normal windows is beyond.
//!
//! A part's distance is |ln((part + o) / (median + o))| in units of the same of its 95th percentile above the median and of its 5th below,
//! o as in [`Deviation`](super::deviation::Deviation). Limits on each part by itself would add up their false alarms.
//!
//! The limit on the largest distance d is the order statistic ⌈(n + 1)(1 − share)⌉ of n independent windows where n ≥ 1 / share. With fewer
//! the tail is extrapolated: peaks over a threshold (Balkema and de Haan 1974, Pickands 1975), the generalized Pareto distribution
//! fitted to the largest tenth, ten at least, by probability-weighted moments (Hosking and Wallis 1987), its shape held within ± 0.5,
//! and the result widened by 1 + 1 / √n.

use super::metrics::percentile_sorted;
use super::scores::Parts;

/// Smallest unit, a tenth: parts that hardly vary are not measured by their variation.
const LEAST_UNIT: f64 = 0.095_310_179_804_324_9; // ln 1.1

/// Part of the values that the tail is fitted to, and how many at least.
const TAIL: f64 = 0.1;
const LEAST_TAIL: usize = 10;

/// Largest magnitude of the tail's shape.
const MOST_SHAPE: f64 = 0.5;

/// Lower and upper limits of the parts.
pub(super) struct Joint {
    pub(super) lower: Parts,
    pub(super) upper: Parts,
}

/// Limits that `share` of independent normal windows are beyond, in one part or another. `counted` says of each window whether it is
/// abnormal anyway, for another reason; `offset` is o of a part with a given median. Windows overlap such that every `interleaved`-th
/// is independent.
pub(super) fn limits(
    all: &[Parts],
    counted: &[bool],
    share: f64,
    interleaved: usize,
    offset: impl Fn(f64) -> f64,
) -> Joint {
    let units: [Unit; 3] = std::array::from_fn(|i| Unit::of(all.iter().map(|parts| parts[i]), &offset));
    let distance = |parts: &Parts| (0..3).map(|i| units[i].distance(parts[i])).fold(0.0, f64::max);
    let distances: Vec<f64> = all
        .iter()
        .enumerate()
        .map(|(k, parts)| if counted.get(k) == Some(&true) { f64::INFINITY } else { distance(parts) })
        .collect();
    // Each set of independent windows gives a limit; together they say more than one.
    let phases = interleaved.clamp(1, distances.len().max(1));
    let limits: Vec<f64> = (0..phases)
        .map(|phase| limit(distances.iter().copied().skip(phase).step_by(phases).collect(), share))
        .collect();
    let c = limits.iter().sum::<f64>() / limits.len() as f64;
    Joint { lower: units.each_ref().map(|unit| unit.at(-c)), upper: units.each_ref().map(|unit| unit.at(c)) }
}

/// How one part varies.
struct Unit {
    median: f64,
    offset: f64,
    below: f64,
    above: f64,
}

impl Unit {
    fn of(values: impl Iterator<Item = f64>, offset: &impl Fn(f64) -> f64) -> Self {
        let mut sorted: Vec<f64> = values.collect();
        sorted.sort_by(f64::total_cmp);
        let median = percentile_sorted(&sorted, 50.0);
        let o = offset(median);
        let log = |percent| ((percentile_sorted(&sorted, percent) + o) / (median + o)).ln().abs().max(LEAST_UNIT);
        Self { median, offset: o, below: log(5.0), above: log(95.0) }
    }

    fn distance(&self, value: f64) -> f64 {
        let ratio = ((value + self.offset) / (self.median + self.offset)).ln();
        ratio.abs() / if ratio < 0.0 { self.below } else { self.above }
    }

    /// The value at a distance, below the median where it is negative.
    fn at(&self, distance: f64) -> f64 {
        let unit = if distance < 0.0 { self.below } else { self.above };
        ((self.median + self.offset) * (distance * unit).exp() - self.offset).max(0.0)
    }
}

/// The value that `share` of independent values like these are above.
fn limit(mut values: Vec<f64>, share: f64) -> f64 {
    let n = values.len();
    values.sort_by(f64::total_cmp);
    // What is infinite counts as beyond any limit; the limit itself is one of the others.
    let finite = values.iter().filter(|v| v.is_finite()).count();
    let Some(largest) = finite.checked_sub(1).map(|last| values[last]) else { return 0.0 };
    if n as f64 >= 1.0 / share {
        let rank = ((n as f64 + 1.0) * (1.0 - share)).ceil() as usize;
        return values[rank.clamp(1, n) - 1].min(largest);
    }
    let wider = 1.0 + 1.0 / (n as f64).sqrt();
    let tail = ((TAIL * n as f64).ceil() as usize).max(LEAST_TAIL);
    if finite < 2 * LEAST_TAIL {
        return largest * wider;
    }
    let from = values[finite - tail - 1];
    let beyond: Vec<f64> = values[finite - tail..finite].iter().map(|v| v - from).collect();
    (from + pareto_quantile(&beyond, share * n as f64 / tail as f64)).max(largest) * wider
}

/// What `share` of a generalized Pareto distribution is above, by probability-weighted moments of sorted values.
fn pareto_quantile(sorted: &[f64], share: f64) -> f64 {
    let k = sorted.len() as f64;
    let mean = sorted.iter().sum::<f64>() / k;
    let weighted = sorted.iter().enumerate().map(|(j, y)| (1.0 - (j as f64 + 0.65) / k) * y).sum::<f64>() / k;
    if mean <= 0.0 {
        return 0.0;
    }
    let shape = (2.0 - mean / (mean - 2.0 * weighted)).clamp(-MOST_SHAPE, MOST_SHAPE);
    let shape = if shape.is_finite() { shape } else { 0.0 };
    let scale = mean * (1.0 - shape);
    match shape.abs() < 1e-6 {
        true => -scale * share.ln(),
        false => scale / shape * (share.powf(-shape) - 1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::random::Stream;

    /// Scores whose parts go together, with a tail that is heavier than a normal one.
    fn scores(n: usize, random: &mut Stream) -> Vec<Parts> {
        (0..n)
            .map(|_| {
                let common = random.normal(0.2);
                std::array::from_fn(|i| 1000.0 * (common + random.normal(0.1) * (i + 1) as f64).exp())
            })
            .collect()
    }

    fn achieved(n: usize, share: f64, seed: u64) -> f64 {
        let mut random = Stream::new(seed, "tests/joint");
        let limits = limits(&scores(n, &mut random), &[], share, 1, |_| 1.0);
        let fresh = scores(4000, &mut random);
        let beyond = |p: &&Parts| (0..3).any(|i| !(limits.lower[i]..=limits.upper[i]).contains(&p[i]));
        fresh.iter().filter(beyond).count() as f64 / 4000.0
    }

    #[test]
    fn the_share_that_was_asked_for_is_achieved() {
        for (n, share, most) in
            [(50, 0.01, 2.5), (100, 0.01, 1.7), (200, 0.01, 1.5), (500, 0.01, 1.3), (1000, 0.02, 1.2)]
        {
            let draws: Vec<f64> = (0..200).map(|seed| achieved(n, share, seed)).collect();
            let mean = draws.iter().sum::<f64>() / draws.len() as f64;
            assert!(
                mean < most * share && mean > 0.3 * share,
                "{n} windows: {:.2} % for {} %",
                100.0 * mean,
                100.0 * share
            );
        }
        // The tail is extrapolated.
        for (n, most) in [(50, 0.005), (100, 0.0025), (200, 0.002), (500, 0.002)] {
            let mean = (0..100).map(|seed| achieved(n, 0.001, seed)).sum::<f64>() / 100.0;
            assert!(mean < most, "{n} windows: {:.3} %", 100.0 * mean);
        }
    }

    #[test]
    fn windows_that_are_abnormal_anyway_are_among_the_share() {
        let all: Vec<Parts> = (0..200).map(|i| [f64::from(1000 + i); 3]).collect();
        let with = |counted: usize| {
            let counted: Vec<bool> = (0..200).map(|i| i >= 200 - counted).collect();
            limits(&all, &counted, 0.02, 1, |_| 1.0).upper[0]
        };
        assert!(with(3) > with(0) && with(3) < 1.1 * with(0), "{} {}", with(0), with(3));
        assert!(with(200).is_finite());
    }

    #[test]
    fn few_and_equal_scores_have_limits_around_them() {
        for n in [1, 2, 5, 30] {
            let limits = limits(&vec![[7.0; 3]; n], &[], 0.01, 1, |_| 1.0);
            assert!(limits.lower[0] <= 7.0 && limits.upper[0] >= 7.0 && limits.upper[0].is_finite());
        }
    }
}
