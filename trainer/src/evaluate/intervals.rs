//! How sure a share or a rate is that was counted: exact intervals.
//!
//! Both say at least what they promise, whatever the true value is: the binomial one for `k` of `n` (Clopper and Pearson 1934, "The use of
//! confidence or fiducial limits illustrated in the case of the binomial"), the Poisson one for a count over an exposure (Garwood 1936,
//! "Fiducial limits for the Poisson distribution").

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

    #[test]
    fn nothing_known_is_everything_possible() {
        assert_eq!(binomial(0, 0, CONFIDENCE), [0.0, 1.0]);
        assert_eq!(binomial(1, 2, 1.0), [0.0, 1.0]);
        assert_eq!(binomial(9, 4, CONFIDENCE), binomial(4, 4, CONFIDENCE));
        for exposure in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(poisson(3, exposure, CONFIDENCE), [0.0, f64::INFINITY]);
        }
        assert_eq!(poisson(3, 1.0, f64::NAN), [0.0, f64::INFINITY]);
    }
}
