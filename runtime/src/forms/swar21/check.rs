//! Checks of the form with three positions in two words, and how much working memory it needs.

use super::{Blocks, GROUP, HighMul, Swar21, most_positions};
use crate::plan::{Op, Phases, Span, Stage, count, ensure};

/// Taps of the largest phase, channels counted.
pub(super) const fn most_taps(stage: &Stage, phases: &Phases<'_>) -> usize {
    let (mut most, mut i) = (0, 0);
    while i < phases.len() {
        let phase = phases.get(i);
        let taps = (phase.taps_h as usize).saturating_mul(phase.taps_w as usize);
        let taps = taps.saturating_mul(stage.input.channels as usize);
        most = if taps > most { taps } else { most };
        i += 1;
    }
    most
}

/// Words of packed activations and of sums that `stage`, whose phases are `phases`, works with; the planner asks the same.
pub const fn swar21_words(stage: &Stage, phases: &Phases<'_>) -> [usize; 2] {
    let positions = most_positions(stage);
    if Swar21::of(stage).direct {
        return [0, positions.next_multiple_of(4)];
    }
    let blocks = Blocks::of(positions);
    [most_taps(stage, phases).saturating_mul(blocks.words()), blocks.positions() * GROUP]
}

/// Checks what the portable operator's checks do not: after them, nothing in this form can go out of bounds.
pub(crate) const fn check(stage: &Stage, data: &[u8]) -> Result<(), &'static str> {
    let conv = stage.op == Op::Conv.code() && stage.groups == 1 && stage.dilation_w == 1;
    ensure!(conv && stage.input.is_bytes() && stage.weight_bits == 8, "not for the form of three positions");
    let own = Swar21::of(stage);
    ensure!(own.code() == stage.extra[0], "the form of three positions is asked for what is unknown");
    let pool = stage.pool_h as usize * stage.pool_w as usize;
    ensure!(pool > 0 && (pool == 1 || (stage.phases_h == 1 && stage.phases_w == 1)), "phases and pooling at once");
    let positions = most_positions(stage);
    ensure!(pool <= positions && positions <= 0xFFFF, "the positions do not fit");
    ensure!(own.direct || stage.extra[1] > 0, "a segment has no taps");
    let phases = Phases::of(stage, data);
    let weights = count(data, stage.weights, 1, 4);
    let mut i = 0;
    while i < phases.len() {
        let phase = phases.get(i);
        let start = phase.weights as usize;
        let taps = phase.taps_h as usize * phase.taps_w as usize * stage.input.channels as usize;
        ensure!(start.is_multiple_of(4), "a phase's weights start on no multiple of 4");
        let end = start.saturating_add(own.bytes_of(stage.out_channels as usize, taps));
        ensure!(end <= weights, "a phase has fewer weights than taps");
        i += 1;
    }
    let [words, sums] = swar21_words(stage, &phases);
    let needed = words.saturating_add(sums).saturating_mul(4);
    ensure!(needed <= stage.scratch_bytes as usize, "the working memory is too small");
    ensure!(there(data, stage.extra[2], 256, 1), "the table lies outside the data");
    if own.high_mul {
        let records = if own.each { stage.out_channels as usize } else { 1 };
        let bytes = records * size_of::<HighMul>();
        ensure!(there(data, stage.extra[4], bytes, 4), "the requantization lies outside the data");
    }
    Ok(())
}

/// Whether `bytes` bytes from `offset`, a multiple of `align`, on lie in the data.
const fn there(data: &[u8], offset: u32, bytes: usize, align: usize) -> bool {
    count(data, Span { offset, bytes: bytes as u32 }, 1, align) == bytes
}
