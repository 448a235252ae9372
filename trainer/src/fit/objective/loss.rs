//! The objectives by their names in a configuration.

use super::{Huber, L1, Mse, Objective};
use serde::{Deserialize, Serialize};

/// The loss of a reconstruction y against its target t, with d = y − t.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    /// Mean of d².
    #[default]
    Mse,
    /// Mean of |d|.
    L1,
    /// Mean of d²/2 where |d| < 1, else of |d| − 1/2 (Huber 1964, δ = 1).
    Huber,
}

impl Loss {
    /// What it is.
    pub fn objective(self) -> &'static dyn Objective {
        match self {
            Self::Mse => &Mse,
            Self::L1 => &L1,
            Self::Huber => &Huber,
        }
    }
}
