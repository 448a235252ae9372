//! Whether what was trained can tell normal from abnormal at all, a check a file: a blind detector is refused before anything
//! is published, and what is doubtful is said.

mod abnormal;
mod alarms;
mod evidence;
mod finding;
mod integers;
mod latent;
mod levels;
mod mean;
mod measure;
mod phase;
mod reconstruction;
mod windows;

pub use evidence::{Abnormal, Evidence};
pub use finding::Finding;
pub use measure::measure;

use crate::error::{Error, Result};

/// What the checks find, the refusals and the warnings in the checks' order.
pub fn findings(evidence: &Evidence) -> Vec<Finding> {
    [
        windows::check(evidence),
        levels::check(evidence),
        mean::check(evidence),
        integers::check(evidence),
        reconstruction::check(evidence),
        latent::check(evidence),
        alarms::check(evidence),
        phase::check(evidence),
        abnormal::check(evidence),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The warnings, if nothing is refused.
///
/// # Errors
/// [`Error::Blind`] with the first refusal.
pub fn sound(evidence: &Evidence) -> Result<Vec<String>> {
    let mut warnings = Vec::new();
    for finding in findings(evidence) {
        match finding {
            Finding::Refusal(why) => return Err(Error::Blind(why)),
            Finding::Warning(what) => warnings.push(what),
        }
    }
    Ok(warnings)
}
