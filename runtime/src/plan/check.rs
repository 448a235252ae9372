//! The checks that make a plan a model: behind them no kernel can read or write out of place.

use super::{Buffer, Header, Layout, MAX_STAGES, Op, Phase, Scale, Stage};
use crate::model::typed;
use core::fmt;

/// What does not fit in a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanError {
    /// The stage, from 0; `None` for the header.
    pub stage: Option<u16>,
    /// What is wrong with it.
    pub what: &'static str,
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.stage {
            Some(s) => write!(f, "stage {s}: {}", self.what),
            None => write!(f, "header: {}", self.what),
        }
    }
}

impl core::error::Error for PlanError {}

type Check = Result<(), &'static str>;

fn ensure(ok: bool, what: &'static str) -> Check {
    if ok { Ok(()) } else { Err(what) }
}

/// Checks a plan.
pub(crate) fn check(header: &Header, stages: &[Stage], data: &[u8]) -> Result<(), PlanError> {
    header_fits(header, stages, data).map_err(|what| PlanError { stage: None, what })?;
    for (s, stage) in stages.iter().enumerate() {
        let next = stages.get(s + 1).map(|n| &n.input);
        let writer = s.checked_sub(1).map(|w| &stages[w]);
        strip_fits(header, &stage.input)
            .and_then(|()| stage_fits(stage, data))
            .and_then(|()| windows_fit(stage, typed(data, stage.phases), writer))
            .and_then(|()| places_fit(header, stage, next))
            .map_err(|what| PlanError { stage: Some(s as u16), what })?;
    }
    Ok(())
}

fn header_fits(header: &Header, stages: &[Stage], data: &[u8]) -> Check {
    ensure(!stages.is_empty() && stages.len() <= MAX_STAGES, "the number of stages is not in 1..=32")?;
    ensure(stages.len() == header.stages as usize, "the number of stages differs from what it says")?;
    ensure(data.len() == header.data_bytes as usize, "the length of the data differs from what it says")?;
    ensure(data.as_ptr().align_offset(4) == 0, "the data does not start on a multiple of 4")?;
    ensure((1..=stages.len()).contains(&(header.encoder_stages as usize)), "the encoder has no stage or too many")?;
    for tensor in [&header.input, &header.latent, &header.output] {
        ensure(!tensor.is_empty() && tensor.len() <= 1 << 24, "a tensor has no value, or too many")?;
        ensure((-128..=127).contains(&tensor.zero_point), "a zero point is not in -128..=127")?;
        ensure(tensor.scale.is_finite() && tensor.scale > 0.0, "a scale is not a positive number")?;
    }
    let (first, last) = (&stages[0].input, &stages[stages.len() - 1]);
    let dims = |t: &super::Tensor| (t.height, t.width, t.channels);
    ensure(dims(&header.input) == (first.height, first.width, first.channels), "the input is not the first stage's")?;
    ensure(
        dims(&header.output) == (last.out_height, last.out_width, last.out_channels),
        "the output is not the last stage's",
    )?;
    let code = &stages[header.encoder_stages as usize - 1];
    ensure(
        dims(&header.latent) == (code.out_height, code.out_width, code.out_channels),
        "the latent is not what the encoder makes",
    )?;
    ensure(header.delay_bytes > 0, "no sample can wait")?;
    ensure(inside(header, header.delay_offset, header.delay_bytes), "the waiting samples lie outside the arena")?;
    ensure(header.stretch >= 1 && header.stretch as usize <= crate::score::MAX_STRETCH, "the stretch is not in 1..=64")
}

/// Whether `bytes` from `offset` on lie in the arena.
fn inside(header: &Header, offset: u32, bytes: u32) -> bool {
    offset.checked_add(bytes).is_some_and(|end| end <= header.arena_bytes)
}

fn strip_fits(header: &Header, b: &Buffer) -> Check {
    ensure(Layout::from_code(b.layout).is_some(), "the layout of the rows is unknown")?;
    ensure(b.height > 0 && b.width > 0 && b.channels > 0 && b.rows > 0, "an extent of the input is 0")?;
    ensure(b.offset.is_multiple_of(4), "the strip starts on no multiple of 4")?;
    ensure(b.padded_height() < u16::MAX as usize, "the padded input has too many rows")?;
    ensure(inside(header, b.offset, b.size), "the strip lies outside the arena")?;
    if b.is_pairs() { pairs_fit(b) } else { bytes_fit(b) }
}

/// Geometry of a strip in layout [`Layout::Bytes`].
fn bytes_fit(b: &Buffer) -> Check {
    ensure(b.pitch.is_multiple_of(4), "the strip's pitch is no multiple of 4")?;
    ensure(b.plane == 0 && b.column == b.channels, "the strides of the strip are wrong")?;
    ensure(b.padded_width() * b.channels as usize <= b.pitch as usize, "a row is longer than its pitch")?;
    ensure(u64::from(b.size) == u64::from(b.pitch) * u64::from(b.rows), "the strip's size is wrong")
}

/// Geometry of a strip in layout [`Layout::Pairs`]: one of the three that [`Buffer`] names.
fn pairs_fit(b: &Buffer) -> Check {
    let columns = if b.is_tight() { b.width as u64 } else { b.padded_width() as u64 };
    let (rows, pairs) = (u64::from(b.rows), u64::from(b.channels.div_ceil(2)));
    let (size, pitch, plane) = (u64::from(b.size), u64::from(b.pitch), u64::from(b.plane));
    let fits = if b.channels == 1 && b.column == 2 {
        let word_rows = pitch.is_multiple_of(4) || (columns == 1 && pitch == 2);
        plane == 0 && word_rows && columns * 2 <= pitch && size >= rows * pitch && size.is_multiple_of(4)
    } else if columns == 1 && pitch == 4 && b.is_signal() {
        b.column == 4
            && plane.is_multiple_of(4)
            && rows * 4 <= plane
            && size.is_multiple_of(plane)
            && pairs * plane <= size
    } else {
        let row =
            columns * 4 <= plane && plane.is_multiple_of(4) && pitch.is_multiple_of(plane) && pairs * plane <= pitch;
        b.column == 4 && plane > 0 && row && size == rows * pitch
    };
    ensure(fits, "the strides of the strip are wrong")
}

/// Strips, working memory, sink and waiting samples that are used at the same time lie apart.
fn places_fit(header: &Header, stage: &Stage, next: Option<&Buffer>) -> Check {
    let row = u32::from(stage.out_width) * u32::from(stage.out_channels);
    let behind = match next {
        Some(n) => {
            ensure(
                (n.height, n.width, n.channels) == (stage.out_height, stage.out_width, stage.out_channels),
                "what comes out is not what the next stage takes",
            )?;
            ensure(n.rows >= stage.tile, "the next strip holds less than a tile")?;
            let converts = n.is_pairs() && crate::forms::is_portable(stage);
            ensure(!converts || stage.staging_bytes >= row, "there is no room for a row that is converted")?;
            (n.offset, (n.bytes()) as u32)
        }
        None => {
            let bytes = row.checked_mul(u32::from(stage.tile)).ok_or("the last tile is too long")?;
            ensure(inside(header, header.sink_offset, bytes), "the last rows lie outside the arena")?;
            (header.sink_offset, bytes)
        }
    };
    crate::forms::check_places(stage, next, header.arena_bytes)?;
    ensure(inside(header, stage.scratch_offset, stage.scratch_bytes), "the working memory lies outside the arena")?;
    ensure(inside(header, stage.staging_offset, stage.staging_bytes), "the staging row lies outside the arena")?;
    ensure(stage.scratch_offset.is_multiple_of(4), "the working memory starts on no multiple of 4")?;
    let places = [
        (stage.input.offset, stage.input.bytes() as u32),
        behind,
        (stage.scratch_offset, stage.scratch_bytes),
        (stage.staging_offset, stage.staging_bytes),
        (header.delay_offset, header.delay_bytes),
    ];
    for (i, a) in places.iter().enumerate() {
        for b in &places[i + 1..] {
            ensure(a.1 == 0 || b.1 == 0 || a.0 + a.1 <= b.0 || b.0 + b.1 <= a.0, "two parts of the arena overlap")?;
        }
    }
    Ok(())
}

/// Whether the strip in front of `stage` holds the window of each tile while its `writer` (`None`: the caller, row by
/// row) adds a tile, and no window reaches beyond the padded map. The same rule tells the planner how many rows a strip
/// needs.
///
/// # Errors
/// What does not fit.
pub fn windows_fit(stage: &Stage, phases: &[Phase], writer: Option<&Stage>) -> Result<(), &'static str> {
    let writer_tile = writer.map_or(1, |w| w.tile);
    if writer.is_some_and(|w| w.op == Op::Linear.code()) {
        // Its sums may lie where the stages behind it work, so its row must find room before any of them does.
        ensure(stage.input.rows > stage.input.pad_top, "the strip has no room for a linear layer's row")?;
    }
    ensure(stage.tile > 0, "the tile is 0")?;
    ensure(stage.first_tile <= stage.tile, "the first tile is larger than others")?;
    ensure(stage.input.rows >= writer_tile, "the strip is too short for a tile")?;
    if stage.op == Op::Linear.code() {
        return ensure(stage.input.rows >= writer_tile, "the strip is too short");
    }
    let mut y = 0;
    while y < stage.out_height as usize {
        let last = y + stage.rows_at(y) - 1;
        let (first, _) = stage.rows_for(y, phases);
        let mut end = 0;
        for row in y..=last {
            let window = stage.rows_for(row, phases);
            ensure(window.0 >= first, "a window starts above its tile")?;
            end = end.max(window.1);
        }
        ensure(end == stage.rows_for(last, phases).1, "a window ends below its tile")?;
        ensure(end <= stage.input.padded_height(), "a window reaches below the padded map")?;
        let held = rows_come(&stage.input, end, writer).saturating_sub(first);
        ensure(held <= stage.input.rows as usize, "the strip is too short for the window of a tile")?;
        y = last + 1;
    }
    Ok(())
}

/// How many rows (padding counted) have come when row `end - 1` is there: the writer adds whole tiles, padding comes row
/// by row. A strip that holds these behind the first row of its reader's window is never full before the window is
/// complete.
fn rows_come(b: &Buffer, end: usize, writer: Option<&Stage>) -> usize {
    let (top, bottom) = (b.pad_top as usize, (b.pad_top + b.height) as usize);
    if end <= top || end > bottom {
        return end;
    }
    let (first, tile) = writer.map_or((1, 1), |w| (w.rows_at(0), w.tile as usize));
    (top + first + (end - top).saturating_sub(first).div_ceil(tile) * tile).min(bottom)
}

fn stage_fits(stage: &Stage, data: &[u8]) -> Check {
    let op = Op::from_code(stage.op).ok_or("the operator is unknown")?;
    if crate::forms::packs_its_own(stage) {
        ensure(stage.tile > 0 && stage.step_h > 0, "a step is 0")?;
        return crate::forms::check(stage, data);
    }
    crate::forms::check(stage, data)?;
    ensure(!stage.input.is_pairs(), "the portable kernels read rows of bytes")?;
    ensure(stage.out_height > 0 && stage.out_width > 0 && stage.out_channels > 0, "an extent of the output is 0")?;
    ensure(stage.step_h > 0 && stage.step_w > 0, "a step is 0")?;
    ensure((-128..=127).contains(&stage.zero_point), "the zero point is not in -128..=127")?;
    let act = -128 <= stage.act_min && stage.act_min <= stage.act_max && stage.act_max <= 127;
    ensure(act, "the output's range is not in -128..=127")?;
    let map = &stage.input;
    let unpadded = map.pad_top == 0 && map.pad_bottom == 0 && map.pad_left == 0 && map.pad_right == 0;
    let same_channels = map.channels == stage.out_channels;
    match op {
        Op::Conv => conv_fits(stage, data),
        Op::MaxPool | Op::AvgPool => {
            ensure(same_channels, "pooling changes the channels")?;
            ensure(stage.kernel_h > 0 && stage.kernel_w > 0, "the window is empty")?;
            ensure(u32::from(stage.kernel_h) * u32::from(stage.kernel_w) <= 1 << 16, "the window is too large")?;
            let last = (stage.out_width as usize - 1) * stage.step_w as usize + stage.kernel_w as usize;
            ensure(last <= map.padded_width(), "a window reaches right of the padded map")
        }
        Op::Upsample => {
            ensure(same_channels, "upsampling changes the channels")?;
            ensure(unpadded, "upsampling takes no padding")?;
            ensure((stage.out_width - 1) / stage.step_w < map.width, "upsampling makes more columns than there are")
        }
        Op::Table => {
            ensure(unpadded && same_channels, "a table takes no padding and keeps the channels")?;
            let less = stage.out_height <= map.height && stage.out_width <= map.width;
            ensure(less, "a table makes more rows or columns than there are")?;
            table_fits(stage, data)
        }
        Op::Linear => {
            let outputs = stage.out_channels as usize;
            ensure(
                unpadded && stage.out_height == 1 && stage.out_width == 1,
                "a linear layer makes one row of one column",
            )?;
            ensure(stage.scratch_bytes as usize == outputs * 4, "the working memory is not one sum an output")?;
            ensure(stage.tile == 1, "a linear layer's tile is one row")?;
            let weights = map.height as usize * map.row_len() * outputs;
            ensure(typed::<i8>(data, stage.weights).len() == weights, "the number of weights is wrong")?;
            finish_fits(stage, data, outputs, outputs)
        }
        Op::Expand => {
            let outputs = stage.out_height as usize * stage.out_width as usize * stage.out_channels as usize;
            ensure(unpadded && map.height == 1 && map.width == 1, "it expands one row of one column")?;
            let weights = map.channels as usize * outputs;
            ensure(typed::<i8>(data, stage.weights).len() == weights, "the number of weights is wrong")?;
            finish_fits(stage, data, outputs, outputs)
        }
        Op::Window => {
            ensure(unpadded && same_channels, "a window takes no padding and keeps the channels")?;
            ensure(stage.crop_left < map.width && stage.crop_top < map.height, "the window cuts everything away")
        }
        Op::Reshape => {
            ensure(unpadded, "reshaping takes no padding")?;
            let outputs = stage.out_height as usize * stage.out_width as usize * stage.out_channels as usize;
            ensure(outputs <= map.height as usize * map.row_len(), "reshaping makes more values than there are")
        }
    }
}

fn table_fits(stage: &Stage, data: &[u8]) -> Check {
    ensure(typed::<i8>(data, stage.table).len() == 256, "the table has not 256 entries")
}

/// Biases, scales and table of a stage that requantizes.
fn finish_fits(stage: &Stage, data: &[u8], biases: usize, channels: usize) -> Check {
    ensure(typed::<i32>(data, stage.bias).len() == biases, "the number of biases is wrong")?;
    let scales: &[Scale] = typed(data, stage.scales);
    ensure(scales.len() == 1 || scales.len() == channels, "the number of scales is wrong")?;
    let good = |s: &Scale| s.multiplier >= 0 && (-31..=30).contains(&s.shift);
    ensure(scales.iter().all(good), "a multiplier or a shift is out of range")?;
    if stage.has_table != 0 { table_fits(stage, data) } else { Ok(()) }
}

fn conv_fits(stage: &Stage, data: &[u8]) -> Check {
    let map = &stage.input;
    let (outputs, inputs, groups) = (stage.out_channels as usize, map.channels as usize, stage.groups as usize);
    ensure(groups > 0 && outputs.is_multiple_of(groups) && inputs.is_multiple_of(groups), "the groups do not divide")?;
    ensure(stage.dilation_h > 0 && stage.dilation_w > 0, "a dilation is 0")?;
    ensure(stage.pool_h > 0 && stage.pool_w > 0, "the pooling window is empty")?;
    ensure(stage.phases_h > 0 && stage.phases_w > 0, "there is no phase")?;
    let weights = match stage.weight_bits {
        8 => typed::<i8>(data, stage.weights).len(),
        16 => typed::<i16>(data, stage.weights).len(),
        32 if !crate::forms::is_portable(stage) => typed::<i32>(data, stage.weights).len(),
        _ => return Err("weights are neither 8 nor 16 bits wide"),
    };
    let phases: &[Phase] = typed(data, stage.phases);
    let number = stage.phases_h as usize * stage.phases_w as usize;
    ensure(phases.len() == number, "the number of phases is wrong")?;
    for (i, phase) in phases.iter().enumerate() {
        // Rows are looked up in the first phase of a row, so all phases of a row must agree.
        let row_phase = &phases[i / stage.phases_w as usize * stage.phases_w as usize];
        ensure((phase.row, phase.taps_h) == (row_phase.row, row_phase.taps_h), "the phases of a row disagree")?;
        let taps = phase.taps_h as usize * phase.taps_w as usize;
        let end = outputs as u64 * taps as u64 * (inputs / groups) as u64 + u64::from(phase.weights);
        ensure(end <= weights as u64, "a phase has fewer weights than taps")?;
        // The last column of this phase among the convolution's columns.
        let q = i % stage.phases_w as usize;
        let columns = stage.out_width as usize * stage.pool_w as usize;
        if phase.taps_w > 0 && columns > q {
            let last = (columns - 1 - q) / stage.phases_w as usize * stage.step_w as usize + phase.column as usize;
            let end = last + (phase.taps_w as usize - 1) * stage.dilation_w as usize + 1;
            ensure(end <= map.padded_width(), "a window reaches right of the padded map")?;
        }
    }
    finish_fits(stage, data, number * outputs, outputs)
}
