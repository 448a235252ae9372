//! The sliding convolution: up to seven neighbouring outputs of a channel at a time, on doubled channel pairs.
//!
//! Every activation that is loaded serves all the outputs that have a tap over it. A stage of this form reads a strip of
//! [`crate::plan::Layout::Pairs`], as an image (the taps of a kernel row slide along columns) or as a signal (all taps
//! slide along rows), and writes rows of either layout.
//!
//! In the stage's record, `weights` are packed as [`Kernel`] says: for each phase (at the byte that the phase's record
//! tells) `[out][kernel row][channel pair]`, with channel pairs up to a multiple of four; `scales` holds [`Doubled`]
//! records, one an output channel; `table` has 256 entries, entry v + 128 what is stored for v: int16 where `extra[0]` is 0,
//! int8 where it is 2; it is 1 where nothing is looked up and outputs are only rectified; `extra[1]` is not 0 where even
//! outputs are made of odd ones (see [`Differences`]): 1 where the odd phase's weights come first, the differences' behind
//! them, 2 where both come of the same five int8 weights; `extra[2]` is 1 where the inner loops for any distance between
//! channel pairs do, which several stages can share.

mod call;
mod check;
mod loops;
#[cfg(not(picoae_dsp))]
mod portable;

pub(crate) use call::{Call, Differences, Store, Tile, store_for, template};
pub(crate) use check::{check, check_places, reads_inside, table_fits};
pub(crate) use loops::Loop;

use crate::kernels::{self, has};
use crate::ops::{RowTask, phases_of};
use crate::place::Place;
use crate::plan::{Buffer, Phases, Stage};

/// An inner loop: taps, distance of the outputs in activations, outputs at a time.
///
/// int8 weights lie in words whose bytes are (a₀ b₀ a₁ b₁), written a|b, where a and b are two weights of both channels of
/// a pair. Three taps: for pairs j and j + 1 the words (tap 0|tap 1 of j), (tap 2 of j|tap 2 of j + 1), (tap 0|tap 1 of
/// j + 1); two taps: (tap 0|tap 1) for each pair; one tap: (pair j|pair j + 1). int16 weights: a word a tap. Five weights
/// behind an upsampling: (0|1 of j), (2|3 of j), (4 of j|4 of j + 1), (0|1 of j + 1), (2|3 of j + 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kernel {
    Taps1By4,
    Taps1By7,
    Taps2By4,
    Taps2By7,
    Taps3By4,
    Taps3By7,
    /// The outputs are the whole width, and its padding, a column on each side, is not stored.
    Taps3By7Edges,
    /// Two channel pairs in all, int16 weights.
    Taps3By7Gathered,
    Taps3Step2By7,
    Taps3By6,
    Taps3By6Wide,
    /// Odd outputs behind an upsampling by two, of five weights w: the taps are w₀, w₁ + w₂, w₃ + w₄.
    Taps5By6,
    /// That of [`super::kronecker`].
    Kronecker,
}

impl Kernel {
    /// That of a signal.
    pub(crate) const fn for_signal(stage: &Stage) -> Self {
        match (stage.weight_bits, stage.extra[1]) {
            (16, _) => Self::Taps3By6Wide,
            (_, 2) => Self::Taps5By6,
            _ => Self::Taps3By6,
        }
    }

    /// Taps, step, outputs, and whether weights are int16.
    pub(crate) const fn shape(self) -> (usize, usize, usize, bool) {
        match self {
            Self::Taps1By4 => (1, 1, 4, false),
            Self::Taps1By7 => (1, 1, 7, false),
            Self::Taps2By4 => (2, 1, 4, false),
            Self::Taps2By7 => (2, 1, 7, false),
            Self::Taps3By4 => (3, 1, 4, false),
            Self::Taps3By7 | Self::Taps3By7Edges => (3, 1, 7, false),
            Self::Taps3By7Gathered => (3, 1, 7, true),
            Self::Taps3Step2By7 => (3, 2, 7, false),
            Self::Taps3By6 | Self::Taps5By6 | Self::Kronecker => (3, 1, 6, false),
            Self::Taps3By6Wide => (3, 1, 6, true),
        }
    }

    /// Bytes of weights for four channel pairs.
    pub(crate) const fn weight_bytes(self) -> usize {
        let (taps, _, _, wide) = self.shape();
        match self {
            Self::Taps5By6 => 40,
            _ if wide => 16 * taps,
            _ => 8 * taps,
        }
    }
}

/// Bytes behind a strip that a kernel for channel pairs or fields may read, without using what is there: those must lie
/// in the arena. A signal's kernels read whole tiles of eight words, of which three at least are there.
pub const fn overread(b: &Buffer) -> u32 {
    match b.is_bytes() {
        true => 0,
        false if b.width == 1 => 24,
        false => 64,
    }
}

/// Kernel rows that a call can take.
pub(crate) const MAX_ROWS: usize = 7;

#[cfg(picoae_dsp)]
pub(crate) use crate::arch::cortex_m4::Calls;
#[cfg(not(picoae_dsp))]
pub(crate) use portable::Calls;

/// The kernel for a phase of an image.
const fn image_kernel(b: &Buffer, taps: usize, step: usize, outputs: usize) -> Option<Kernel> {
    if b.is_tight() {
        let whole = b.width == 7 && b.pad_left == 1 && b.pad_right == 1;
        return if whole && taps == 3 && step == 1 && outputs == 7 { Some(Kernel::Taps3By7Edges) } else { None };
    }
    match (taps, step, outputs) {
        (1, 1, ..=4) => Some(Kernel::Taps1By4),
        (1, 1, _) => Some(Kernel::Taps1By7),
        (2, 1, ..=4) => Some(Kernel::Taps2By4),
        (2, 1, _) => Some(Kernel::Taps2By7),
        (3, 1, ..=4) => Some(Kernel::Taps3By4),
        (3, 1, _) => Some(Kernel::Taps3By7),
        (3, 2, _) => Some(Kernel::Taps3Step2By7),
        _ => None,
    }
}

/// The bits of the kernels that `stage` calls; `next` is the strip that it writes to.
pub(crate) const fn kernels(stage: &Stage, data: &[u8], next: Option<&Buffer>) -> u64 {
    let (b, place, phases) = (&stage.input, Place::of_output(stage, next), Phases::of(stage, data));
    let signal = b.is_signal();
    let (shape, apart) = if signal {
        (kernels::SIGNAL, stage.phases_h as usize * place.pitch)
    } else {
        (kernels::IMAGE, stage.phases_w as usize * place.column)
    };
    let mut bits = 1 << shape | stored(store_for(stage, &place, apart), stage);
    if stage.pool_h == 2 {
        bits |= 1 << kernels::POOL;
    }
    match stage.extra[1] {
        0 => {}
        1 => bits |= 1 << kernels::DIFFERENCES,
        _ => bits |= 1 << kernels::DIFFERENCES_OF_FIVE,
    }
    let mut i = 0;
    while i < phases.len() {
        let width = columns_of(stage.out_width as usize, stage.phases_w as usize, i % stage.phases_w as usize);
        let kernel = if signal {
            Some(Kernel::for_signal(stage))
        } else {
            image_kernel(b, phases.get(i).taps_w as usize, stage.step_w as usize, width)
        };
        if let Some(kernel) = kernel {
            let inner = kernel.inner_loop(b.planes(), b.plane as usize, stage.extra[2] == 1);
            bits |= 1 << kernels::inner_loop(inner);
        }
        i += 1;
    }
    bits
}

/// The same for a stage of the gathering form.
pub(crate) const fn gathered_kernels(stage: &Stage, next: Option<&Buffer>) -> u64 {
    let place = Place::of_output(stage, next);
    1 << kernels::inner_loop(Loop::K3P7Gathered) | stored(store_for(stage, &place, place.column), stage)
}

/// The bit of what stores the outputs of `stage`.
pub(crate) const fn stored(store: Option<Store>, stage: &Stage) -> u64 {
    match store {
        Some(store) => 1 << kernels::store(store, stage.pool_h == 2),
        None => 0,
    }
}

/// Outputs of phase `q` among `phases` in a row of `width`.
const fn columns_of(width: usize, phases: usize, q: usize) -> usize {
    (width + phases - 1 - q) / phases
}

/// Makes `rows` rows.
pub(crate) fn run<const K: u64>(task: &mut RowTask<'_>, place: &Place, rows: usize) {
    if has(K, kernels::SIGNAL) && task.stage.input.is_signal() {
        signal::<K>(task, place, rows);
    } else if has(K, kernels::IMAGE) {
        for i in 0..rows {
            image::<K>(task, place, i);
        }
    }
}

/// Makes row `task.y + i` of an image: a call for each column phase and each seven of its columns.
fn image<const K: u64>(task: &mut RowTask<'_>, place: &Place, i: usize) {
    let stage = task.stage;
    let phases = phases_of(stage, task.data);
    let (phases_h, phases_w) = (stage.phases_h as usize, stage.phases_w as usize);
    let (step_h, step_w) = (stage.step_h as usize, stage.step_w as usize);
    let b = &stage.input;
    let y = task.y + i;
    let mut call = template(stage, place);
    call.column = phases_w * place.column;
    let Some(store) = store_for(stage, place, call.column) else { return };
    call.store = store;
    for q in 0..phases_w {
        let number = y % phases_h * phases_w + q;
        let phase = &phases[number];
        let width = columns_of(stage.out_width as usize, phases_w, q);
        let Some(kernel) = image_kernel(b, phase.taps_w as usize, step_w, width) else { return };
        // Rows of padding add nothing.
        let top = y / phases_h * step_h + phase.row as usize;
        let first = top.max(b.pad_top as usize);
        let end = (top + phase.taps_h as usize).min((b.pad_top + b.height) as usize);
        let row_weights = call.planes / 4 * kernel.weight_bytes();
        call.kernel = kernel;
        call.stride = phase.taps_h as usize * row_weights;
        let weights = stage.weights.offset as usize + phase.weights as usize + (first - top) * row_weights;
        call.row_count = end.saturating_sub(first);
        let column = b.offset as usize + phase.column as usize * 4;
        let most = kernel.shape().2;
        // Where no row is left, there is nothing to read, and the window may lie outside the strip.
        let row = first.wrapping_sub(task.base).wrapping_mul(call.row_step).wrapping_add(column);
        let out = place.row(i) + q * place.column;
        let Some(mut calls) = Calls::new::<K>(&call, task.arena, task.data) else { return };
        for x in (0..width).step_by(most) {
            calls.make::<K>(&Tile {
                weights,
                row: row.wrapping_add(x * step_w * 4),
                out: out + x * call.column,
                outputs: most.min(width - x),
                is_first: false,
            });
        }
    }
}

/// Makes `rows` rows of a signal: a call for each phase and each six of its positions.
fn signal<const K: u64>(task: &mut RowTask<'_>, place: &Place, rows: usize) {
    let stage = task.stage;
    let phases = phases_of(stage, task.data);
    let (count, pool) = (stage.phases_h as usize, stage.pool_h as usize);
    let b = &stage.input;
    let mut call = template(stage, place);
    call.kernel = Kernel::for_signal(stage);
    call.column = count * place.pitch;
    let Some(store) = store_for(stage, place, call.column) else { return };
    call.store = store;
    call.pool = pool;
    call.stride = call.planes / 4 * call.kernel.weight_bytes();
    if stage.extra[1] > 0 {
        let five = stage.extra[1] == 2;
        let behind = if five { 0 } else { call.channels * call.planes * 12 };
        let weights = stage.weights.offset as usize + behind;
        call.differences = Some(Differences { weights, five, scratch: stage.scratch_offset as usize });
    }
    let group = task.y * pool / count;
    let Some(mut calls) = Calls::new::<K>(&call, task.arena, task.data) else { return };
    // With differences the odd phase makes both.
    let first = if call.differences.is_some() { 1 } else { 0 };
    for (p, phase) in phases.iter().enumerate().skip(first) {
        let mut tile = Tile {
            weights: stage.weights.offset as usize + phase.weights as usize,
            row: b.offset as usize + (group + phase.row as usize - task.base) * 4,
            out: place.row(p),
            outputs: 0,
            is_first: false,
        };
        let mut left = columns_of(rows, count, p);
        while left > 0 {
            tile.outputs = (6 / pool).min(left);
            calls.make::<K>(&tile);
            left -= tile.outputs;
            tile.row += 24;
            tile.out += tile.outputs * call.column;
        }
    }
}
