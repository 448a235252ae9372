//! When verdicts become an alarm.

use super::fault::Fault;
use super::span::ensure;
use crate::record::record;

record! {
    /// How the verdicts of consecutive windows become an alarm.
    #[derive(Eq)]
    pub struct AlarmRule {
        /// So many of the last `of` verdicts must be abnormal for an alarm, 1 to `of`.
        pub count: u8,
        /// How many verdicts are looked back on, this one included, 1 to 32.
        pub of: u8,
        /// The alarm ends when at most so many of the last `of` are abnormal, below `count`.
        pub clear: u8,
        /// 0.
        pub reserved: u8,
        /// An alarm lasts at least so many verdicts; 0 is as 1.
        pub least: u16,
        /// So many verdicts behind the end of an alarm raise none.
        pub hold_off: u16,
    }
}

impl AlarmRule {
    /// Each abnormal verdict is an alarm, each normal one its end.
    pub const EACH: Self = Self { count: 1, of: 1, clear: 0, reserved: 0, least: 0, hold_off: 0 };

    /// Whether the numbers are in their ranges.
    pub const fn check(&self) -> Result<(), Fault> {
        ensure!(self.of >= 1 && self.of <= 32 && self.count >= 1 && self.count <= self.of, Fault::AlarmRule);
        ensure!(self.clear < self.count && self.reserved == 0, Fault::AlarmRule);
        Ok(())
    }
}
