//! The integer network stays near the float one.

use super::evidence::Evidence;
use super::finding::Finding;

/// Where int8 is that much worse, it is said.
const FAR: f64 = 1.5;

/// Share of the mean's error that the integer network must stay below.
const MOST: f64 = 0.95;

/// Loss of area that is refused, and that is said.
const AREA: [f64; 2] = [0.2, 0.02];

const REMEDY: &str = "cut the tails of the layers' ranges (quantize.percentile = 99.9), calibrate on more windows \
                      (quantize.calibration_windows), or leave out values far from the others";

pub(super) fn check(e: &Evidence) -> Option<Finding> {
    let (float, int8) = (e.float_error, e.int8_error);
    // What is no number is refused.
    let better_than_the_mean = int8 < MOST * e.mean_error;
    if !better_than_the_mean {
        return Some(Finding::Refusal(format!(
            "as an int8 network its error on normal validation windows is {int8:.6} ({float:.6} in floating point), no better \
             than the {:.6} of predicting their mean; {REMEDY}",
            e.mean_error
        )));
    }
    if let Some(a) = e.abnormal {
        let text = || {
            format!(
                "the area under the ROC curve is {:.4} in int8 but {:.4} in floating point",
                a.int8_area, a.float_area
            )
        };
        if a.float_area - a.int8_area > AREA[0] {
            return Some(Finding::Refusal(format!("{}; {REMEDY}", text())));
        }
        if a.float_area - a.int8_area > AREA[1] {
            return Some(Finding::Warning(format!("{}; {REMEDY}", text())));
        }
    }
    (int8 > FAR * float).then(|| {
        Finding::Warning(format!(
            "int8 is far from floating point: the error on normal validation windows is {int8:.6} instead of {float:.6}; {REMEDY}"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::soundness::Abnormal;

    #[test]
    fn int8_far_from_float_is_said_and_a_blind_one_refused() {
        let with = |int8_error| check(&Evidence { int8_error, ..Evidence::good() });
        assert_eq!(with(0.0149), None);
        assert!(matches!(with(0.016), Some(Finding::Warning(text)) if text.contains("0.016000 instead of 0.010000")));
        assert!(matches!(with(0.97), Some(Finding::Refusal(text)) if text.contains("quantize.percentile")));
        assert!(matches!(with(f64::NAN), Some(Finding::Refusal(_))));
    }

    #[test]
    fn a_smaller_area_is_said_and_a_much_smaller_one_refused() {
        let with = |int8_area| {
            let abnormal = Some(Abnormal { count: 9, alarms: 5, float_area: 0.95, int8_area });
            check(&Evidence { abnormal, ..Evidence::good() })
        };
        assert_eq!(with(0.94), None);
        assert!(matches!(with(0.9), Some(Finding::Warning(text)) if text.contains("0.9000 in int8 but 0.9500")));
        assert!(matches!(with(0.6), Some(Finding::Refusal(_))));
    }
}
