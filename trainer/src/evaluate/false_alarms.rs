//! How many false alarms may be: a share of windows, or so many in a time.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Largest share of windows that may be called abnormal.
const MOST: f64 = 0.5;

/// Units of time, with their seconds. A month has 30 days, a year 365.
const PERIODS: [(&str, f64); 7] = [
    ("second", 1.0),
    ("minute", 60.0),
    ("hour", 3600.0),
    ("day", 86_400.0),
    ("week", 604_800.0),
    ("month", 2_592_000.0),
    ("year", 31_536_000.0),
];

/// How many false alarms may be: `0.01` or `"1 %"` of all windows, or `"1/week"`, `"2/day"`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub enum FalseAlarms {
    /// Of all normal windows, 0 to 0.5.
    Share(f64),
    /// So many in a period.
    Rate {
        /// How many, above 0.
        count: f64,
        /// In what time.
        period: Period,
    },
}

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period(usize);

impl Period {
    fn named(name: &str) -> Option<Self> {
        let is = |known: &&str| *known == name || name.strip_suffix('s') == Some(known);
        PERIODS.iter().position(|(known, _)| is(known)).map(Self)
    }

    /// Its seconds.
    pub fn seconds(self) -> f64 {
        PERIODS[self.0].1
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(PERIODS[self.0].0)
    }
}

/// As a configuration has it.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Number(f64),
    Text(String),
}

impl FalseAlarms {
    /// Where nothing is said.
    pub const DEFAULT: Self = Self::Share(0.01);

    /// Checks the number.
    ///
    /// # Errors
    /// [`Error::Setting`] naming the key, its value and what was expected.
    pub fn check(&self) -> Result<()> {
        match *self {
            Self::Share(share) if share > 0.0 && share <= MOST => Ok(()),
            Self::Rate { count, .. } if count > 0.0 && count.is_finite() => Ok(()),
            _ => Err(Self::bad(self)),
        }
    }

    fn bad(value: impl fmt::Display) -> Error {
        let expected = "a share of windows above 0 and at most 0.5, such as 0.01 or \"1 %\", or a rate such as \"1/week\" or \"2/day\"";
        Error::setting("threshold.false_alarms", value, expected)
    }

    /// Alarms a verdict, where there is one every `seconds` (known where the recording has a rate).
    ///
    /// # Errors
    /// [`Error::Setting`] for a rate where the seconds are not known, or where it is more than every second verdict.
    pub fn a_verdict(&self, seconds: Option<f64>) -> Result<f64> {
        let Self::Rate { count, period } = *self else {
            let Self::Share(share) = *self else { return Err(Self::bad(self)) };
            return Ok(share);
        };
        let Some(seconds) = seconds else {
            let expected = "a share of windows such as \"1 %\": the samples have no rate; say it by --rate (data.rate, samples a second) for \
                            a number of alarms in a time";
            return Err(Error::setting("threshold.false_alarms", self, expected));
        };
        let share = count * seconds / period.seconds();
        if share > MOST {
            let expected =
                format!("fewer: there is a verdict every {seconds:.3} s, and every second one would be an alarm");
            return Err(Error::setting("threshold.false_alarms", self, expected));
        }
        Ok(share)
    }
}

impl fmt::Display for FalseAlarms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Share(share) => write!(f, "{} %", short(100.0 * share)),
            Self::Rate { count, period } => write!(f, "{}/{period}", short(*count)),
        }
    }
}

/// A number without what single precision does not hold.
fn short(value: f64) -> f32 {
    value as f32
}

impl FromStr for FalseAlarms {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let bad = || Self::bad(format!("{text:?}"));
        let number = |text: &str| text.trim().parse::<f64>().map_err(|_| bad());
        if let Some(percent) = text.trim().strip_suffix('%') {
            return Ok(Self::Share(number(percent)? / 100.0));
        }
        let Some((count, period)) = text.split_once('/') else { return Ok(Self::Share(number(text)?)) };
        let period = Period::named(period.trim()).ok_or_else(bad)?;
        Ok(Self::Rate { count: number(count)?, period })
    }
}

impl TryFrom<Written> for FalseAlarms {
    type Error = Error;

    fn try_from(written: Written) -> Result<Self> {
        match written {
            Written::Number(share) => Ok(Self::Share(share)),
            Written::Text(text) => text.parse(),
        }
    }
}

impl From<FalseAlarms> for Written {
    fn from(asked: FalseAlarms) -> Self {
        match asked {
            FalseAlarms::Share(share) => Self::Number(share),
            rate @ FalseAlarms::Rate { .. } => Self::Text(rate.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_percentages_and_rates() {
        let share = |text: &str, seconds| text.parse::<FalseAlarms>().unwrap().a_verdict(seconds);
        assert_eq!(share("0.02", None).unwrap(), 0.02);
        assert_eq!(share("0.5 %", None).unwrap(), 0.005);
        assert_eq!(share("1/week", Some(10.0)).unwrap(), 10.0 / 604_800.0);
        assert_eq!(share("2 / days", Some(4.32)).unwrap(), 1e-4);
        assert!(share("1/week", None).unwrap_err().to_string().contains("--rate"));
        assert!(share("9/minute", Some(10.0)).unwrap_err().to_string().contains("fewer"));
        for bad in ["1/fortnight", "often", "1/", "-1 %", "0", "60 %", "0/day"] {
            let refused = bad.parse::<FalseAlarms>().and_then(|asked| asked.check()).unwrap_err().to_string();
            assert!(refused.contains("false_alarms") && refused.contains("1/week"), "{refused}");
        }
    }

    #[test]
    fn are_written_as_they_are_read() {
        #[derive(Serialize, Deserialize)]
        struct Table {
            asked: FalseAlarms,
        }
        for text in ["asked = 0.001\n", "asked = \"1/week\"\n", "asked = \"0.5/day\"\n"] {
            let table: Table = toml::from_str(text).unwrap();
            assert_eq!(toml::to_string(&table).unwrap(), text);
        }
        assert_eq!(FalseAlarms::Share(0.001).to_string(), "0.1 %");
    }
}
