//! The checks that make a plan a model: behind them no kernel can read or write out of place.
//!
//! They are constant functions, so a plan that is compiled in is checked by the compiler and costs the device nothing.

use super::portable;
use super::read::{among, ensure, pass};
use super::windows::windows_fit;
use super::{Buffer, Header, Layout, MAX_STAGES, Op, Stage, Tensor};
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

/// Checks a plan whose data starts on a multiple of 4.
pub(crate) const fn check(header: &Header, stages: &[Stage], data: &[u8]) -> Result<(), PlanError> {
    if let Err(what) = header_fits(header, stages, data) {
        return Err(PlanError { stage: None, what });
    }
    let mut s = 0;
    while s < stages.len() {
        let writer = if s > 0 { Some(&stages[s - 1]) } else { None };
        let next = if s + 1 < stages.len() { Some(&stages[s + 1].input) } else { None };
        if let Err(what) = fits(header, &stages[s], data, writer, next) {
            return Err(PlanError { stage: Some(s as u16), what });
        }
        s += 1;
    }
    Ok(())
}

const fn fits(header: &Header, stage: &Stage, data: &[u8], writer: Option<&Stage>, next: Option<&Buffer>) -> Check {
    pass!(strip_fits(header, &stage.input));
    pass!(stage_fits(stage, data));
    pass!(windows_fit(stage, data, writer));
    places_fit(header, stage, next)
}

const fn same_shape(t: &Tensor, height: u16, width: u16, channels: u16) -> bool {
    t.height == height && t.width == width && t.channels == channels
}

const fn header_fits(header: &Header, stages: &[Stage], data: &[u8]) -> Check {
    ensure!(!stages.is_empty() && stages.len() <= MAX_STAGES, "the number of stages is not in 1..=32");
    ensure!(stages.len() == header.stages as usize, "the number of stages differs from what it says");
    ensure!(data.len() == header.data_bytes as usize, "the length of the data differs from what it says");
    let encoder = header.encoder_stages as usize;
    ensure!(encoder >= 1 && encoder <= stages.len(), "the encoder has no stage or too many");
    let tensors = [&header.input, &header.latent, &header.output];
    let mut i = 0;
    while i < tensors.len() {
        let tensor = tensors[i];
        ensure!(!tensor.is_empty() && tensor.len() <= 1 << 24, "a tensor has no value, or too many");
        ensure!(among(tensor.zero_point as i64, -128, 127), "a zero point is not in -128..=127");
        ensure!(tensor.scale.is_finite() && tensor.scale > 0.0, "a scale is not a positive number");
        i += 1;
    }
    let (first, last, code) = (&stages[0].input, &stages[stages.len() - 1], &stages[encoder - 1]);
    let input = same_shape(&header.input, first.height, first.width, first.channels);
    ensure!(input, "the input is not the first stage's");
    let output = same_shape(&header.output, last.out_height, last.out_width, last.out_channels);
    ensure!(output, "the output is not the last stage's");
    let latent = same_shape(&header.latent, code.out_height, code.out_width, code.out_channels);
    ensure!(latent, "the latent is not what the encoder makes");
    ensure!(header.delay_bytes > 0, "no sample can wait");
    ensure!(inside(header, header.delay_offset, header.delay_bytes), "the waiting samples lie outside the arena");
    let stretch = header.stretch as usize;
    ensure!(stretch >= 1 && stretch <= crate::score::MAX_STRETCH, "the stretch is not in 1..=64");
    Ok(())
}

/// Whether `bytes` from `offset` on lie in the arena.
const fn inside(header: &Header, offset: u32, bytes: u32) -> bool {
    offset as u64 + bytes as u64 <= header.arena_bytes as u64
}

const fn strip_fits(header: &Header, b: &Buffer) -> Check {
    ensure!(Layout::from_code(b.layout).is_some(), "the layout of the rows is unknown");
    ensure!(b.height > 0 && b.width > 0 && b.channels > 0 && b.rows > 0, "an extent of the input is 0");
    ensure!(b.offset.is_multiple_of(4), "the strip starts on no multiple of 4");
    ensure!(b.padded_height() < u16::MAX as usize, "the padded input has too many rows");
    ensure!(inside(header, b.offset, b.size), "the strip lies outside the arena");
    if b.is_fields() {
        fields_fit(b)
    } else if b.is_pairs() {
        pairs_fit(b)
    } else {
        bytes_fit(b)
    }
}

/// Geometry of a strip in layout [`Layout::Fields`].
const fn fields_fit(b: &Buffer) -> Check {
    let (rows, size, plane) = (b.rows as u64, b.size as u64, b.plane as u64);
    let signal = b.padded_width() == 1 && b.pitch == 2 && b.column == 2;
    let whole = plane.is_multiple_of(4) && plane > 2 && rows * 2 <= plane && size == plane * b.channels as u64;
    ensure!(signal && whole, "the strides of the strip are wrong");
    Ok(())
}

/// Geometry of a strip in layout [`Layout::Bytes`].
const fn bytes_fit(b: &Buffer) -> Check {
    ensure!(b.pitch.is_multiple_of(4), "the strip's pitch is no multiple of 4");
    ensure!(b.plane == 0 && b.column == b.channels, "the strides of the strip are wrong");
    ensure!(b.padded_width() * b.channels as usize <= b.pitch as usize, "a row is longer than its pitch");
    ensure!(b.size as u64 == b.pitch as u64 * b.rows as u64, "the strip's size is wrong");
    Ok(())
}

/// Geometry of a strip in layout [`Layout::Pairs`]: one of the three that [`Buffer`] names.
const fn pairs_fit(b: &Buffer) -> Check {
    let columns = if b.is_tight() { b.width as u64 } else { b.padded_width() as u64 };
    let (rows, pairs) = (b.rows as u64, b.channels.div_ceil(2) as u64);
    let (size, pitch, plane) = (b.size as u64, b.pitch as u64, b.plane as u64);
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
    ensure!(fits, "the strides of the strip are wrong");
    Ok(())
}

const fn stage_fits(stage: &Stage, data: &[u8]) -> Check {
    let Some(op) = Op::from_code(stage.op) else { return Err("the operator is unknown") };
    pass!(crate::forms::check(stage, data));
    if crate::forms::packs_its_own(stage) {
        ensure!(stage.tile > 0 && stage.step_h > 0, "a step is 0");
        return Ok(());
    }
    portable::stage_fits(op, stage, data)
}

/// Strips, working memory, sink and waiting samples that are used at the same time lie apart.
const fn places_fit(header: &Header, stage: &Stage, next: Option<&Buffer>) -> Check {
    let row = stage.out_width as u32 * stage.out_channels as u32;
    let behind = match next {
        Some(n) => {
            let same = n.height == stage.out_height && n.width == stage.out_width && n.channels == stage.out_channels;
            ensure!(same, "what comes out is not what the next stage takes");
            ensure!(n.rows >= stage.tile, "the next strip holds less than a tile");
            let converts = !n.is_bytes() && crate::forms::is_portable(stage);
            ensure!(!converts || stage.staging_bytes >= row, "there is no room for a row that is converted");
            (n.offset, n.size)
        }
        None => {
            let Some(bytes) = row.checked_mul(stage.tile as u32) else { return Err("the last tile is too long") };
            ensure!(inside(header, header.sink_offset, bytes), "the last rows lie outside the arena");
            (header.sink_offset, bytes)
        }
    };
    pass!(crate::forms::check_places(stage, next, header.arena_bytes));
    ensure!(inside(header, stage.scratch_offset, stage.scratch_bytes), "the working memory lies outside the arena");
    ensure!(inside(header, stage.staging_offset, stage.staging_bytes), "the staging row lies outside the arena");
    ensure!(stage.scratch_offset.is_multiple_of(4), "the working memory starts on no multiple of 4");
    let places = [
        (stage.input.offset, stage.input.size),
        behind,
        (stage.scratch_offset, stage.scratch_bytes),
        (stage.staging_offset, stage.staging_bytes),
        (header.delay_offset, header.delay_bytes),
    ];
    let mut i = 0;
    while i < places.len() {
        let mut k = i + 1;
        while k < places.len() {
            let (a, b) = (places[i], places[k]);
            // The next strip was not checked yet, so it may lie anywhere.
            let (a_end, b_end) = (a.0 as u64 + a.1 as u64, b.0 as u64 + b.1 as u64);
            let apart = a.1 == 0 || b.1 == 0 || a_end <= b.0 as u64 || b_end <= a.0 as u64;
            ensure!(apart, "two parts of the arena overlap");
            k += 1;
        }
        i += 1;
    }
    Ok(())
}
