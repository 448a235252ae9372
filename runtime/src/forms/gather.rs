//! The sliding convolution for few channels: the rows under the kernel are gathered as if they were channels.
//!
//! Up to four values (kernel row, channel) of a column become two channel pairs in working memory; a kernel of three
//! columns then slides over them. In the stage's record, `weights` holds int16 `[out][pair][tap][2]`, `scales` and `table`
//! are as in [`super::slide`].

use super::slide::{self, Call, Calls, Kernel, Tile};
use crate::ops::{RowTask, phases_of};
use crate::place::Place;
use crate::plan::{Buffer, Op, Phases, Stage, among, count, ensure, pass};

/// Bytes of weights of a channel.
const CHANNEL: usize = 24;

/// Outputs of a call.
const OUTPUTS: usize = 7;

/// Makes `rows` rows.
pub(crate) fn run<const K: u64>(task: &mut RowTask<'_>, place: &Place, rows: usize) {
    let stage = task.stage;
    let [phase] = phases_of(stage, task.data) else { return };
    let b = &stage.input;
    let (columns, channels) = (b.padded_width(), b.channels as usize);
    let scratch = stage.scratch_offset as usize;
    let plane = plane(b);
    let mut call = Call {
        kernel: Kernel::Taps3By7Gathered,
        planes: 2,
        general: false,
        plane,
        stride: CHANNEL,
        column: place.column,
        ..slide::template(stage, place)
    };
    let Some(store) = slide::store_for(stage, place, place.column) else { return };
    call.store = store;
    for i in 0..rows {
        let top = (task.y + i) * stage.step_h as usize + phase.row as usize - task.base;
        for v in 0..4 {
            let (ky, c) = (v / channels, v % channels);
            let to = scratch + v / 2 * plane + v % 2 * 2;
            let from = b.offset as usize + (top + ky) * b.pitch as usize + c;
            let there = ky < phase.taps_h as usize;
            for x in 0..columns {
                let value = if there { task.arena[from + x * channels] as i8 } else { b.pad_value };
                let doubled = 2 * (i16::from(value) - i16::from(b.pad_value));
                task.arena[to + x * 4..to + x * 4 + 2].copy_from_slice(&doubled.to_le_bytes());
            }
        }
        let width = stage.out_width as usize;
        let Some(mut calls) = Calls::new::<K>(&call, task.arena, task.data) else { return };
        for x in (0..width).step_by(OUTPUTS) {
            calls.make::<K>(&Tile {
                weights: stage.weights.offset as usize,
                row: scratch + (x + phase.column as usize) * 4,
                out: place.row(i) + x * place.column,
                outputs: OUTPUTS.min(width - x),
                is_first: false,
            });
        }
    }
}

/// Bytes of a gathered plane.
const fn plane(b: &Buffer) -> usize {
    b.padded_width() * 4
}

/// Bytes of working memory that the form needs: both planes, and what a last, partial tile reads beyond them.
pub const fn gathered_bytes(b: &Buffer) -> usize {
    2 * plane(b) + 4 * OUTPUTS
}

/// Checks a stage of this form for itself.
pub(crate) const fn check(stage: &Stage, data: &[u8]) -> Result<(), &'static str> {
    let b = &stage.input;
    ensure!(stage.op == Op::Conv.code() && b.is_bytes(), "a gathering kernel reads rows of bytes");
    let plain = stage.step_w == 1 && stage.dilation_h == 1 && stage.dilation_w == 1 && stage.groups == 1;
    let single = stage.phases_h == 1 && stage.phases_w == 1 && stage.pool_h == 1 && stage.pool_w == 1;
    ensure!(plain && single, "a gathering kernel has no step across, dilation, phases or pooling");
    ensure!(stage.step_h > 0, "a gathering kernel has no step down");
    ensure!(stage.out_height > 0 && stage.out_width > 0 && stage.out_channels > 0, "an extent of the output is 0");
    let phases = Phases::of(stage, data);
    ensure!(phases.len() == 1, "the number of phases is wrong");
    let phase = phases.get(0);
    let values = phase.taps_h as i64 * b.channels as i64;
    let small = among(values, 1, 4) && among(phase.taps_w as i64, 1, 3);
    ensure!(small, "a kernel has too many rows or columns");
    let last = stage.out_width as usize - 1 + phase.column as usize + phase.taps_w as usize;
    ensure!(last <= b.padded_width(), "a window reaches right of the padded map");
    ensure!(stage.scratch_bytes as usize >= gathered_bytes(b), "the working memory is too small for gathered rows");
    let channels = stage.out_channels as usize;
    ensure!(stage.weights.offset.is_multiple_of(4), "the weights start on no multiple of 4");
    ensure!(count(data, stage.weights, 1, 1) == channels * CHANNEL, "the number of weights is wrong");
    pass!(super::doubled_fit(stage, data, channels));
    slide::table_fits(stage, data)
}

/// Checks that the outputs find their layout behind the stage.
pub(crate) const fn check_places(stage: &Stage, next: Option<&Buffer>) -> Result<(), &'static str> {
    let place = Place::of_output(stage, next);
    let paired = !place.pairs || place.plane > 0 || stage.out_channels == 1;
    let stored = slide::store_for(stage, &place, place.column).is_some();
    ensure!(stored && paired, "a gathering kernel cannot write rows of this layout");
    Ok(())
}
