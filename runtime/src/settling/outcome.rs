//! What a calibrator answers.

use super::adaptation::AdaptationError;
use core::fmt;

/// What is learnt at present.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Phase {
    /// Mean and deviation of the channels, for their adaptations.
    Moments,
    /// Scores of windows that were encoded with the adaptations, for limits.
    Limits,
}

/// What became of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Taken {
    /// It was learnt from.
    Learnt,
    /// It is not normal, so it was only counted.
    Refused,
    /// As much was learnt as fits; it was left out.
    Full,
    /// It is not what is learnt in this phase; it was left out.
    OtherPhase,
}

/// What a round of moments led to. Either way windows are encoded with the calibrator's adaptations from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Round {
    /// A bound was reached or many samples were outside: another round of windows is needed.
    Again,
    /// The adaptations stay: scores come next.
    Settled,
}

/// How far settling in is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Progress {
    /// What is learnt.
    pub phase: Phase,
    /// Rounds of moments that are complete.
    pub rounds: u8,
    /// Windows learnt from in this round or phase.
    pub learnt: u32,
    /// Windows refused in this round or phase.
    pub refused: u32,
    /// Of those learnt from, how many the model's own limits call abnormal; 0 while moments are learnt.
    pub doubtful: u32,
    /// Windows refused in all rounds and phases.
    pub all_refused: u32,
}

/// Why nothing is learnt yet, or not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum SettlingError {
    /// More windows are needed.
    TooFewWindows {
        /// Learnt from.
        learnt: u32,
        /// Needed.
        needed: u32,
    },
    /// Too large a share was refused. More normal windows may help, or a new start.
    TooManyRefused {
        /// Refused.
        refused: u32,
        /// Of so many.
        windows: u32,
    },
    /// The last round reached a bound: the sensor differs too much from the factory's.
    TooFar {
        /// Channel, from 0.
        channel: u16,
    },
    /// A channel cannot be adapted.
    Channel {
        /// Channel, from 0.
        channel: u16,
        /// Why.
        error: AdaptationError,
    },
    /// It is done in the other phase: adaptations are settled already, or not yet.
    OtherPhase,
}

impl fmt::Display for SettlingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFewWindows { learnt, needed } => {
                write!(f, "{learnt} windows were learnt from, {needed} are needed")
            }
            Self::TooManyRefused { refused, windows } => {
                write!(f, "{refused} of {windows} windows are not normal; check machine and sensor")
            }
            Self::TooFar { channel } => {
                write!(
                    f,
                    "channel {channel} differs too much from the recording of the model; check sensor and mounting"
                )
            }
            Self::Channel { channel, error } => write!(f, "channel {channel}: {error}"),
            Self::OtherPhase => f.write_str("this is not done in this phase of settling in"),
        }
    }
}

impl core::error::Error for SettlingError {}
