//! What a limit promises: how often normal windows are beyond it, and how sure that is.

use super::choice::Chosen;
use super::intervals::{CONFIDENCE, exceedance};
use serde::{Deserialize, Serialize};

/// What is known of the rate of false alarms.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Promise {
    /// Asked for, alarms a verdict.
    pub asked: f64,
    /// Independent normal verdicts that the limit was learnt from.
    pub verdicts: usize,
    /// Between which rates the true one lies, alarms a verdict, at 95 %.
    pub interval: [f64; 2],
    /// Seconds between two verdicts, where the samples have a rate.
    pub seconds: Option<f64>,
    /// What labels decided, where they did; then no rate was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen: Option<Chosen>,
}

impl Promise {
    /// Of a limit that `within` of `values` independent values are within, a value standing for `of` verdicts.
    ///
    /// The interval is that of an order statistic ([`exceedance`]); beyond a limit above all values the rate is less than beyond the
    /// largest.
    pub fn new(asked: f64, [within, values]: [usize; 2], of: usize, seconds: Option<f64>) -> Self {
        let [low, high] = exceedance(within.max(1), values, CONFIDENCE).map(|rate| rate / of.max(1) as f64);
        let interval = match values {
            0 => [0.0, 1.0],
            _ => [if within >= values { 0.0 } else { low }, high],
        };
        Self { asked, verdicts: values * of, interval, seconds, chosen: None }
    }

    /// Independent verdicts without which the rate cannot be seen in them: one beyond the limit.
    pub fn needed(&self) -> usize {
        (1.0 / self.asked.max(1e-12)).ceil() as usize
    }

    /// Whether there were enough.
    pub fn is_kept(&self) -> bool {
        self.chosen.is_some() || self.verdicts >= self.needed()
    }

    /// A rate in words.
    pub fn told(&self, rate: f64) -> String {
        let share = format!("{} % of windows", significant(100.0 * rate));
        let Some(seconds) = self.seconds else { return share };
        let a_day = rate * 86_400.0 / seconds;
        let often = match a_day {
            often if often >= 24.0 => format!("{} an hour", significant(often / 24.0)),
            often if often >= 1.0 => format!("{} a day", significant(often)),
            often if often >= 1.0 / 7.0 => format!("{} a week", significant(often * 7.0)),
            often => format!("{} a year", significant(often * 365.0)),
        };
        format!("{share} ({often})")
    }

    /// What is promised, and where that is less than was asked for, what is missing.
    pub fn lines(&self) -> Vec<String> {
        let [low, high] = self.interval;
        let between = format!(
            "by {} independent normal windows between {} and {} (95 % confidence)",
            self.verdicts,
            if low > 0.0 { format!("{} %", significant(100.0 * low)) } else { "0".into() },
            self.told(high)
        );
        let mut lines = match self.chosen {
            Some(chosen) => vec![chosen.to_string(), format!("false alarms: {between}")],
            None => vec![format!("false alarms: asked for {}; {between}", self.told(self.asked))],
        };
        if !self.is_kept() {
            let missing = self.needed() - self.verdicts;
            let time = self.seconds.map_or(String::new(), |s| format!(", {}", duration(missing as f64 * s)));
            lines.push(format!(
                "the recording is too short to promise that: the limit is extrapolated, and what can be promised is {}; {missing} more \
                 normal windows to validate on are needed{time} (data.split says which part of a recording that is)",
                self.told(high)
            ));
        }
        lines
    }
}

/// Three significant digits.
fn significant(value: f64) -> String {
    let digits = if value > 0.0 { (2 - value.log10().floor() as i32).clamp(0, 9) as usize } else { 0 };
    format!("{value:.digits$}")
}

fn duration(seconds: f64) -> String {
    match seconds {
        s if s >= 2.0 * 86_400.0 => format!("{} days", significant(s / 86_400.0)),
        s if s >= 2.0 * 3600.0 => format!("{} hours", significant(s / 3600.0)),
        s if s >= 120.0 => format!("{} minutes", significant(s / 60.0)),
        s => format!("{} seconds", significant(s)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_of_an_order_statistic() {
        // The largest of 100: mean 1/101, 97.5 % below 1 − 0.025^(1/100).
        let largest = Promise::new(0.01, [100, 100], 1, None);
        assert!((largest.interval[1] - (1.0 - 0.025_f64.powf(0.01))).abs() < 1e-9 && largest.interval[0] == 0.0);
        let fifth = Promise::new(0.05, [95, 100], 1, None);
        assert!(fifth.interval[0] > 0.015 && fifth.interval[1] < 0.12, "{:?}", fifth.interval);
        assert!(fifth.is_kept() && fifth.lines().len() == 1);
    }

    #[test]
    fn what_is_missing_is_told() {
        let short = Promise::new(10.0 / 604_800.0, [50, 50], 1, Some(10.0));
        let text = short.lines().join("\n");
        assert!(text.contains("1.00 a week") && text.contains("60430 more") && text.contains("6.99 days"), "{text}");
        assert!(text.contains("what can be promised is 7.11 % of windows (25.6 an hour)"), "{text}");
    }
}
