//! How long the streams of words are that the inner loops of `swar16` run through, how the weights are packed, and the working
//! memory that follows.

use super::swar16::{ChannelFlags, Packing, Streams, Swar16Params};
pub(crate) use super::tap_grid::TapGrid;
use crate::plan::branches::Branches;
use crate::plan::stage::Stage;

/// Words of one pair of positions, and of one output channel's weights.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct TapStreams {
    /// One word a tap.
    pub(crate) plain: usize,
    /// The first stream of the polynomial.
    pub(crate) first: usize,
    /// Its second stream.
    pub(crate) second: usize,
}

impl TapGrid {
    /// The streams for them.
    pub(crate) const fn streams(&self, packing: Packing, streams: Streams) -> TapStreams {
        let mut lengths = TapStreams { plain: 0, first: 0, second: 0 };
        if streams.plain {
            let values = self.values();
            // Bytes and halves are expanded a few at a time.
            lengths.plain = if packing.is_words() { (values + 1) & !1 } else { (values + 3) & !3 };
        }
        if streams.polynomial {
            let triples = self.triples();
            lengths.first = self.lines * (self.cells - 2 * triples) * self.run;
            lengths.second = self.lines * triples * self.run;
        }
        lengths
    }
}

/// Bytes of weights in streams of `words` words.
pub(crate) const fn weight_bytes(packing: Packing, words: usize) -> usize {
    words.saturating_mul(1 << packing.shift())
}

/// The flags of channel `i` among those that lie in `raw`.
pub(super) const fn flags_at(raw: &[u8], i: usize) -> u16 {
    u16::from_ne_bytes([raw[i * 2], raw[i * 2 + 1]])
}

/// Bytes of weights of all output channels, whose flags lie in `raw`, in one slice.
pub(super) const fn slice_bytes(packing: Packing, streams: &TapStreams, raw: &[u8]) -> usize {
    let (mut i, mut polynomials, mut excess) = (0, 0_usize, 0);
    while i < raw.len() / 2 {
        let flags = flags_at(raw, i);
        let [one, two] = ChannelFlags::excess(flags);
        polynomials += (flags & ChannelFlags::POLYNOMIAL != 0) as usize;
        excess += one + two;
        i += 1;
    }
    slice_length(packing, streams, [polynomials, i - polynomials], excess)
}

/// The same for so many channels with the polynomial and without, and so many excess taps.
pub(crate) const fn slice_length(
    packing: Packing,
    streams: &TapStreams,
    [polynomials, others]: [usize; 2],
    excess: usize,
) -> usize {
    let words = (streams.first + streams.second).saturating_mul(polynomials);
    let words = words.saturating_add(streams.plain.saturating_mul(others));
    weight_bytes(packing, words).saturating_add(excess * 8)
}

/// What the working memory holds.
#[derive(Debug, Clone, Copy)]
pub struct Scratch {
    /// Words of activations, one a tap.
    pub plain: usize,
    /// Words of activations of the polynomial.
    pub polynomial: usize,
    /// Words of weights.
    pub weights: usize,
    /// Words of sums.
    pub sums: usize,
}

impl Scratch {
    /// That of `stage`, whose branches are `branches`; the planner asks the same.
    pub const fn of(stage: &Stage, branches: &Branches<'_>) -> Self {
        let params = Swar16Params::of(&stage.parameters);
        let (rows, pairs) = (params.slice_rows as usize, params.pairs as usize);
        let packing = params.packing();
        let [plain, polynomial] = longest_streams(stage, branches, packing);
        let (mut sliced, mut i) = (false, 0);
        while i < branches.len() {
            sliced |= branches.get(i).taps_h as usize > rows;
            i += 1;
        }
        Self {
            plain: plain.saturating_mul(pairs),
            polynomial: polynomial.saturating_mul(pairs),
            weights: if packing.is_words() { 0 } else { plain },
            sums: pairs.saturating_mul(2).saturating_mul(if sliced { stage.out_channels as usize } else { 1 }),
        }
    }

    /// All of it in words.
    pub const fn words(&self) -> usize {
        self.plain.saturating_add(self.polynomial).saturating_add(self.weights).saturating_add(self.sums)
    }
}

/// Words of a pair's activations in the longest streams: one a tap, and of the polynomial.
pub(crate) const fn longest_streams(stage: &Stage, branches: &Branches<'_>, packing: Packing) -> [usize; 2] {
    let params = Swar16Params::of(&stage.parameters);
    let (rows, streams) = (params.slice_rows as usize, params.streams());
    let (mut plain, mut polynomial, mut i) = (0, 0, 0);
    while i < branches.len() {
        let branch = branches.get(i);
        let taps_h = branch.taps_h as usize;
        let now = if taps_h < rows { taps_h } else { rows };
        let lengths = TapGrid::new(stage, &branch, now).streams(packing, streams);
        plain = larger(plain, lengths.plain);
        polynomial = larger(polynomial, lengths.first + lengths.second);
        i += 1;
    }
    [plain, polynomial]
}

const fn larger(a: usize, b: usize) -> usize {
    if a > b { a } else { b }
}
