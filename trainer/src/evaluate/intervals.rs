//! How sure a share or a rate is that was counted, and what a limit says that was taken from scores: exact intervals.
//!
//! All say at least what they promise, whatever the true value is: the binomial one for `k` of `n` (Clopper and Pearson 1934, "The use of
//! confidence or fiducial limits illustrated in the case of the binomial"), the Poisson one for a count over an exposure (Garwood 1936,
//! "Fiducial limits for the Poisson distribution"), that of a limit for an order statistic (Wilks 1941, "Determination of sample sizes for
//! setting tolerance limits").

use statrs::distribution::{Beta, ContinuousCDF, Gamma};

/// Probability that the true value lies within, where nothing else is asked for.
pub const CONFIDENCE: f64 = 0.95;

/// The share that `k` of `n` independent trials tell of, `[low, high]` within 0 to 1. `k` above `n` counts as `n`; without a trial, or with a
/// confidence outside 0 to 1, it is all of 0 to 1.
pub fn binomial(k: usize, n: usize, confidence: f64) -> [f64; 2] {
    let Some(tail) = tail(confidence).filter(|_| n > 0) else { return [0.0, 1.0] };
    let k = k.min(n);
    let (hits, misses) = (k as f64, (n - k) as f64);
    let low = if k == 0 { 0.0 } else { Beta::new(hits, misses + 1.0).map_or(0.0, |b| b.inverse_cdf(tail)) };
    let high = if k == n { 1.0 } else { Beta::new(hits + 1.0, misses).map_or(1.0, |b| b.inverse_cdf(1.0 - tail)) };
    [low, high]
}

/// The rate that `count` independent events over `exposure` tell of, `[low, high]` in events a unit of the exposure. Without an exposure,
/// or with a confidence outside 0 to 1, it is all of 0 to infinity.
pub fn poisson(count: usize, exposure: f64, confidence: f64) -> [f64; 2] {
    let usable = exposure > 0.0 && exposure.is_finite();
    let Some(tail) = tail(confidence).filter(|_| usable) else { return [0.0, f64::INFINITY] };
    // Half a quantile of chi-squared with 2 k degrees of freedom is one of gamma with shape k.
    let at = |shape: usize, share: f64, or: f64| Gamma::new(shape as f64, 1.0).map_or(or, |g| g.inverse_cdf(share));
    let low = if count == 0 { 0.0 } else { at(count, tail, 0.0) };
    [low / exposure, at(count + 1, 1.0 - tail, f64::INFINITY) / exposure]
}

/// The share of further values beyond a limit that is the `rank`-th smallest (from 1) of `n` independent values, `[low, high]` within 0 to 1.
///
/// Whatever the values are, as long as they do not tie, that share is distributed by Beta(n + 1 − rank, rank) (David and Nagaraja 2003,
/// Order Statistics, 2.5). A rank above `n` counts as `n`; without a value, with rank 0, or with a confidence outside 0 to 1, it is all of
/// 0 to 1.
pub fn exceedance(rank: usize, n: usize, confidence: f64) -> [f64; 2] {
    let rank = rank.min(n);
    let Some(tail) = tail(confidence).filter(|_| rank > 0) else { return [0.0, 1.0] };
    let share = Beta::new((n + 1 - rank) as f64, rank as f64);
    share.map_or([0.0, 1.0], |share| [share.inverse_cdf(tail), share.inverse_cdf(1.0 - tail)])
}

/// What lies beyond each end.
fn tail(confidence: f64) -> Option<f64> {
    (confidence > 0.0 && confidence < 1.0).then_some((1.0 - confidence) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::distribution::{Binomial, DiscreteCDF, Poisson};

    fn near([low, high]: [f64; 2], [a, b]: [f64; 2]) -> bool {
        (low - a).abs() < 1e-4 && (high - b).abs() < 1e-4
    }

    #[test]
    fn ends_known_in_closed_form() {
        // None of n: 1 − 0.025^(1/n); no event: −ln 0.025.
        let high = 1.0 - 0.025_f64.powf(1.0 / 30.0);
        assert!(near(binomial(0, 30, CONFIDENCE), [0.0, high]));
        assert!(near(binomial(30, 30, CONFIDENCE), [1.0 - high, 1.0]));
        assert!(near(poisson(0, 2.0, CONFIDENCE), [0.0, -(0.025_f64.ln()) / 2.0]));
    }

    /// An end is where the other tail of the count's own distribution is half of what may be missed.
    #[test]
    fn ends_by_the_counts_own_distribution() {
        for (k, n) in [(1, 10), (3, 20), (7, 9), (250, 1000)] {
            let [low, high] = binomial(k, n, 0.9);
            let at_least = 1.0 - Binomial::new(low, n as u64).unwrap().cdf(k as u64 - 1);
            let at_most = Binomial::new(high, n as u64).unwrap().cdf(k as u64);
            assert!((at_least - 0.05).abs() < 1e-6 && (at_most - 0.05).abs() < 1e-6, "{at_least} {at_most}");
        }
        for count in [1, 2, 10, 400, 20_000] {
            let [low, high] = poisson(count, 1.0, 0.95);
            let at_least = 1.0 - Poisson::new(low).unwrap().cdf(count as u64 - 1);
            let at_most = Poisson::new(high).unwrap().cdf(count as u64);
            assert!((at_least - 0.025).abs() < 1e-6 && (at_most - 0.025).abs() < 1e-6, "{at_least} {at_most}");
        }
    }

    /// Newcombe 1998, "Two-sided confidence intervals for the single proportion", table I, method 5; Pearson and Hartley 1966, Biometrika
    /// Tables for Statisticians, table 40; Wilks's sample sizes for 95 % of a population at 95 %, one side.
    #[test]
    fn published_values() {
        for (k, n, published) in [
            (81, 263, [0.2527, 0.3676]),
            (15, 148, [0.0578, 0.1617]),
            (0, 20, [0.0, 0.1684]),
            (1, 29, [0.0009, 0.1776]),
        ] {
            assert!(near(binomial(k, n, CONFIDENCE), published), "{k} of {n}: {:?}", binomial(k, n, CONFIDENCE));
        }
        for (count, published) in
            [(1, [0.0253, 5.5716]), (2, [0.2422, 7.2247]), (5, [1.6235, 11.6683]), (10, [4.7954, 18.3904])]
        {
            assert!(near(poisson(count, 1.0, CONFIDENCE), published), "{count}: {:?}", poisson(count, 1.0, CONFIDENCE));
        }
        for (from_the_top, n) in [(0, 59), (1, 93), (2, 124), (3, 153), (4, 181)] {
            let high = |n: usize| exceedance(n - from_the_top, n, 0.9)[1];
            assert!(high(n) <= 0.05 && high(n - 1) > 0.05, "{n}: {} {}", high(n), high(n - 1));
        }
    }

    /// Limits from random scores whose true share is known: the interval holds it as often as it says.
    #[test]
    fn the_share_beyond_a_limit_lies_within_as_often_as_promised() {
        let mut random = crate::data::random::Stream::new(8, "tests/intervals");
        let mut outside = 0;
        for _ in 0..2000 {
            let mut values: Vec<f64> = (0..40).map(|_| random.unit()).collect();
            values.sort_by(f64::total_cmp);
            // Of uniform values the share beyond a limit is 1 minus the limit.
            let (beyond, [low, high]) = (1.0 - values[37], exceedance(38, 40, 0.9));
            outside += usize::from(!(low..=high).contains(&beyond));
        }
        let [low, high] = binomial(outside, 2000, 0.999);
        assert!(low <= 0.1 && 0.1 <= high, "{outside} of 2000");
    }

    #[test]
    fn nothing_known_is_everything_possible() {
        assert_eq!(binomial(0, 0, CONFIDENCE), [0.0, 1.0]);
        assert_eq!((exceedance(0, 9, CONFIDENCE), exceedance(3, 0, CONFIDENCE)), ([0.0, 1.0], [0.0, 1.0]));
        assert_eq!((exceedance(3, 9, 0.0), exceedance(12, 9, 0.5)), ([0.0, 1.0], exceedance(9, 9, 0.5)));
        assert_eq!(binomial(1, 2, 1.0), [0.0, 1.0]);
        assert_eq!(binomial(9, 4, CONFIDENCE), binomial(4, 4, CONFIDENCE));
        for exposure in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(poisson(3, exposure, CONFIDENCE), [0.0, f64::INFINITY]);
        }
        assert_eq!(poisson(3, 1.0, f64::NAN), [0.0, f64::INFINITY]);
    }
}
