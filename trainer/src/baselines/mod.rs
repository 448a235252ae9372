//! What a user would take instead of a network: detectors without training epochs, to be judged on the same windows.
//!
//! Training windows lie one behind the other, `d` values each, in the layout `[step][channel]` with `channels` values a step. Values behind the
//! last whole window are left out. Without a training window, or without values in one, every score is 0.

mod all;
mod baseline;
pub mod coarse;
pub mod isolation_forest;
pub mod level_ratios;
pub mod levels;
#[cfg(test)]
mod made_up;
pub mod neighbours;
pub mod principal_components;

pub use all::all;
pub use baseline::Baseline;
pub use coarse::Coarse;
pub use isolation_forest::IsolationForest;
pub use level_ratios::LevelRatios;
pub use levels::Levels;
pub use neighbours::Neighbours;
pub use principal_components::PrincipalComponents;

/// Areas under the ROC curve that are closer than this are alike: a baseline that comes so near a network does as well.
pub const ALIKE: f64 = 0.002;
