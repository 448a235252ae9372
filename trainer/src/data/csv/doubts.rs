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
    uneven: u64,
    backwards: u64,
}

/// One in so many rows may have another step without a word.
const TOLERATED: u64 = 100;

impl Steps {
    /// Looks at a step; `most` is two and a half times the usual one.
    pub(super) fn add(&mut self, step: f64, most: f64) {
        let usual = most / 2.5;
        if step == 0.0 {
            self.repeated += 1;
        } else if step < 0.0 {
            self.backwards += 1;
        } else if step <= most && (step - usual).abs() > 0.3 * usual {
            self.uneven += 1;
        }
    }

    /// What a user should know, where there are so many steps in all.
    pub(super) fn notes(&self, steps: u64) -> Vec<String> {
        let mut notes = Vec::new();
        if self.uneven * TOLERATED > steps {
            notes.push(format!(
                "{} of {steps} steps of time are not the usual one: the rate changes, or the samples come unevenly; they are taken as even",
                self.uneven
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
        assert!(notes(&[[1.0; 20], [0.5; 20]].concat())[0].starts_with("20 of 40 steps"));
        let mut odd = vec![1.0; 50];
        (odd[7], odd[9]) = (0.0, -5.0);
        assert_eq!(notes(&odd).len(), 2);
    }
}
