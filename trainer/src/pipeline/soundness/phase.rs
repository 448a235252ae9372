//! Windows are normal wherever in a cycle they begin.

use super::evidence::Evidence;
use super::finding::Finding;

/// Windows without which nothing is said.
const ENOUGH: usize = 6;

/// Share of false alarms that makes a detector useless.
const MOST: f64 = 0.5;

/// Times the share of false alarms among windows that begin where they were trained that is said.
const FAR: f64 = 3.0;

pub(super) fn check(e: &Evidence) -> Option<Finding> {
    let share = |[count, alarms]: [usize; 2]| alarms as f64 / count.max(1) as f64;
    let ([count, alarms], usual) = (e.between, share(e.normal).max(e.asked_rate));
    if count < ENOUGH || share(e.between) < FAR * usual {
        return None;
    }
    let what = format!(
        "{alarms} of {count} normal windows that begin elsewhere than every data.hop samples are called abnormal, and a device begins \
         anywhere: the hop is a multiple of a cycle, and all windows show it alike; leave --hop out, or take one that is no such multiple"
    );
    match share(e.between) >= MOST {
        true => Some(Finding::Refusal(what)),
        false => (alarms >= 3 && share(e.between) > 9.0 * e.asked_rate).then_some(Finding::Warning(what)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_that_all_begin_alike_are_refused() {
        let with = |between| check(&Evidence { between, ..Evidence::good() });
        assert_eq!(with([500, 8]), None);
        assert_eq!(with([0, 0]), None);
        assert!(matches!(with([100, 90]), Some(Finding::Refusal(text)) if text.contains("90 of 100")));
        assert!(matches!(with([100, 20]), Some(Finding::Warning(_))));
        // Where everything is an alarm, the hop is not to blame.
        assert_eq!(check(&Evidence { between: [100, 90], normal: [100, 80], ..Evidence::good() }), None);
    }
}
