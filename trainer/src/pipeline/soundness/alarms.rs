//! Normal windows are called normal.

use super::evidence::Evidence;
use super::finding::Finding;

/// Normal test windows without which nothing is said.
const ENOUGH: usize = 6;

/// Share of false alarms that makes a detector useless.
const MOST: f64 = 0.5;

/// Times the rate that was asked for that is said.
const FAR: f64 = 5.0;

pub(super) fn check(e: &Evidence) -> Option<Finding> {
    let [normal, alarms] = e.normal;
    let share = alarms as f64 / normal.max(1) as f64;
    let needed = super::windows::needed(e);
    // The extremes of few windows are already the widest limits that they can give.
    let remedy = match e.validation < needed {
        true => format!(
            "its limits are the extremes of {} validation windows that do not overlap, where {needed} would be needed; record more normal \
             behaviour, of every kind that it has, or take shorter windows",
            e.validation
        ),
        false => {
            "record more normal behaviour, of every kind that it has, or widen the limits (a smaller threshold.false_alarms)"
                .into()
        }
    };
    if normal >= ENOUGH && share >= MOST {
        return Some(Finding::Refusal(format!("it calls {alarms} of {normal} normal test windows abnormal; {remedy}")));
    }
    (alarms >= 3 && share > FAR * e.asked_rate).then(|| {
        let asked = 100.0 * e.asked_rate;
        Finding::Warning(format!(
            "{alarms} of {normal} normal test windows are called abnormal, where the limits ask for {asked:.1} %; {remedy}"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alarm_for_everything_is_refused() {
        let with = |normal| check(&Evidence { normal, ..Evidence::good() });
        assert_eq!(with([1000, 40]), None);
        assert_eq!(with([9, 2]), None);
        assert!(matches!(with([177, 29]), Some(Finding::Warning(text)) if text.contains("29 of 177")));
        assert!(matches!(with([9, 7]), Some(Finding::Refusal(text)) if text.contains("7 of 9")));
        assert_eq!(with([0, 0]), None);
        let few = check(&Evidence { normal: [9, 7], validation: 8, ..Evidence::good() });
        assert!(
            matches!(few, Some(Finding::Refusal(text)) if text.contains("8 validation windows") && !text.contains("widen"))
        );
    }
}
