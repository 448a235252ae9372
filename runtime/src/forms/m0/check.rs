//! Checks of the two-lane form, and how much working memory it needs.

use super::lists::{Cells, Lists, weight_bytes};
use super::{Activations, Affine, Flag, Packing, Requantization, most_pairs, slice_rows, twins};
use crate::plan::{Op, Phases, Span, Stage, count, ensure, pass, word};

/// What the working memory holds: words of activations, words of weights, sums.
#[derive(Debug, Clone, Copy)]
pub struct TwoLanes {
    /// Words of activations, one a tap.
    pub plain: usize,
    /// Words of activations of the polynomial.
    pub polynomial: usize,
    /// Words of weights.
    pub weights: usize,
    /// Words of sums.
    pub sums: usize,
}

impl TwoLanes {
    /// All of it in words.
    pub const fn words(&self) -> usize {
        self.plain.saturating_add(self.polynomial).saturating_add(self.weights).saturating_add(self.sums)
    }
}

/// Words of working memory for `stage`, whose phases are `phases`; the planner asks the same.
pub const fn two_lanes_words(stage: &Stage, phases: &Phases<'_>) -> TwoLanes {
    let (rows, pairs) = (slice_rows(stage), most_pairs(stage));
    let packing = match Packing::of(stage) {
        Some(packing) => packing,
        None => Packing::Words,
    };
    let [plain, polynomial] = longest_lists(stage, phases, packing);
    let (mut sliced, mut i) = (false, 0);
    while i < phases.len() {
        sliced |= phases.get(i).taps_h as usize > rows;
        i += 1;
    }
    TwoLanes {
        plain: plain.saturating_mul(pairs),
        polynomial: polynomial.saturating_mul(pairs),
        weights: if packing.is_words() { 0 } else { plain },
        sums: pairs.saturating_mul(2).saturating_mul(if sliced { stage.out_channels as usize } else { 1 }),
    }
}

/// Words of a pair's activations in the longest lists: one a tap, and of the polynomial.
pub(super) const fn longest_lists(stage: &Stage, phases: &Phases<'_>, packing: Packing) -> [usize; 2] {
    let rows = slice_rows(stage);
    let (mut plain, mut polynomial, mut i) = (0, 0, 0);
    while i < phases.len() {
        let phase = phases.get(i);
        let taps_h = phase.taps_h as usize;
        let now = if taps_h < rows { taps_h } else { rows };
        let lists = Cells::new(stage, &phase, now).lists(packing, Activations::of(stage));
        plain = larger(plain, lists.plain);
        polynomial = larger(polynomial, lists.first + lists.second);
        i += 1;
    }
    [plain, polynomial]
}

const fn larger(a: usize, b: usize) -> usize {
    if a > b { a } else { b }
}

/// The flags of channel `i` among those that lie in `raw`.
const fn flag(raw: &[u8], i: usize) -> u16 {
    u16::from_le_bytes([raw[i * 2], raw[i * 2 + 1]])
}

/// Bytes of weights of all output channels, whose flags lie in `raw`, in one slice.
pub(super) const fn slice_bytes(packing: Packing, lists: &Lists, raw: &[u8]) -> usize {
    let (mut i, mut polynomials, mut rest) = (0, 0_usize, 0);
    while i < raw.len() / 2 {
        let [one, two] = Flag::rests(flag(raw, i));
        polynomials += (flag(raw, i) & Flag::POLYNOMIAL != 0) as usize;
        rest += one + two;
        i += 1;
    }
    let words = (lists.first + lists.second).saturating_mul(polynomials);
    let words = words.saturating_add(lists.plain.saturating_mul(i - polynomials));
    weight_bytes(packing, words).saturating_add(rest * 8)
}

/// Checks what the portable operator's checks do not: after them, nothing in this form can go out of bounds.
pub(crate) const fn check(stage: &Stage, data: &[u8]) -> Result<(), &'static str> {
    ensure!(stage.op == Op::Conv.code() && stage.groups == 1 && stage.dilation_w == 1, "not for the two-lane form");
    ensure!(stage.input.is_bytes(), "the two-lane form reads bytes");
    ensure!(stage.weight_bits == 8, "the two-lane form's weights are counted in bytes");
    let Some(packing) = Packing::of(stage) else { return Err("the packing of the weights is unknown") };
    let made = Activations::of(stage);
    let words = packing.is_words();
    ensure!(stage.extra[0] >> 17 == 0 && (words || !made.polynomial), "the polynomial wants words");
    let even = stage.input.channels.is_multiple_of(2);
    ensure!(even || !made.polynomial, "the polynomial wants an even number of channels");
    let pool = stage.pool_h as usize * stage.pool_w as usize;
    let (pairs, rows) = (most_pairs(stage), slice_rows(stage));
    ensure!(pool > 0 && (pool == 1 || (stage.phases_h == 1 && stage.phases_w == 1)), "phases and pooling at once");
    ensure!(rows > 0 && pairs > 0 && (pairs * 2).is_multiple_of(pool), "the pairs do not fit");
    let phases = Phases::of(stage, data);
    if matches!(packing, Packing::Phases) {
        pass!(twins::check(stage, data));
    } else {
        pass!(flags_fit(stage, data, &phases, made));
        let mut i = 0;
        while i < phases.len() {
            pass!(phase_fits(stage, data, &phases, i, packing));
            i += 1;
        }
    }
    let needed = two_lanes_words(stage, &phases).words().saturating_mul(4);
    ensure!(needed <= stage.scratch_bytes as usize, "the working memory is too small");
    ensure!(there(data, stage.extra[2], 256), "the table lies outside the data");
    ensure!(stage.extra[0] & 3 <= 2, "the requantization is unknown");
    let requantization = Requantization::of(stage);
    if requantization.digits > 0 {
        let bits = requantization.bits;
        ensure!(bits > 0 && bits <= Affine::MOST_BITS, "digits of an unlikely width");
        let records = if stage.extra[0] >> 6 & 1 == 1 { stage.out_channels as usize } else { 1 };
        ensure!(stage.extra[4].is_multiple_of(4), "the requantization starts on no multiple of 4");
        ensure!(there(data, stage.extra[4], records * size_of::<Affine>()), "the requantization lies outside the data");
    }
    Ok(())
}

const fn flags_fit(stage: &Stage, data: &[u8], phases: &Phases<'_>, made: Activations) -> Result<(), &'static str> {
    let all = phases.len() * stage.out_channels as usize;
    ensure!(there(data, stage.extra[1], all * 2) && stage.extra[1].is_multiple_of(2), "the flags lie outside the data");
    let mut i = 0;
    while i < all {
        let flag = flag(data.split_at(stage.extra[1] as usize).1, i);
        let polynomial = flag & Flag::POLYNOMIAL != 0;
        let there = if polynomial { made.polynomial } else { made.plain };
        let [one, two] = Flag::rests(flag);
        ensure!(flag >> 15 == 0 && there && (polynomial || two == 0), "a flag does not fit");
        ensure!(one + two == 0 || matches!(Packing::of(stage), Some(Packing::Words)), "only words have a rest");
        i += 1;
    }
    Ok(())
}

/// Whether phase `i` has as many weights as taps. The flags must have been checked.
const fn phase_fits(
    stage: &Stage,
    data: &[u8],
    phases: &Phases<'_>,
    i: usize,
    packing: Packing,
) -> Result<(), &'static str> {
    let (phase, channels) = (phases.get(i), stage.out_channels as usize);
    let flags = data.split_at(stage.extra[1] as usize + i * channels * 2).1.split_at(channels * 2).0;
    let (start, taps_h, rows) = (phase.weights as usize, phase.taps_h as usize, slice_rows(stage));
    // Also where no tap has a weight.
    let aligned = start.is_multiple_of(4) && stage.weights.offset.is_multiple_of(4);
    ensure!(aligned, "a phase's weights start on no multiple of 4");
    let made = Activations::of(stage);
    // Whole slices, and a last one of the rows that are left.
    let full = if rows < taps_h { rows } else { taps_h };
    let whole = slice_bytes(packing, &Cells::new(stage, &phase, full).lists(packing, made), flags);
    let left = taps_h % rows;
    let rest =
        if left == 0 { 0 } else { slice_bytes(packing, &Cells::new(stage, &phase, left).lists(packing, made), flags) };
    let end = start.saturating_add(whole.saturating_mul(taps_h / rows)).saturating_add(rest);
    ensure!(end <= count(data, stage.weights, 1, 4), "a phase has fewer weights than taps");
    if matches!(packing, Packing::Words) {
        ensure!(rows >= taps_h, "words are not cut into slices");
        let lists = Cells::new(stage, &phase, taps_h).lists(packing, made);
        return rests_fit(flags, data, stage.weights.offset as usize + start, &lists);
    }
    Ok(())
}

/// Whether every word of a rest belongs to one in its list. `at` is where the weights start, which must be there.
const fn rests_fit(raw: &[u8], data: &[u8], mut at: usize, lists: &Lists) -> Result<(), &'static str> {
    let mut i = 0;
    while i < raw.len() / 2 {
        let flag = flag(raw, i);
        let own = if flag & Flag::POLYNOMIAL != 0 { [lists.first, lists.second] } else { [lists.plain, 0] };
        let (rests, mut k) = (Flag::rests(flag), 0);
        while k < 2 {
            at += own[k] * 4;
            let mut left = rests[k];
            while left > 0 {
                // A block of two pairs is four words for two, of which the first pair's are the first two.
                let offset = (word(data, at) as usize).wrapping_add(own[k] * 8) as u32 as usize;
                ensure!(offset < own[k] * 8 && (offset % 16) & !4 == 0, "a word of a rest lies outside its list");
                at += 8;
                left -= 1;
            }
            k += 1;
        }
        i += 1;
    }
    Ok(())
}

/// Whether `bytes` bytes from `offset` on lie in the data.
const fn there(data: &[u8], offset: u32, bytes: usize) -> bool {
    count(data, Span { offset, bytes: bytes as u32 }, 1, 1) == bytes
}
