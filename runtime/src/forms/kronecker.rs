//! The convolution of a signal with three taps, two products at a time in each of both factors (Kronecker substitution).
//!
//! With z = 2²², a word of two rows times a word of two weights is (x₀ + x₁·z)·(w₂ + w₁·z) = x₀w₂ + (x₀w₁ + x₁w₂)·z + x₁w₁·z²:
//! four products of one 64-bit multiplication. Summed over the channels, the fields of 22, 22 and 20 bits stay apart as
//! long as each sum is within its field, which the trainer checks with the actual weights: for values of −128 to 127,
//! Σ|w₀| + |w₂| ≤ 12,288 in the lowest, Σ|w₀| + |w₁| + |w₂| < 16,384 in the middle, Σ|w₁| < 4,096 in the highest. A sum that starts at
//! 2²¹ − 2¹⁹, 2²¹ and 2¹⁹ in the fields has none below 0, so they are taken out without a borrow.
//!
//! Words X₀ to X₃ hold eight rows s₀ to s₇. Three sums, of Xᵢ·w₀ + Xᵢ₊₁·(w₂ + w₁·z), have in their fields
//! w₀s₂ᵢ + w₂s₂ᵢ₊₂ (an output but for w₁s₂ᵢ₊₁), the whole output of the rows s₂ᵢ₊₁ to s₂ᵢ₊₃, and w₁s₂ᵢ₊₃, which the next sum lacks. A tile
//! of six rows so completes an output of the one before it, and leaves its last whole output and its last part to the next
//! (the *carry*, two words a channel): its outputs lag two behind its rows, and pairs of outputs stay pairs for a pooling and
//! for fields behind.
//!
//! In the stage's record, `weights` are `[out][channel]` pairs of words (w₂ + w₁·z, w₀); `scales`, `table` and `extra[0]` are as
//! in [`super::slide`], with biases less 2²²; the working memory is the carry.

use super::slide::{self, Calls, Kernel, Store, Tile, table_fits};
use crate::kernels;
use crate::ops::RowTask;
use crate::place::Place;
use crate::plan::{Buffer, Op, Phases, Stage, among, count, ensure, pass};
#[cfg(not(picoae_dsp))]
use {super::slide::Call, crate::plan::FIELD};

/// Rows that a tile's kernel goes on by.
const ROWS: usize = 6;
/// How far its outputs lag behind.
const LAG: usize = 2;

/// Makes `rows` rows.
pub(crate) fn run<const K: u64>(task: &mut RowTask<'_>, place: &Place, rows: usize) {
    let stage = task.stage;
    let b = &stage.input;
    let pool = stage.pool_h as usize;
    let mut call = slide::template(stage, place);
    call.kernel = Kernel::Kronecker;
    call.column = place.pitch;
    let Some(store) = store_for(stage, place) else { return };
    call.store = store;
    call.pool = pool;
    call.stride = call.planes * 8;
    call.carry = stage.scratch_offset as usize;
    // In positions before the pooling, counted from the first tile's outputs that are none.
    let at = if task.y > 0 { task.y * pool + LAG } else { 0 };
    let row = b.offset as usize + (at - task.base) * 2;
    let Some(mut calls) = Calls::new::<K>(&call, task.arena, task.data) else { return };
    let mut tile = Tile { weights: stage.weights.offset as usize, row, out: place.at, outputs: 0, is_first: at == 0 };
    let mut left = rows;
    while left > 0 {
        let new = if tile.is_first { ROWS - LAG } else { ROWS };
        tile.outputs = (new / pool).min(left);
        calls.make::<K>(&tile);
        left -= tile.outputs;
        tile.row += ROWS * 2;
        tile.out += tile.outputs * call.column;
        tile.is_first = false;
    }
}

/// How outputs are stored, if that is possible: as fields, or as the sliding form does it.
const fn store_for(stage: &Stage, place: &Place) -> Option<Store> {
    match (place.fields, stage.extra[0]) {
        (false, _) => slide::store_for(stage, place, place.pitch),
        (true, 1) => Some(Store::FieldsRelu),
        (true, 2) => Some(Store::FieldsTable),
        (true, _) => None,
    }
}

/// The bits of the kernels that `stage` calls; `next` is the strip that it writes to.
pub(crate) const fn kernels(stage: &Stage, next: Option<&Buffer>) -> u64 {
    let (b, place) = (&stage.input, Place::of_output(stage, next));
    let pool = if stage.pool_h == 2 { 1 << kernels::POOL } else { 0 };
    let inner = Kernel::Kronecker.inner_loop(b.planes(), b.plane as usize, false);
    1 << kernels::inner_loop(inner) | pool | slide::stored(store_for(stage, &place), stage)
}

/// Checks a stage of this form for itself.
pub(crate) const fn check(stage: &Stage, data: &[u8]) -> Result<(), &'static str> {
    let b = &stage.input;
    let fields = stage.op == Op::Conv.code() && b.is_fields() && b.pad_top % 2 == 1;
    ensure!(fields, "a kernel for fields reads a signal of fields behind padding");
    let plain = stage.step_h == 1 && stage.dilation_h == 1 && stage.groups == 1 && stage.phases_h == 1;
    ensure!(plain && stage.phases_w == 1, "a kernel for fields has no step, dilation, phases or groups");
    ensure!(among(stage.pool_h as i64, 1, 2) && stage.pool_w == 1, "the pooling is not 1 or 2 long");
    ensure!(stage.out_height > 1 && stage.out_width == 1 && stage.out_channels > 0, "an extent of the output is 0");
    let phases = Phases::of(stage, data);
    ensure!(phases.len() == 1, "the number of phases is wrong");
    let phase = phases.get(0);
    ensure!(phase.row == 1 && phase.taps_h == 3 && phase.taps_w == 1, "a kernel for fields reads other rows");
    let (pool, lag) = (stage.pool_h as usize, if stage.first_tile > 0 { LAG } else { 0 });
    let first = stage.first_tile as usize * pool + lag;
    let whole = (stage.tile as usize * pool).is_multiple_of(ROWS) && first.is_multiple_of(ROWS) && first > 0;
    ensure!(whole, "a tile is not a multiple of six rows");
    let (channels, terms) = (stage.out_channels as usize, b.channels as usize);
    ensure!(count(data, stage.weights, 8, 4) == channels * terms, "the number of weights is wrong");
    ensure!(stage.scratch_bytes as usize >= channels * 8, "the working memory is too small for what is kept");
    pass!(super::doubled_fit(stage, data, channels));
    table_fits(stage, data)
}

/// Checks a stage of this form with what lies behind it: `next` is the strip there, `None` the place of the last rows.
pub(crate) const fn check_places(stage: &Stage, next: Option<&Buffer>, arena_bytes: u32) -> Result<(), &'static str> {
    let (b, place) = (&stage.input, Place::of_output(stage, next));
    let paired = !place.pairs || place.plane > 0 || stage.out_channels == 1;
    let stored = store_for(stage, &place).is_some();
    // Fields are stored in twos.
    let whole = match next {
        Some(next) if next.is_fields() => next.pad_top % 2 == 1 && stage.out_height.is_multiple_of(2),
        _ => true,
    };
    ensure!(stored && paired && whole, "a kernel for fields cannot write rows of this layout");
    // What lies between two channels may be read in front of each.
    ensure!(b.offset >= 8 && slide::reads_inside(b, arena_bytes), "a kernel for fields reads beyond the arena");
    Ok(())
}

/// The six outputs of channel `channel`, less the bias; puts what it keeps in the place of what was kept. Where nothing was
/// kept yet, the first four are the outputs.
#[cfg(not(picoae_dsp))]
pub(crate) fn six(call: &Call, tile: &Tile, arena: &mut [u8], data: &[u8], channel: usize) -> [i32; 6] {
    let word = |bytes: &[u8], at: usize| i32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    let start = (1_i64 << (FIELD - 1)) - (1 << 19) + (1 << (2 * FIELD - 1)) + (1_i64 << (19 + 2 * FIELD));
    let (mut sums, weights) = ([start; 3], tile.weights + channel * call.stride);
    for c in 0..call.planes {
        let x: [i64; 4] = core::array::from_fn(|i| i64::from(word(arena, tile.row + c * call.plane + 4 * i)));
        let [outer, inner] = [0, 4].map(|i| i64::from(word(data, weights + c * 8 + i)));
        for (i, sum) in sums.iter_mut().enumerate() {
            // One behind the other, as the processor does it: each product is exact.
            *sum = sum.wrapping_add(x[i + 1] * outer).wrapping_add(x[i] * inner);
        }
    }
    let mask = (1 << FIELD) - 1;
    let [a, b, c] = sums.map(|sum| {
        let sum = sum as u64;
        [sum & mask, sum >> FIELD & mask, sum >> (2 * FIELD)].map(|field| field as i32)
    });
    let at = call.carry + channel * 8;
    let kept = [word(arena, at), word(arena, at + 4)];
    arena[at..at + 4].copy_from_slice(&c[1].to_le_bytes());
    arena[at + 4..at + 8].copy_from_slice(&c[2].to_le_bytes());
    let six = [kept[0], kept[1].wrapping_add(a[0]), a[1], a[2] + b[0], b[1], b[2] + c[0]];
    if tile.is_first { [six[2], six[3], six[4], six[5], 0, 0] } else { six }
}
