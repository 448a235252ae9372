//! From verdicts to alarms: what a person is told of.

use crate::plan::AlarmRule;

/// What has come of the verdicts so far; all 0 at the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Alarm {
    /// Bit i is 1 where the verdict i before the last was abnormal.
    history: u32,
    /// While on: verdicts for which it stays on in any case. While off: verdicts that raise none.
    wait: u32,
    on: bool,
}

impl Alarm {
    /// No verdict has come.
    pub const NONE: Self = Self { history: 0, wait: 0, on: false };

    /// Takes the next verdict; whether the alarm is on behind it.
    ///
    /// On it goes where at least `count` of the last `of` verdicts are abnormal and no hold-off runs; off where it has lasted `least`
    /// verdicts and at most `clear` of the last `of` are. Verdicts before the first are normal ones.
    #[inline]
    pub fn next(&mut self, rule: &AlarmRule, abnormal: bool) -> bool {
        self.history = self.history << 1 | u32::from(abnormal);
        let looked_at = self.history << (32 - u32::from(rule.of)).min(31);
        let count = looked_at.count_ones();
        let waits = self.wait > 0;
        self.wait = self.wait.saturating_sub(1);
        if self.on {
            if !waits && count <= u32::from(rule.clear) {
                (self.on, self.wait) = (false, u32::from(rule.hold_off));
            }
        } else if !waits && count >= u32::from(rule.count) {
            (self.on, self.wait) = (true, u32::from(rule.least).saturating_sub(1));
        }
        self.on
    }

    /// Whether it is on.
    pub const fn is_on(&self) -> bool {
        self.on
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::prelude::v1::*;

    /// What the alarm is behind each verdict; `#` abnormal or on.
    fn course(rule: AlarmRule, verdicts: &str) -> String {
        let mut alarm = Alarm::NONE;
        verdicts.chars().map(|c| if alarm.next(&rule, c == '#') { '#' } else { '.' }).collect()
    }

    #[test]
    fn each_abnormal_verdict_is_an_alarm_unless_a_rule_says_otherwise() {
        assert_eq!(course(AlarmRule::EACH, "..#.##.."), "..#.##..");
    }

    #[test]
    fn some_of_the_last() {
        let rule = AlarmRule { count: 2, of: 3, ..AlarmRule::EACH };
        assert_eq!(course(rule, "#..#.#...##.."), ".....###..###");
        let all = AlarmRule { count: 3, of: 3, clear: 2, ..AlarmRule::EACH };
        assert_eq!(course(all, "##.####."), ".....##.");
        let long = AlarmRule { count: 32, of: 32, ..AlarmRule::EACH };
        assert_eq!(course(long, &"#".repeat(40)), [".".repeat(31), "#".repeat(9)].concat());
    }

    #[test]
    fn ends_only_when_it_is_quiet_enough() {
        let rule = AlarmRule { count: 3, of: 4, clear: 1, ..AlarmRule::EACH };
        // Two of four keep it on.
        assert_eq!(course(rule, "###..#.#..."), "..####.....");
        assert_eq!(course(rule, "####.#.#.#..."), "..#########..");
    }

    #[test]
    fn lasts_and_holds_off() {
        let least = AlarmRule { least: 4, ..AlarmRule::EACH };
        assert_eq!(course(least, "#......#."), "####...##");
        let hold_off = AlarmRule { hold_off: 3, ..AlarmRule::EACH };
        assert_eq!(course(hold_off, "#.######.#"), "#....###..");
    }
}
