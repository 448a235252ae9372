//! Chooses, for each node, the kernel form that a processor runs it with, and packs its weights for it.

mod cortex_m0;
mod cortex_m4;
mod host;
mod riscv32;

use super::stage::{self, Data};
use super::{Choice, Node};
use crate::error::Result;
use picoae::plan::{Buffer, Stage, windows_fit};

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
    /// RISC-V: RV32 with multiplication.
    Riscv32,
    /// The workstation: any processor with vectors of sixteen bytes or more. Such plans are large.
    Host,
}

/// The record of the first of `nodes` in the form that is best on the target behind the stage `writer`, without what depends
/// on the next stage.
///
/// # Errors
/// [`crate::Error::Invalid`] when a number is beyond what a plan can say.
pub(super) fn stage(
    nodes: &[Node],
    writer: Option<&Stage>,
    data: &mut Data,
    target: Target,
    choice: Choice,
) -> Result<Stage> {
    // Where long tiles would cut a window, short ones may not.
    for tile in (0..=choice.tile).rev().filter(|_| choice.forms) {
        let tried = Choice { tile, ..choice };
        let chosen = match target {
            Target::Portable => None,
            Target::CortexM4 => cortex_m4::stage(nodes, writer, data, tried)?,
            Target::CortexM0 => cortex_m0::stage(&nodes[0], data, tried)?,
            Target::Riscv32 => riscv32::stage(&nodes[0], data, tried)?,
            Target::Host => host::stage(&nodes[0], data, tried)?,
        };
        match chosen {
            Some(stage) if tiles_are_whole(&stage, data) => return Ok(stage),
            Some(_) => {}
            None => break,
        }
    }
    stage::stage(&nodes[0], 1, data)
}

/// Whether the last row of every tile needs the last of the tile's input rows. Phases without taps (a kernel shorter than
/// the stride) can break this; the portable operator makes such rows one at a time.
fn tiles_are_whole(stage: &Stage, data: &Data) -> bool {
    let roomy = Stage { input: Buffer { rows: u16::MAX, ..stage.input }, ..*stage };
    windows_fit(&roomy, &data.bytes, None).is_ok()
}

/// Puts in what depends on the strip behind each stage.
pub(super) fn connect(nodes: &[Node], stages: &mut [Stage], data: &mut Data) {
    for (s, node) in nodes.iter().enumerate() {
        let next = stages.get(s + 1).copied();
        cortex_m4::connect(node, &mut stages[s], next.as_ref(), data);
    }
}
