//! When verdicts become an alarm, as a configuration has it.

use crate::error::{Error, Result};
use picoae::plan::AlarmRule;
use serde::{Deserialize, Serialize};

/// The table `[alarm]`: how the verdicts of consecutive windows become an alarm, on the device as here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AlarmConfig {
    /// So many of the last `of` verdicts must be abnormal, 1 to `of`.
    pub count: u8,
    /// How many verdicts are looked back on, 1 to 32.
    pub of: u8,
    /// The alarm ends when at most so many of the last `of` are abnormal, below `count`.
    pub clear: u8,
    /// An alarm lasts at least so many verdicts.
    pub least: u16,
    /// So many verdicts behind the end of an alarm raise none.
    pub hold_off: u16,
}

impl Default for AlarmConfig {
    fn default() -> Self {
        Self { count: 1, of: 1, clear: 0, least: 0, hold_off: 0 }
    }
}

impl AlarmConfig {
    /// As a plan has it.
    pub const fn rule(&self) -> AlarmRule {
        let Self { count, of, clear, least, hold_off } = *self;
        AlarmRule { count, of, clear, reserved: 0, least, hold_off }
    }

    /// Checks the numbers.
    ///
    /// # Errors
    /// [`Error::Setting`] naming the key, its value and what was expected.
    pub fn check(&self) -> Result<()> {
        let bad = |key: &str, value: u8, expected: String| Err(Error::setting(format!("alarm.{key}"), value, expected));
        if !(1..=32).contains(&self.of) {
            return bad("of", self.of, "1 to 32 verdicts".into());
        }
        if self.count < 1 || self.count > self.of {
            return bad("count", self.count, format!("1 to alarm.of, which is {}", self.of));
        }
        if self.clear >= self.count {
            return bad("clear", self.clear, format!("fewer than alarm.count, which is {}", self.count));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_runtime_refuses_is_refused_by_name() {
        for (count, of, clear) in [(1, 1, 0), (2, 3, 1), (32, 32, 31), (0, 1, 0), (2, 1, 0), (1, 33, 0), (2, 3, 2)] {
            let config = AlarmConfig { count, of, clear, ..AlarmConfig::default() };
            assert_eq!(config.check().is_ok(), config.rule().check().is_ok(), "{config:?}");
        }
        let bad = AlarmConfig { count: 4, of: 3, ..AlarmConfig::default() };
        assert_eq!(bad.check().unwrap_err().to_string(), "alarm.count is 4, expected 1 to alarm.of, which is 3");
    }
}
