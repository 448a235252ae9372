//! Normal windows use the int8 range.

use super::evidence::Evidence;
use super::finding::Finding;

/// Standard deviations in int8 steps below which a detector is refused, and below which it is said. A Gaussian signal that fills the
/// range with the usual headroom has about 25.
const LEAST: [f64; 2] = [2.0, 6.0];

pub(super) fn check(e: &Evidence) -> Option<Finding> {
    let text = format!(
        "normal windows use few of the 256 int8 levels: their standard deviation is {:.2} steps, where one far value sets the \
         range; leave such values out of the recording, or out of the training part",
        e.input_deviation
    );
    let enough = e.input_deviation >= LEAST[0];
    if !enough {
        return Some(Finding::Refusal(text));
    }
    (e.input_deviation < LEAST[1]).then_some(Finding::Warning(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_levels_are_refused() {
        let with = |input_deviation| check(&Evidence { input_deviation, ..Evidence::good() });
        assert_eq!(with(12.0), None);
        assert!(matches!(with(3.0), Some(Finding::Warning(_))));
        assert!(matches!(with(0.0), Some(Finding::Refusal(text)) if text.contains("0.00 steps")));
        assert!(matches!(with(f64::NAN), Some(Finding::Refusal(_))));
    }
}
