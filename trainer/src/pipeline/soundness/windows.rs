//! Limits rest on enough windows.

use super::evidence::Evidence;
use super::finding::Finding;

/// Validation windows below which limits mean nothing.
const LEAST: usize = 5;

pub(super) fn check(e: &Evidence) -> Option<Finding> {
    let needed = needed(e);
    if e.validation < LEAST {
        return Some(Finding::Refusal(format!(
            "its limits would rest on {} validation windows that do not overlap, and need at least {LEAST} ({needed} for a rate of \
             {:.1} %); record more normal behaviour, or take shorter windows",
            e.validation,
            100.0 * e.asked_rate
        )));
    }
    (e.validation < needed).then(|| {
        Finding::Warning(format!(
            "the limits rest on {} validation windows that do not overlap, where a rate of {:.1} % needs {needed}: how many false \
             alarms there will be is not known; record more normal behaviour, or take shorter windows",
            e.validation,
            100.0 * e.asked_rate
        ))
    })
}

/// Windows that the asked rate needs: a percentile needs one beyond it.
pub(super) fn needed(e: &Evidence) -> usize {
    (1.0 / e.asked_rate.max(1e-6)).ceil() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_windows_are_said_with_the_number_that_is_missing() {
        let with = |validation| check(&Evidence { validation, ..Evidence::good() });
        assert_eq!(with(100), None);
        assert!(matches!(with(4), Some(Finding::Refusal(text)) if text.contains("rest on 4 validation windows")));
        assert!(
            matches!(with(12), Some(Finding::Warning(text)) if text.contains("12 validation windows") && text.contains("needs 100"))
        );
    }
}
