//! What is read as it stands there and may be meant otherwise: digits in groups of thousands, samples at uneven times.

use crate::error::{Error, Result};
use std::path::Path;

/// How the numbers of a channel are written.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Numbers {
    /// Line of the first number with one to three digits, a sign and three more: `1,004`.
    grouped: Option<u64>,
    /// Whether there are whole numbers of one to three digits.
    short: bool,
    /// Whether there is anything that no thousands are written like.
    clear: bool,
}

impl Numbers {
    /// Looks at a number that was read.
    pub(super) fn see(&mut self, field: &str, line: u64, decimal: char) {
        if self.clear {
            return;
        }
        let digits = field.trim_start_matches(['-', '+']);
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        match digits.split_once(decimal) {
            Some((whole, rest)) if rest.len() == 3 && is_number(rest) && is_number(whole) => {
                self.clear = whole.len() > 3 || whole.starts_with('0');
                self.grouped = self.grouped.or(Some(line));
            }
            None if is_number(digits) && digits.len() <= 3 => self.short = true,
            _ => self.clear = true,
        }
    }

    /// Whether all numbers could be thousands.
    pub(super) fn all_grouped(&self) -> bool {
        self.grouped.is_some() && !self.short && !self.clear
    }

    /// Refuses 999 beside 1,004.
    pub(super) fn check(&self, path: &Path, channel: &str, decimal: char) -> Result<()> {
        match self.grouped.filter(|_| self.short && !self.clear) {
            None => Ok(()),
            Some(line) => Err(Error::line(
                path,
                line,
                format!(
                    "channel {channel} has whole numbers of up to three digits, and others with three digits behind a {decimal:?}: are these \
                     thousands? write them without a sign between the digits (or, if they are fractions, all with as many digits)"
                ),
            )),
        }
    }
}

/// The steps between the times of rows.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Steps {
    repeated: u64,
    backwards: u64,
    /// Steps of the block that is not full yet, and their sum.
    block: (u64, f64),
    /// Mean step of the first block.
    first: Option<f64>,
    blocks: u64,
    uneven: u64,
}

/// Steps whose mean is compared. Single ones jump by the last digit of the time stamps.
const BLOCK: u64 = 64;

/// One in so many blocks may have another rate without a word.
const TOLERATED: u64 = 100;

impl Steps {
    /// Looks at a step; `most` is two and a half times the usual one.
    pub(super) fn add(&mut self, step: f64, most: f64) {
        self.repeated += u64::from(step == 0.0);
        self.backwards += u64::from(step < 0.0);
        if step < 0.0 || step > most {
            self.block = (0, 0.0);
            return;
        }
        self.block = (self.block.0 + 1, self.block.1 + step);
        if self.block.0 == BLOCK {
            let mean = self.block.1 / BLOCK as f64;
            let first = *self.first.get_or_insert(mean);
            self.blocks += 1;
            self.uneven += u64::from((mean - first).abs() > 0.1 * first);
            self.block = (0, 0.0);
        }
    }

    /// What a user should know, where there are so many steps in all.
    pub(super) fn notes(&self, steps: u64) -> Vec<String> {
        let mut notes = Vec::new();
        if self.uneven * TOLERATED > self.blocks {
            notes.push(format!(
                "for {} of {} stretches of {BLOCK} rows the rate is another one than at the beginning; the samples are taken as even",
                self.uneven, self.blocks
            ));
        }
        // Time stamps with few digits stand still most of the time.
        if self.repeated > 0 && self.repeated * 10 < steps {
            notes.push(format!(
                "{} rows have the time of the row before; they are read as samples of their own",
                self.repeated
            ));
        }
        if self.backwards > 0 {
            notes.push(format!("the time jumps back {} times; windows do not cross these places", self.backwards));
        }
        notes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_refused(fields: &[&str], decimal: char) -> bool {
        let mut numbers = Numbers::default();
        fields.iter().zip(1..).for_each(|(field, line)| numbers.see(field, line, decimal));
        numbers.check(Path::new("in"), "x", decimal).is_err()
    }

    #[test]
    fn thousands_are_not_read_as_fractions() {
        assert!(is_refused(&["999", "1,004", "998"], ','));
        assert!(is_refused(&["-12", "-1.204"], '.'));
        for clear in [
            &["0,999", "1,004"][..],
            &["999", "1,5", "1,004"],
            &["1,004", "1,005"],
            &["1", "2"],
            &["1.5e3", "2"],
            &["1204", "1.204"],
        ] {
            let decimal = if clear.iter().any(|f| f.contains(',')) { ',' } else { '.' };
            assert!(!is_refused(clear, decimal), "{clear:?}");
        }
    }

    #[test]
    fn uneven_steps_are_said() {
        let notes = |steps: &[f64]| {
            let mut all = Steps::default();
            steps.iter().for_each(|step| all.add(*step, 2.5));
            all.notes(steps.len() as u64)
        };
        assert!(notes(&[1.0; 50]).is_empty());
        assert!(notes(&[1.0, 0.0, 0.0, 1.0, 0.0, 0.0]).is_empty());
        assert!(notes(&[[1.0; 128], [0.5; 128]].concat())[0].starts_with("for 2 of 4 stretches"));
        let in_whole_milliseconds: Vec<f64> = (0..640).map(|i| f64::from(2 + i % 2)).collect();
        assert!(notes(&in_whole_milliseconds).is_empty());
        let mut odd = vec![1.0; 50];
        (odd[7], odd[9]) = (0.0, -5.0);
        assert_eq!(notes(&odd).len(), 2);
    }
}
