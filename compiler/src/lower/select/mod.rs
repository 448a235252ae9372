//! Selection: which kernel runs each node on a processor. A processor is a file; all that it says is which kernels it tries,
//! in which order, and what they cost there.

mod cortex_m0;
mod cortex_m4;
mod host;
mod portable;
mod riscv32;
mod selector;

use super::data::Data;
use super::kernels;
use super::node::Node;
use super::option::PlanOption;
use crate::error::Result;
use picoae::plan::{LineBuffer, Stage, windows_fit};
use selector::Selector;

/// The processor that a plan is made for. Every plan runs everywhere with the same bits; it is only fast on its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum Target {
    /// Portable kernels only.
    #[default]
    Portable,
    /// Cores with the DSP extension: Cortex-M4, M7, and M33 and M55 with it.
    CortexM4,
    /// ARMv6-M: Cortex-M0, M0+.
    CortexM0,
    /// RISC-V: RV32 with multiplication.
    Riscv32,
    /// The workstation: any processor with vectors of sixteen bytes or more. Such plans are large.
    Host,
}

impl Target {
    /// Each of them.
    pub const ALL: [Self; 5] = [Self::Portable, Self::CortexM4, Self::CortexM0, Self::Riscv32, Self::Host];

    /// Its selector.
    pub(crate) fn selector(self) -> &'static dyn Selector {
        match self {
            Self::Portable => &portable::Portable,
            Self::CortexM4 => &cortex_m4::CortexM4,
            Self::CortexM0 => &cortex_m0::CortexM0,
            Self::Riscv32 => &riscv32::Riscv32,
            Self::Host => &host::Host,
        }
    }
}

/// The stage of the first of `nodes` behind the stage `writer`, without what depends on the next stage.
///
/// # Errors
/// [`crate::Error::Invalid`] when a number is beyond what a plan can say.
pub(crate) fn stage(
    nodes: &[Node],
    writer: Option<&Stage>,
    data: &mut Data,
    target: Target,
    option: PlanOption,
) -> Result<Stage> {
    // Where long tiles would cut a window, short ones may not.
    for tile in (0..=option.tile).rev().filter(|_| option.kernels) {
        match target.selector().stage(nodes, writer, data, PlanOption { tile, ..option })? {
            Some(stage) if tiles_are_whole(&stage, data) => return Ok(stage),
            Some(_) => {}
            None => break,
        }
    }
    kernels::portable::stage(&nodes[0], 1, data)
}

/// Whether the last row of every tile needs the last of the tile's input rows. Branches without taps (a kernel shorter than
/// the stride) can break this; the portable kernel makes such rows one at a time.
fn tiles_are_whole(stage: &Stage, data: &Data) -> bool {
    let roomy = Stage { input: LineBuffer { rows: u16::MAX, ..stage.input }, ..*stage };
    windows_fit(&roomy, &data.bytes, None).is_ok()
}
