//! The checks of a stage in sliding form.

use super::{Kernel, MAX_ROWS, columns_of, image_kernel, overread, store_for};
use crate::forms::doubled_fit;
use crate::place::Place;
use crate::plan::{Buffer, Op, Phases, Stage, among, count, ensure, pass, phases_agree};

/// Checks a stage of this form for itself.
pub(crate) const fn check(stage: &Stage, data: &[u8]) -> Result<(), &'static str> {
    let b = &stage.input;
    let phases = Phases::of(stage, data);
    let (phases_h, phases_w) = (stage.phases_h as usize, stage.phases_w as usize);
    ensure!(stage.op == Op::Conv.code() && b.is_pairs() && b.column == 4, "a sliding kernel reads channel pairs");
    ensure!(b.planes() >= 4 && b.planes().is_multiple_of(4), "channel pairs do not come in fours");
    ensure!(stage.out_height > 0 && stage.out_width > 0 && stage.out_channels > 0, "an extent of the output is 0");
    ensure!(stage.step_w > 0 && stage.groups == 1, "a sliding kernel has no step or has groups");
    ensure!(stage.dilation_h == 1 && stage.dilation_w == 1, "a sliding kernel has no dilation");
    let number = phases_h * phases_w;
    ensure!(number > 0 && phases.len() == number, "the number of phases is wrong");
    pass!(doubled_fit(stage, data, stage.out_channels as usize));
    pass!(table_fits(stage, data));
    ensure!(stage.weights.offset.is_multiple_of(4), "the weights start on no multiple of 4");
    let weights = count(data, stage.weights, 1, 1);
    if b.is_signal() {
        let pool = stage.pool_h;
        ensure!((pool == 1 || (pool == 2 && phases_h == 1)) && stage.pool_w == 1, "the pooling is not 1 or 2 long");
        ensure!(stage.extra[1] <= 2, "how even outputs are made is unknown");
        ensure!(stage.extra[1] == 0 || differences_fit(stage, &phases, weights), "differences do not fit their stage");
        ensure!(phases_w == 1 && stage.step_h == 1, "a signal has phases across or a step");
        ensure!(stage.out_width == 1 && stage.tile.is_multiple_of(stage.phases_h), "a tile breaks phases");
        ensure!(stage.first_tile.is_multiple_of(stage.phases_h), "the first tile breaks phases");
    } else {
        ensure!(stage.pool_h == 1 && stage.pool_w == 1, "an image is not pooled by a sliding kernel");
        ensure!(stage.weight_bits == 8, "weights of an image are not 8 bits wide");
    }
    let mut i = 0;
    while i < number {
        pass!(phases_agree(stage, &phases, i));
        // With differences the even phase has no weights of its own.
        let bytes = if b.is_signal() { signal_weights(stage, &phases, i) } else { image_weights(stage, &phases, i) };
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(what) => return Err(what),
        };
        if !(b.is_signal() && stage.extra[1] > 0 && i == 0) {
            let from = phases.get(i).weights;
            let end = from as usize + stage.out_channels as usize * bytes;
            ensure!(from.is_multiple_of(4) && end <= weights, "a phase has fewer weights than taps");
        }
        i += 1;
    }
    Ok(())
}

/// Checks that what is stored is known and its table there.
pub(crate) const fn table_fits(stage: &Stage, data: &[u8]) -> Result<(), &'static str> {
    let there = match stage.extra[0] {
        0 => count(data, stage.table, 2, 2) == 256,
        1 => true,
        2 => count(data, stage.table, 1, 1) == 256,
        _ => return Err("what is stored is unknown"),
    };
    ensure!(there, "the table has not 256 entries");
    Ok(())
}

/// Bytes of weights of an output channel in phase `i` of a signal.
const fn signal_weights(stage: &Stage, phases: &Phases<'_>, i: usize) -> Result<usize, &'static str> {
    let phase = phases.get(i);
    ensure!(among(phase.taps_h as i64, 1, 3) && phase.taps_w == 1, "a kernel is not 1 to 3 long");
    Ok(stage.input.planes() / 4 * Kernel::for_signal(stage).weight_bytes())
}

/// Bytes of weights of an output channel in phase `i` of an image.
const fn image_weights(stage: &Stage, phases: &Phases<'_>, i: usize) -> Result<usize, &'static str> {
    let (b, phase) = (&stage.input, phases.get(i));
    let width = columns_of(stage.out_width as usize, stage.phases_w as usize, i % stage.phases_w as usize);
    ensure!(among(phase.taps_h as i64, 1, MAX_ROWS as i64), "a kernel is not 1 to 7 high");
    let last = width.saturating_sub(1) * stage.step_w as usize + phase.column as usize + phase.taps_w as usize;
    ensure!(width == 0 || last <= b.padded_width(), "a window reaches right of the padded map");
    match image_kernel(b, phase.taps_w as usize, stage.step_w as usize, width) {
        Some(kernel) => Ok(phase.taps_h as usize * (b.planes() / 4 * kernel.weight_bytes())),
        None => Err("a kernel is not 1 to 3 wide"),
    }
}

/// Whether a signal's stage can make even outputs of odd ones, `weights` bytes of weights given.
const fn differences_fit(stage: &Stage, phases: &Phases<'_>, weights: usize) -> bool {
    if phases.len() != 2 {
        return false;
    }
    let (planes, even, odd) = (stage.input.planes(), phases.get(0), phases.get(1));
    let alike = even.row == odd.row && even.taps_h == 3 && odd.taps_h == 3 && odd.weights == 0;
    let (bits, bytes) = if stage.extra[1] == 1 { (16, 20) } else { (8, 10) };
    stage.weight_bits == bits
        && stage.pool_h == 1
        && alike
        && stage.out_height.is_multiple_of(2)
        && stage.scratch_bytes as usize >= planes * 28
        && weights >= stage.out_channels as usize * planes * bytes
}

/// Checks a stage of this form with what lies behind it: `next` is the strip there, `None` the place of the last rows.
pub(crate) const fn check_places(stage: &Stage, next: Option<&Buffer>, arena_bytes: u32) -> Result<(), &'static str> {
    let b = &stage.input;
    let place = Place::of_output(stage, next);
    let column =
        if b.is_signal() { stage.phases_h as usize * place.pitch } else { stage.phases_w as usize * place.column };
    let apart = stage.extra[1] == 0 || (place.pairs && place.pitch == 4);
    let paired = !place.pairs || place.plane > 0 || stage.out_channels == 1;
    let stored = store_for(stage, &place, column).is_some();
    ensure!(stored && apart && paired, "a sliding kernel cannot write rows of this layout");
    ensure!(reads_inside(b, arena_bytes), "a sliding kernel reads beyond the arena");
    Ok(())
}

/// Whether what a kernel may read behind its strip lies in the arena: of the last plane it reads whole tiles, whatever
/// lies there.
pub(crate) const fn reads_inside(b: &Buffer, arena_bytes: u32) -> bool {
    b.offset as u64 + b.size as u64 + overread(b) as u64 <= arena_bytes as u64
}
