//! Plans the arena: how many rows each strip holds, and where strips, working memory and waiting samples lie.
//!
//! A linear layer lets nothing through before it has seen everything, so it cuts the pipeline into sections: what lies in
//! front of it is finished when what lies behind it starts. Strips of different sections share their memory.

use crate::error::{Error, Result};
use picoae::plan::{Header, Op, Phase, Stage, windows_fit};

/// Fits the rows of every strip and gives everything its place; sets `arena_bytes` and the offsets in `header`, whose
/// `delay_bytes` must be known.
///
/// # Errors
/// [`Error::Invalid`] when a window cannot be served at all.
pub(super) fn plan(header: &mut Header, stages: &mut [Stage], data: &[u8]) -> Result<()> {
    for s in 0..stages.len() {
        let writer = s.checked_sub(1).map(|w| stages[w]);
        fit_rows(&mut stages[s], data, writer.as_ref()).map_err(|e| Error::invalid(format!("stage {s}: {e}")))?;
    }
    let sections = sections(stages);
    // Samples wait throughout, so they lie in front of every section.
    header.delay_offset = 0;
    let base = header.delay_bytes.next_multiple_of(8);
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
        stage.scratch_offset = place(sections[s], stage.scratch_bytes as usize);
    }
    let last = &stages[stages.len() - 1];
    let tile = usize::from(last.tile) * usize::from(last.out_width) * usize::from(last.out_channels);
    header.sink_offset = place(sections[stages.len() - 1], tile);
    // A strip between two sections is alive in both, so it lies behind both.
    let mut end = base;
    for s in 0..stages.len() {
        if is_handed_over(&sections, s) {
            stages[s].input.offset = end.max(ends[sections[s]]).max(ends[sections[s] - 1]);
            end = (stages[s].input.offset + stages[s].input.bytes() as u32).next_multiple_of(8);
        }
    }
    header.arena_bytes = ends.into_iter().fold(end, u32::max);
    Ok(())
}

/// The section that each stage works in.
fn sections(stages: &[Stage]) -> Vec<usize> {
    let mut section = 0;
    stages
        .iter()
        .map(|stage| {
            let own = section;
            section += usize::from(stage.op == Op::Linear.code());
            own
        })
        .collect()
}

/// Whether the strip in front of stage `s` is written in one section and read in the next.
fn is_handed_over(sections: &[usize], s: usize) -> bool {
    s > 0 && sections[s - 1] != sections[s]
}

/// The fewest rows with which the runtime's own rule accepts the strip.
fn fit_rows(stage: &mut Stage, data: &[u8], writer: Option<&Stage>) -> std::result::Result<(), &'static str> {
    let span = stage.phases;
    let raw = &data[span.offset as usize..(span.offset + span.bytes) as usize];
    let phases: Vec<Phase> = raw.chunks_exact(size_of::<Phase>()).map(bytemuck::pod_read_unaligned).collect();
    let rows = |stage: &mut Stage, rows: u16| {
        stage.input.rows = rows;
        stage.input.size = stage.input.pitch * u32::from(rows);
        windows_fit(stage, &phases, writer)
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
