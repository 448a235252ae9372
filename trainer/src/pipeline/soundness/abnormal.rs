//! Abnormal windows are found, where there are some to try.

use super::evidence::Evidence;
use super::finding::Finding;

/// Area under the ROC curve that guessing nearly has.
const GUESSING: f64 = 0.55;

pub(super) fn check(e: &Evidence) -> Option<Finding> {
    let a = e.abnormal?;
    if a.alarms > 0 || a.count == 0 {
        return None;
    }
    let text = format!(
        "none of {} abnormal test windows is called abnormal (area under the ROC curve {:.4})",
        a.count, a.int8_area
    );
    let remedy =
        "allow a smaller latent (network.latent), train longer, or narrow the limits (a larger threshold.false_alarms)";
    // Few windows may all be missed by chance.
    let better_than_guessing = a.int8_area > GUESSING;
    if a.count >= 4 && !better_than_guessing {
        return Some(Finding::Refusal(format!("{text}; {remedy}")));
    }
    Some(Finding::Warning(format!("{text}; {remedy}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::soundness::Abnormal;

    #[test]
    fn finding_nothing_is_refused() {
        let with = |count, alarms, int8_area| {
            let abnormal = Some(Abnormal { count, alarms, float_area: int8_area, int8_area });
            check(&Evidence { abnormal, ..Evidence::good() })
        };
        assert_eq!(with(100, 1, 0.5), None);
        assert_eq!(with(0, 0, f64::NAN), None);
        assert!(matches!(with(100, 0, 0.8), Some(Finding::Warning(text)) if text.contains("none of 100")));
        assert!(matches!(with(100, 0, 0.5), Some(Finding::Refusal(_))));
        assert!(matches!(with(2, 0, 0.5), Some(Finding::Warning(_))));
        assert_eq!(check(&Evidence { abnormal: None, ..Evidence::good() }), None);
    }
}
