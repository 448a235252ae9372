//! The reconstruction follows its input.

use super::evidence::Evidence;
use super::finding::Finding;

/// Share of the input's deviation below which a reconstruction is constant.
const LEAST: f64 = 0.05;

/// Share of values at the ends of the range, beyond the input's own.
const MOST: f64 = 0.25;

pub(super) fn check(e: &Evidence) -> Option<Finding> {
    let follows = e.output_deviation >= LEAST * e.input_deviation;
    if !follows {
        return Some(Finding::Refusal(format!(
            "its reconstruction of normal windows is constant: a standard deviation of {:.2} steps where the windows have {:.2}; \
             train longer or with a smaller fit.learning_rate, or allow a larger latent (network.latent)",
            e.output_deviation, e.input_deviation
        )));
    }
    let [input, output] = e.at_the_rails;
    (output > input + MOST).then(|| {
        Finding::Refusal(format!(
            "{:.0} % of its reconstruction's values lie at the ends of the int8 range, where {:.0} % of normal windows' do; train \
             with a smaller fit.learning_rate, or raise quantize.headroom",
            100.0 * output,
            100.0 * input
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_or_saturated_reconstruction_is_refused() {
        assert_eq!(check(&Evidence::good()), None);
        let constant = check(&Evidence { output_deviation: 0.4, ..Evidence::good() });
        assert!(
            matches!(constant, Some(Finding::Refusal(text)) if text.contains("0.40 steps where the windows have 25.00"))
        );
        // Images are dark where nothing is drawn.
        assert_eq!(check(&Evidence { at_the_rails: [0.7, 0.75], ..Evidence::good() }), None);
        let saturated = check(&Evidence { at_the_rails: [0.01, 0.6], ..Evidence::good() });
        assert!(matches!(saturated, Some(Finding::Refusal(text)) if text.starts_with("60 % of its")));
    }
}
