//! What the vector convolution needs to neither read nor write out of place.

use super::{FEW, LANES, Runs, STEP};
use crate::plan::{Buffer, Op, Phases, Scale, Stage, among, count, ensure, pass, phases_agree, word};

/// Whether the stage's outputs are few enough for dot products.
pub const fn is_few(stage: &Stage) -> bool {
    stage.out_channels < FEW
}

/// Outputs with those that fill the lanes.
const fn padded(stage: &Stage) -> usize {
    if is_few(stage) { stage.out_channels as usize } else { (stage.out_channels as usize).next_multiple_of(LANES) }
}

/// Bytes of working memory: the widened rows of the tile with the most, and its sums. The tile must not be 0.
pub const fn vector_bytes(stage: &Stage, phases: &Phases<'_>) -> u64 {
    let (mut rows, mut y) = (0, 0);
    while y < stage.out_height as usize {
        let made = stage.rows_at(y);
        let (start, _) = stage.rows_for(y, phases);
        let (_, end) = stage.rows_for(y + made - 1, phases);
        if end.saturating_sub(start) > rows {
            rows = end.saturating_sub(start);
        }
        y += made;
    }
    // No strip has more rows, and so the products stay below 2⁶⁴.
    let rows = if rows > u16::MAX as usize { u16::MAX as usize } else { rows };
    let values = rows as u64 * stage.input.padded_width() as u64 * stage.input.channels as u64 + STEP as u64;
    let positions = stage.tile as u64 * stage.pool_h as u64 * stage.out_width as u64 * stage.pool_w as u64;
    (values * 2).next_multiple_of(4) + positions * if is_few(stage) { 4 } else { 4 * LANES as u64 }
}

/// Checks a stage of this form for itself.
pub(crate) const fn check(stage: &Stage, data: &[u8]) -> Result<(), &'static str> {
    let b = &stage.input;
    ensure!(stage.op == Op::Conv.code() && b.is_bytes(), "a vector kernel reads rows of bytes");
    ensure!(stage.groups == 1 && stage.dilation_w == 1, "a vector kernel has no groups, nor dilation across");
    ensure!(stage.step_h > 0 && stage.step_w > 0 && stage.dilation_h > 0, "a step is 0");
    ensure!(stage.phases_h > 0 && stage.phases_w > 0, "there is no phase");
    let pool = stage.pool_h as u32 * stage.pool_w as u32;
    ensure!(among(pool as i64, 1, 256), "the pooling window is empty or too large");
    ensure!(stage.out_height > 0 && stage.out_width > 0 && stage.out_channels > 0, "an extent of the output is 0");
    ensure!(stage.tile > 0 && stage.first_tile <= stage.tile, "the tile is 0, or the first one larger");
    pass!(values_fit(stage, data));
    let phases = Phases::of(stage, data);
    let number = stage.phases_h as usize * stage.phases_w as usize;
    ensure!(phases.len() == number, "the number of phases is wrong");
    let weights = count(data, stage.weights, 2, 4) as u64;
    let blocks = if is_few(stage) { stage.out_channels as u64 } else { padded(stage) as u64 / LANES as u64 };
    let columns = stage.out_width as usize * stage.pool_w as usize;
    let mut i = 0;
    while i < number {
        let phase = phases.get(i);
        pass!(phases_agree(stage, &phases, i));
        let q = i % stage.phases_w as usize;
        if phase.taps_w > 0 && columns > q {
            let steps = (columns - 1 - q) / stage.phases_w as usize;
            let last = steps as u64 * stage.step_w as u64 + phase.column as u64;
            let fits = last + phase.taps_w as u64 <= b.padded_width() as u64;
            ensure!(fits, "a window reaches right of the padded map");
        }
        let most = Runs::of(stage, &phase).weights(is_few(stage));
        ensure!(most <= weights && phase.weights as u64 + blocks * most <= weights, "a phase has too few weights");
        i += 1;
    }
    ensure!(stage.scratch_bytes as u64 >= vector_bytes(stage, &phases), "the working memory is too small for a tile");
    Ok(())
}

/// Checks biases, scales, range and table.
const fn values_fit(stage: &Stage, data: &[u8]) -> Result<(), &'static str> {
    ensure!(among(stage.zero_point as i64, -128, 127), "the zero point is not in -128..=127");
    let act = -128 <= stage.act_min && stage.act_min <= stage.act_max && stage.act_max <= 127;
    ensure!(act, "the output's range is not in -128..=127");
    let biases = stage.phases_h as u64 * stage.phases_w as u64 * padded(stage) as u64;
    ensure!(count(data, stage.bias, 4, 4) as u64 == biases, "the number of biases is wrong");
    let scales = count(data, stage.scales, size_of::<Scale>(), 4);
    ensure!(scales == padded(stage), "the number of scales is wrong");
    let mut i = 0;
    while i < scales {
        let at = stage.scales.offset as usize + i * size_of::<Scale>();
        let (multiplier, shift) = (word(data, at) as i32, word(data, at + 4) as i32);
        ensure!(multiplier >= 0 && among(shift as i64, -31, 30), "a multiplier or a shift is out of range");
        i += 1;
    }
    let table = stage.has_table == 0 || count(data, stage.table, 1, 1) == 256;
    ensure!(table, "the table has not 256 entries");
    Ok(())
}

/// Checks that the outputs find their layout behind the stage.
pub(crate) const fn check_places(next: Option<&Buffer>) -> Result<(), &'static str> {
    match next {
        Some(next) if !next.is_bytes() => Err("a vector kernel writes bytes"),
        _ => Ok(()),
    }
}
