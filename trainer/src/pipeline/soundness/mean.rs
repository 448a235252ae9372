//! A network that has learned anything is better than the mean.

use super::evidence::Evidence;
use super::finding::Finding;

/// Share of the mean's error that a network must stay below.
const MOST: f64 = 0.95;

pub(super) fn check(e: &Evidence) -> Option<Finding> {
    let (float, mean) = (e.float_error, e.mean_error);
    // What is no number is refused.
    let better = float < MOST * mean;
    (!better).then(|| {
        Finding::Refusal(format!(
            "its error on normal validation windows is {float:.6}, no better than the {mean:.6} of predicting their mean; train \
             longer (fit.epochs, fit.min_steps) or with a larger fit.learning_rate, or allow a larger latent (network.latent)"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_must_be_beaten() {
        assert_eq!(check(&Evidence::good()), None);
        assert_eq!(check(&Evidence { float_error: 0.9, ..Evidence::good() }), None);
        for float_error in [0.96, 1.0, 1e11, f64::NAN, f64::INFINITY] {
            let Some(Finding::Refusal(text)) = check(&Evidence { float_error, ..Evidence::good() }) else {
                panic!("{float_error} passes")
            };
            assert!(text.contains("the 1.000000 of predicting") && text.contains("fit.min_steps"), "{text}");
        }
        let constant = Evidence { float_error: 0.0, mean_error: 0.0, ..Evidence::good() };
        assert!(matches!(check(&constant), Some(Finding::Refusal(_))), "nothing to learn");
    }
}
