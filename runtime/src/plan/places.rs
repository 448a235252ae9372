//! What lies in the arena at the same time lies apart, so no stage finds its rows overwritten by another.
//!
//! A linear layer lets nothing through before it has seen everything, so it cuts the stages into sections that never work at
//! the same time: a line buffer is in use while the stage that writes it works and while the one that reads it does, all else
//! of a stage only in its own section.

use super::codes::Operator;
use super::fault::Fault;
use super::header::Header;
use super::kernel::keeps_scratch;
use super::span::{Span, ensure};
use super::stage::Stage;

/// Places of a stage: its line buffer, its working memory, the row it converts and the rows that leave the model.
const PLACES: usize = 4;
const INPUT: usize = 0;
const SCRATCH: usize = 1;

/// Where samples wait for their reconstruction, in every section.
pub(super) const fn delay_line(header: &Header) -> Span {
    Span { offset: header.delay_offset, bytes: header.delay_bytes }
}

const fn place(header: &Header, stages: &[Stage], s: usize, which: usize) -> Span {
    let stage = &stages[s];
    match which {
        INPUT => stage.input.span(),
        SCRATCH => stage.scratch,
        2 => stage.staging,
        _ if s + 1 == stages.len() => {
            let bytes = stage.out_width as u32 * stage.out_channels as u32 * stage.tile as u32;
            Span { offset: header.output_offset, bytes }
        }
        _ => Span { offset: 0, bytes: 0 },
    }
}

/// Whether the next stage works in a section of its own.
const fn is_cut(stage: &Stage) -> bool {
    stage.operator == Operator::Linear.code()
}

/// Stage `s` lies apart from itself, from the delay line, from what the score's parts keep and from every stage in front of it that works at the same time.
pub(super) const fn lies_apart(header: &Header, stages: &[Stage], s: usize) -> Result<(), Fault> {
    let delay = delay_line(header);
    let mut i = 0;
    while i < PLACES {
        let own = place(header, stages, s, i);
        ensure!(
            own.is_apart(&delay) && own.is_apart(&header.part_state) && own.is_apart(&header.history),
            Fault::Overlap
        );
        // The sections before its own in which the place is in use.
        let before = i == INPUT && s > 0 && is_cut(&stages[s - 1]);
        let (mut t, mut cuts) = (s, 0);
        loop {
            let mut k = if t == s { i + 1 } else { 0 };
            while k < PLACES {
                let shared = i == SCRATCH && k == SCRATCH && !keeps_scratch(&stages[s]) && !keeps_scratch(&stages[t]);
                ensure!(shared || own.is_apart(&place(header, stages, t, k)), Fault::Overlap);
                k += 1;
            }
            if t == 0 {
                break;
            }
            t -= 1;
            cuts += is_cut(&stages[t]) as u32;
            if cuts > before as u32 {
                break;
            }
        }
        i += 1;
    }
    Ok(())
}
