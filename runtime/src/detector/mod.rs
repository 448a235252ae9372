//! What firmware uses: windows or samples in, scores and verdicts out.

mod compiled;
mod entry;
mod output;
mod scorer;
mod site;
mod window;

pub use compiled::{CompiledModel, Detector};
pub use scorer::{Scorer, StreamScorer};
pub use site::{SiteDetector, SiteUnit};
