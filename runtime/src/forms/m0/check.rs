//! Checks of the two-lane form, and how much working memory it needs.

use super::Digits;
use crate::plan::{Op, Phases, Scale, Span, Stage, count, ensure, word};

/// What the working memory holds: words of activations, words of weights, sums.
#[derive(Debug, Clone, Copy)]
pub struct TwoLanes {
    /// Words of packed activations.
    pub activations: usize,
    /// Words of weights.
    pub weights: usize,
    /// Words of sums.
    pub sums: usize,
}

/// Words of working memory for `stage`, whose phases are `phases`; the planner asks the same.
pub const fn two_lanes_words(stage: &Stage, phases: &Phases<'_>) -> TwoLanes {
    let (rows, pairs) = (stage.extra[3] as usize, stage.extra[4] as usize);
    let (mut longest, mut sliced, mut i) = (0, false, 0);
    while i < phases.len() {
        let p = phases.get(i);
        let taps_h = p.taps_h as usize;
        sliced |= taps_h > rows;
        let now = if taps_h > rows { rows } else { taps_h };
        let words = (now * p.taps_w as usize * stage.input.channels as usize).next_multiple_of(2);
        if words > longest {
            longest = words;
        }
        i += 1;
    }
    TwoLanes {
        activations: longest.saturating_mul(pairs),
        weights: if stage.weight_bits == 32 { 0 } else { longest },
        sums: pairs.saturating_mul(2).saturating_mul(if sliced { stage.out_channels as usize } else { 1 }),
    }
}

/// Checks what the portable operator's checks do not: after them, nothing in this form can go out of bounds.
pub(crate) const fn check(stage: &Stage, data: &[u8]) -> Result<(), &'static str> {
    ensure!(stage.op == Op::Conv.code() && stage.groups == 1 && stage.dilation_w == 1, "not for the two-lane form");
    ensure!(!stage.input.is_pairs(), "the two-lane form reads bytes");
    let pool = stage.pool_h as usize * stage.pool_w as usize;
    let (pairs, rows) = (stage.extra[4] as usize, stage.extra[3] as usize);
    ensure!(pool > 0 && (pool == 1 || (stage.phases_h == 1 && stage.phases_w == 1)), "phases and pooling at once");
    ensure!(rows > 0 && pairs > 0 && pairs <= 1 << 16 && (pairs * 2).is_multiple_of(pool), "the pairs do not fit");
    let phases = Phases::of(stage, data);
    let mut i = 0;
    while i < phases.len() {
        let p = phases.get(i);
        let run = p.taps_w as usize * stage.input.channels as usize;
        ensure!(p.taps_h as usize <= rows || run.is_multiple_of(2), "a slice of an odd length");
        if stage.weight_bits == 32 {
            ensure!(p.taps_h as usize <= rows, "weights in words are not sliced");
            let each = (p.taps_h as usize * run).next_multiple_of(2);
            let end = each as u64 * stage.out_channels as u64 + p.weights as u64;
            ensure!(end <= count(data, stage.weights, 4, 4) as u64, "a phase has fewer weights than taps");
        }
        i += 1;
    }
    let words = two_lanes_words(stage, &phases);
    let needed = words.activations.saturating_add(words.weights).saturating_add(words.sums).saturating_mul(4);
    ensure!(needed <= stage.scratch_bytes as usize, "the working memory is too small");
    let flags = phases.len() * stage.out_channels as usize;
    ensure!(there(data, stage.extra[1], flags), "the flags lie outside the data");
    ensure!(there(data, stage.extra[2], 256), "the table lies outside the data");
    ensure!(stage.extra[0] <= 2, "the requantization is unknown");
    let mut i = 0;
    while stage.extra[0] > 0 && i < count(data, stage.scales, size_of::<Scale>(), 4) {
        let at = stage.scales.offset as usize + i * size_of::<Scale>();
        let scale = Scale { multiplier: word(data, at) as i32, shift: word(data, at + 4) as i32 };
        ensure!(Digits::can(scale), "a scale cannot be applied in digits");
        i += 1;
    }
    Ok(())
}

/// Whether `bytes` bytes from `offset` on lie in the data.
const fn there(data: &[u8], offset: u32, bytes: usize) -> bool {
    count(data, Span { offset, bytes: bytes as u32 }, 1, 1) == bytes
}
