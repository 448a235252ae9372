//! Splitting samples into those to train on, to validate on and to test with.

use super::Windows;
use super::random::Stream;
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// Which samples go where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SplitOrder {
    /// The first to train on, the next to validate on, the last to test with: right for a recording, whose neighbours are alike.
    #[default]
    Chronological,
    /// By a seeded shuffle. Overlapping windows of one recording would then share samples across the parts.
    Shuffled,
}

/// How samples are split.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SplitConfig {
    /// Part to validate on, above 0.
    pub validation: f64,
    /// Part to test with, from 0.
    pub test: f64,
    /// Which samples go where.
    pub order: SplitOrder,
}

impl Default for SplitConfig {
    fn default() -> Self {
        Self { validation: 0.15, test: 0.15, order: SplitOrder::Chronological }
    }
}

/// Some of a set of windows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Portion {
    /// Those of a range of indices.
    Range(Range<usize>),
    /// Those of these indices, in this order.
    List(Vec<usize>),
}

impl Portion {
    /// The windows.
    pub fn of(&self, all: &Windows) -> Windows {
        match self {
            Self::Range(range) => all.range(range.clone()),
            Self::List(indices) => all.select(indices),
        }
    }
}

/// The three parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// To train on.
    pub train: Portion,
    /// To validate on.
    pub validation: Portion,
    /// To test with.
    pub test: Portion,
}

impl SplitConfig {
    /// Checks the parts.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming the key and what was expected.
    pub fn check(&self) -> Result<()> {
        let bad =
            |key: &str, value: f64, expected: &str| Err(Error::setting(format!("data.split.{key}"), value, expected));
        if !(self.validation > 0.0 && self.validation < 1.0) {
            return bad("validation", self.validation, "a part above 0 and below 1");
        }
        if !(self.test >= 0.0 && self.test + self.validation < 1.0) {
            return bad("test", self.test, "a part from 0 that with data.split.validation leaves some to train on");
        }
        Ok(())
    }

    /// Splits `n` samples. With chronological order, `gap` samples are left out between the parts: for windows that overlap,
    /// as many as share signal with their neighbours in the next part.
    ///
    /// # Errors
    /// [`Error::Invalid`] if a part that was asked for would be empty.
    pub fn split(&self, n: usize, gap: usize, seed: u64) -> Result<Split> {
        self.check()?;
        let part = |fraction: f64| if fraction > 0.0 { ((n as f64 * fraction).round() as usize).max(1) } else { 0 };
        let (validation, test) = (part(self.validation), part(self.test));
        let gap = if self.order == SplitOrder::Chronological { gap } else { 0 };
        let taken = validation + test + gap * (1 + usize::from(test > 0));
        let train = n.checked_sub(taken).filter(|&t| t > 0).ok_or_else(|| {
            let parts = if test > 0 { "training, validation and test" } else { "training and validation" };
            let need = taken + 1;
            Error::invalid(format!("{n} windows, expected at least {need} to split into {parts}"))
        })?;
        let second = train + gap;
        let parts = [0..train, second..second + validation, n - test..n];
        let [train, validation, test] = match self.order {
            SplitOrder::Chronological => parts.map(Portion::Range),
            SplitOrder::Shuffled => {
                let mut order: Vec<usize> = (0..n).collect();
                Stream::new(seed, "split").shuffle(&mut order);
                parts.map(|range| Portion::List(order[range].to_vec()))
            }
        };
        Ok(Split { train, validation, test })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn chronological_parts_leave_the_gap_out() {
        let split = SplitConfig::default().split(60, 3, 1).unwrap();
        assert_eq!(split.train, Portion::Range(0..36));
        assert_eq!((split.validation, split.test), (Portion::Range(39..48), Portion::Range(51..60)));
    }

    #[test]
    fn bad_parts_are_named() {
        let bad = SplitConfig { validation: 0.0, ..SplitConfig::default() };
        assert!(bad.check().unwrap_err().to_string().starts_with("data.split.validation is 0, expected"));
        let bad = SplitConfig { validation: 0.5, test: 0.5, ..SplitConfig::default() };
        assert!(bad.check().unwrap_err().to_string().starts_with("data.split.test is 0.5, expected"));
        let few = SplitConfig::default().split(2, 0, 1).unwrap_err().to_string();
        assert_eq!(few, "2 windows, expected at least 3 to split into training, validation and test");
    }

    proptest! {
        #[test]
        fn shuffled_is_a_partition_by_seed(n in 4usize..300, seed in any::<u64>()) {
            let config = SplitConfig { order: SplitOrder::Shuffled, ..SplitConfig::default() };
            let split = config.split(n, 5, seed).unwrap();
            prop_assert_eq!(&split, &config.split(n, 5, seed).unwrap());
            let list = |part: Portion| match part {
                Portion::List(indices) => indices,
                Portion::Range(range) => panic!("{range:?} is no shuffle"),
            };
            let mut all = [split.train, split.validation, split.test].map(list).concat();
            all.sort_unstable();
            prop_assert_eq!(all, (0..n).collect::<Vec<_>>());
        }
    }
}
