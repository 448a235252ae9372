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
    /// A small lasting offset.
    Offset,
    /// A slope about the middle.
    Ramp,
    /// A slow wave.
    Wander,
    /// Slow changes of the amplitude.
    Modulation,
    /// A jump of the phase.
    PhaseJump,
    /// One more sine.
    ExtraSine,
    /// One sine less, the last.
    LostSine,
    /// The first sine at another frequency.
    ShiftedSine,
    /// More noise throughout.
    Noise,
}

/// A name that is no fault's.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no fault; expected one of {names}", names = Fault::EVERY.map(Fault::name).join(", "))]
pub struct UnknownFault(String);

impl Fault {
    /// Every kind, in the order of their labels.
    pub const EVERY: [Self; 17] = {
        let mut every = [Self::Frequency; 17];
        let mut i = 0;
        while i < every.len() {
            every[i] = if i < Self::PLAIN.len() { Self::PLAIN[i] } else { Self::HARD[i - Self::PLAIN.len()] };
            i += 1;
        }
        every
    };

    /// The harder kinds, which statistics of the input alone do not show so plainly.
    pub const HARD: [Self; 9] = [
        Self::Offset,
        Self::Ramp,
        Self::Wander,
        Self::Modulation,
        Self::PhaseJump,
        Self::ExtraSine,
        Self::LostSine,
        Self::ShiftedSine,
        Self::Noise,
    ];

    /// The plain kinds.
    pub const PLAIN: [Self; 8] = [
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
            Self::Offset => "offset",
            Self::Ramp => "ramp",
            Self::Wander => "wander",
            Self::Modulation => "modulation",
            Self::PhaseJump => "phase-jump",
            Self::ExtraSine => "extra-sine",
            Self::LostSine => "lost-sine",
            Self::ShiftedSine => "shifted-sine",
            Self::Noise => "noise",
        }
    }

    /// Its label in [`Samples::labels`](crate::data::Samples::labels): 1 to 17; 0 is normal.
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
        Self::EVERY.into_iter().find(|f| f.name() == name).ok_or_else(|| UnknownFault(name.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_labels_round_trip() {
        for fault in Fault::EVERY {
            assert_eq!(fault.name().parse::<Fault>().unwrap(), fault);
            assert_eq!(Fault::EVERY[usize::from(fault.label()) - 1], fault);
            assert_eq!(toml::Value::try_from(fault).unwrap().as_str(), Some(fault.name()));
        }
        assert_eq!(Fault::PLAIN.map(Fault::label), [1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(Fault::HARD.map(Fault::label), [9, 10, 11, 12, 13, 14, 15, 16, 17]);
        let error = "dropout".parse::<Fault>().unwrap_err().to_string();
        assert!(
            error.contains("\"dropout\"") && error.contains("drop-out, step") && error.ends_with("noise"),
            "{error}"
        );
    }
}
