//! `conv1d_c1_pool2`: a convolution of a signal with one channel, up to five taps, the larger of two neighbours, rectified.
//!
//! Two positions lie in one word, so that two neighbouring outputs take their five taps from three words. Outputs are channel
//! pairs at a zero point of −128, or packed rows. Exact where |accumulator| < 2³⁰ (checked when the plan is made) and shifts are to
//! the right by 1 to 20 (checked when it is loaded).

mod abi;
#[cfg(picoae_dsp)]
mod armv7em;
#[cfg(not(picoae_dsp))]
mod portable;

use crate::kernel_set::KernelSet;
use crate::kernels::task::Task;
use crate::plan::params::conv1d_c1_pool2::Conv1dC1Params;
use crate::plan::row_layout::RowLayout;
use abi::{Rows, StoreRows};
#[cfg(picoae_dsp)]
use armv7em::make;
#[cfg(not(picoae_dsp))]
use portable::make;

/// Makes `rows` rows, an even number.
pub(crate) fn run<K: KernelSet>(task: &mut Task<'_>, layout: &RowLayout, rows: usize) {
    let stage = task.stage;
    let [branch] = task.branches() else { return };
    let b = &stage.input;
    let call = Rows {
        x: b.offset as usize + (2 * task.y + branch.row as usize - task.base) * 2,
        outputs: rows,
        weights: Conv1dC1Params::of(&stage.parameters).channels.offset as usize,
        channels: stage.out_channels as usize,
        out: layout.at,
        steps: if layout.packed { [layout.plane; 2] } else { [2, layout.plane.wrapping_sub(2)] },
        store: match layout.factor {
            _ if layout.packed => StoreRows::Packed,
            1 => StoreRows::Undoubled,
            _ => StoreRows::Doubled,
        },
    };
    make::<K>(&call, task.arena, task.data);
}
