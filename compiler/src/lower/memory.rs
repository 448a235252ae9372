//! Plans the arena: how many rows each line buffer holds, and where line buffers, working memory and the delay line lie.
//!
//! A linear layer lets nothing through before it has seen everything, so it cuts the pipeline into sections: what lies in
//! front of it is finished when what lies behind it starts. Line buffers of different sections share their memory.

use crate::error::{Error, Result};
use crate::lower::kernels::first_tiles;
use picoae::plan::{Fault, Header, Kernel, LineBuffer, Operator, Stage, keeps_scratch, windows_fit};

/// Fits the rows of every line buffer and gives everything its place; sets `arena_bytes` and the offsets in `header`, whose
/// `delay_bytes` and bytes of `part_state` must be known.
///
/// # Errors
/// [`Error::Invalid`] when a window cannot be served at all.
pub(super) fn plan(header: &mut Header, stages: &mut [Stage], data: &[u8]) -> Result<()> {
    for s in 0..stages.len() {
        let writer = s.checked_sub(1).map(|w| stages[w]);
        let next = stages.get(s + 1).copied();
        choose_first_tile(&mut stages[s], data, writer.as_ref(), next.as_ref());
        fit_rows(&mut stages[s], data, writer.as_ref()).map_err(|e| Error::invalid(format!("stage {s}: {e}")))?;
    }
    for s in 1..stages.len() {
        let converts = !stages[s].input.is_bytes() && stages[s - 1].kernel == Kernel::Portable.code();
        stages[s - 1].staging.bytes = if converts { stages[s].input.row_len() as u32 } else { 0 };
    }
    let sections = sections(stages);
    // Samples wait throughout, and the score's parts come together, so they lie in front of every section.
    header.delay_offset = 0;
    header.part_state.offset = header.delay_bytes.next_multiple_of(8);
    header.history.offset = header.part_state.end() as u32;
    let base = header.history.end() as u32;
    let mut ends = vec![base; sections.iter().max().map_or(1, |last| last + 1)];
    let mut place = |section: usize, bytes: usize| {
        let at = ends[section];
        ends[section] += (bytes as u32).next_multiple_of(8);
        at
    };
    for (s, stage) in stages.iter_mut().enumerate() {
        if !is_handed_over(&sections, s) {
            stage.input.offset = place(sections[s], stage.input.bytes());
        }
        if keeps_scratch(stage) {
            stage.scratch.offset = place(sections[s], stage.scratch.bytes as usize);
        }
        stage.staging.offset = place(sections[s], stage.staging.bytes as usize);
    }
    // Most working memory is empty between two tiles: the stages of a section share it.
    for section in 0..=sections.iter().copied().max().unwrap_or(0) {
        let shares = |s: usize, stage: &Stage| sections[s] == section && !keeps_scratch(stage);
        let own = stages.iter().enumerate().filter(|(s, stage)| shares(*s, stage));
        let at = place(section, own.map(|(_, stage)| stage.scratch.bytes as usize).max().unwrap_or(0));
        for (s, stage) in stages.iter_mut().enumerate() {
            if shares(s, stage) {
                stage.scratch.offset = at;
            }
        }
    }
    let last = &stages[stages.len() - 1];
    let tile = usize::from(last.tile) * usize::from(last.out_width) * usize::from(last.out_channels);
    header.output_offset = place(sections[stages.len() - 1], tile);
    // A line buffer between two sections is alive in both, so it lies behind both.
    let mut end = base;
    for s in 0..stages.len() {
        if is_handed_over(&sections, s) {
            stages[s].input.offset = end.max(ends[sections[s]]).max(ends[sections[s] - 1]);
            end = (stages[s].input.offset + stages[s].input.bytes() as u32).next_multiple_of(8);
        }
    }
    // Some kernels read a little beyond their line buffer.
    let reach = |s: &Stage| s.input.offset + s.input.size + s.input.overread();
    header.arena_bytes = ends.into_iter().chain(stages.iter().map(reach)).fold(end, u32::max);
    Ok(())
}

/// Gives the line buffer room for `rows` rows.
fn set_rows(b: &mut LineBuffer, rows: u16) {
    b.rows = rows;
    b.size = b.pitch * u32::from(rows);
    if b.is_packed() {
        b.plane = u32::from(rows.max(4)).div_ceil(2) * 4;
        b.size = b.plane * u32::from(b.channels);
        return;
    }
    if b.is_pairs() && b.pitch == 4 && b.column == 4 {
        // A signal: each channel pair has its own rows.
        b.plane = u32::from(rows.max(2)) * 4;
        b.size = b.plane * u32::from(b.channels.div_ceil(2).next_multiple_of(4));
    }
    b.size = b.size.next_multiple_of(4);
}

/// The section that each stage works in.
fn sections(stages: &[Stage]) -> Vec<usize> {
    let mut section = 0;
    stages
        .iter()
        .map(|stage| {
            let own = section;
            section += usize::from(stage.operator == Operator::Linear.code());
            own
        })
        .collect()
}

/// Whether the line buffer in front of stage `s` is written in one section and read in the next.
fn is_handed_over(sections: &[usize], s: usize) -> bool {
    s > 0 && sections[s - 1] != sections[s]
}

/// Finds the first tile of a signal with which its line buffer, and the next one where that has little choice, need the least
/// memory.
fn choose_first_tile(stage: &mut Stage, data: &[u8], writer: Option<&Stage>, next: Option<&Stage>) {
    let size = |stage: &Stage, writer: Option<&Stage>| {
        let mut fitted = *stage;
        fit_rows(&mut fitted, data, writer).is_ok().then_some(fitted.input.size)
    };
    let next = next.filter(|next| next.kernel == Kernel::ConvKronecker.code());
    let both = |first: u16| {
        let tried = Stage { first_tile: first, ..*stage };
        // Where the next stage does not fit at all, anything else is better.
        let behind = next.map_or(Some(0), |next| size(next, Some(&tried))).unwrap_or(u32::MAX / 2);
        size(&tried, writer).map(|own| own + behind)
    };
    // Of those alike the longest.
    let tried = first_tiles(stage).into_iter().rev().filter_map(|first| both(first).map(|bytes| (bytes, first)));
    if let Some((_, first)) = tried.min_by_key(|(bytes, _)| *bytes) {
        stage.first_tile = first;
    }
}

/// The fewest rows with which the runtime's own rule accepts the line buffer.
fn fit_rows(stage: &mut Stage, data: &[u8], writer: Option<&Stage>) -> std::result::Result<(), Fault> {
    let rows = |stage: &mut Stage, rows: u16| {
        set_rows(&mut stage.input, rows);
        windows_fit(stage, data, writer)
    };
    // Acceptance only grows with the rows, so halving finds the fewest.
    let tile = writer.map_or(1, |w| usize::from(w.tile));
    let most = stage.input.padded_height().max(tile).saturating_mul(2).min(65_535) as u16;
    rows(stage, most)?;
    let (mut refused, mut accepted) = (0, most);
    while accepted - refused > 1 {
        let middle = refused + (accepted - refused) / 2;
        if rows(stage, middle).is_ok() { accepted = middle } else { refused = middle }
    }
    rows(stage, accepted)
}
