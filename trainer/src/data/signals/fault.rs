//! The faults that a synthetic window can have.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// Other frequencies.
    Frequency,
    /// The whole window smaller or larger.
    Amplitude,
    /// Single samples far off.
    Spike,
    /// A stretch of extra noise.
    Burst,
    /// A stretch of zeros.
    DropOut,
    /// A sudden lasting offset.
    Step,
    /// A slowly growing offset.
    Drift,
    /// A limited range.
    Clipping,
}

/// A name that is no fault's.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no fault; expected one of {names}", names = Fault::ALL.map(Fault::name).join(", "))]
pub struct UnknownFault(String);

impl Fault {
    /// All kinds, in the order of their labels.
    pub const ALL: [Self; 8] = [
        Self::Frequency,
        Self::Amplitude,
        Self::Spike,
        Self::Burst,
        Self::DropOut,
        Self::Step,
        Self::Drift,
        Self::Clipping,
    ];

    /// Its name in files, options and tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Frequency => "frequency",
            Self::Amplitude => "amplitude",
            Self::Spike => "spike",
            Self::Burst => "burst",
            Self::DropOut => "drop-out",
            Self::Step => "step",
            Self::Drift => "drift",
            Self::Clipping => "clipping",
        }
    }

    /// Its label in [`Samples::labels`](crate::data::Samples::labels): 1 to 8; 0 is normal.
    pub fn label(self) -> u8 {
        self as u8 + 1
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|f| f.name() == name).ok_or_else(|| UnknownFault(name.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_labels_round_trip() {
        for fault in Fault::ALL {
            assert_eq!(fault.name().parse::<Fault>().unwrap(), fault);
            assert_eq!(Fault::ALL[usize::from(fault.label()) - 1], fault);
            assert_eq!(toml::Value::try_from(fault).unwrap().as_str(), Some(fault.name()));
        }
        let error = "dropout".parse::<Fault>().unwrap_err().to_string();
        assert!(error.contains("\"dropout\"") && error.contains("drop-out"), "{error}");
    }
}
