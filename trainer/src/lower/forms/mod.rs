//! Chooses, for each node, the kernel form that a processor runs it with, and packs its weights for it.

use super::stage::Data;
use super::{Node, Options};
use crate::error::Result;
use picoae::plan::Stage;

/// The processor that a plan is made for. Every plan runs everywhere with the same bits; it is only fast on its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// Portable operators only.
    #[default]
    Portable,
    /// ARMv7E-M with the DSP instructions: Cortex-M4, M7, M33.
    CortexM4,
    /// ARMv6-M: Cortex-M0, M0+.
    CortexM0,
}

/// Gives `stage`, the portable record of `node`, another form where one is better on the target.
///
/// # Errors
/// [`crate::Error::Invalid`] when packed parameters are beyond what a plan can say.
pub(super) fn choose(_node: &Node, _stage: &mut Stage, _data: &mut Data, options: &Options) -> Result<()> {
    match options.target {
        Target::Portable | Target::CortexM4 | Target::CortexM0 => Ok(()),
    }
}
