//! Packs the weights of a swar16 convolution, and chooses for each output channel how its products are made.

use crate::lower::node::{BranchTaps, ConvNode, Node};
use picoae::plan::params::swar16::{ChannelFlags, Packing, Streams};

/// Largest sum of |w| whose products fill no more than a lane.
pub(super) const LANE: i32 = 255;
/// Instructions of two words of a stream for two pairs of positions, two products a split and one; and of the exchange.
const TWICE: usize = 15;
const EACH: usize = 19;
const EXCHANGE: usize = 18;
/// Those of an excess tap and a price for its eight bytes; those of the first one in addition.
const EXCESS: usize = 24;
const FIRST_EXCESS: usize = 8;
/// Instructions for packing a word of two pairs.
const PACKED: usize = 14;

/// How the weights are to lie.
pub(super) struct WeightLayout<'a> {
    pub(super) node: &'a Node,
    pub(super) packing: Packing,
    /// Kernel rows of a slice.
    pub(super) rows: usize,
}

/// The weights of all branches.
pub(super) struct PackedWeights {
    pub(super) bytes: Vec<u8>,
    /// Where each branch's start.
    pub(super) starts: Vec<usize>,
    /// One a branch and output channel.
    pub(super) flags: Vec<u16>,
    pub(super) streams: Streams,
}

/// The words of one output channel's weights, in one stream or two.
#[derive(Default)]
struct Words {
    first: Stream,
    second: Stream,
    flags: u16,
}

/// Words and what is too much for the lanes of some of them: its index and what comes once more.
#[derive(Default)]
struct Stream {
    words: Vec<i32>,
    excess: Vec<(usize, i32)>,
    twice: bool,
}

impl PackedWeights {
    pub(super) fn new(c: &ConvNode, layout: &WeightLayout<'_>) -> Self {
        let outputs = layout.node.output[2];
        let mut all = Self {
            bytes: Vec::new(),
            starts: Vec::new(),
            flags: Vec::new(),
            streams: Streams { plain: false, polynomial: false },
        };
        for t in &c.taps {
            all.starts.push(all.bytes.len());
            let tries: Vec<[Option<Words>; 2]> = (0..outputs)
                .map(|o| {
                    let polynomial = polynomial_fits(c, t, layout).then(|| polynomial(t, layout, o)).flatten();
                    [plain(t, layout, o), polynomial]
                })
                .collect();
            // A way that no channel takes needs no activations of its own.
            let best = |ways: &[Option<Words>; 2]| ways.iter().flatten().map(cost).min().unwrap_or(0);
            let mixed: usize = tries.iter().map(best).sum();
            let packing = tries.first().and_then(|t| t[0].as_ref()).map_or(0, |plain| plain.first.words.len() * PACKED);
            let all_polynomial = tries.iter().map(|t| t[1].as_ref().map(cost)).sum::<Option<usize>>();
            let only = all_polynomial.is_some_and(|all| all <= mixed + packing);
            let chosen: Vec<Words> = tries
                .into_iter()
                .filter_map(|t| t.into_iter().skip(usize::from(only)).flatten().min_by_key(cost))
                .collect();
            if layout.packing != Packing::Words {
                // Slice by slice, channel by channel.
                let run = t.taps[1] * layout.node.input[2];
                let mut ky = 0;
                while ky < t.taps[0] {
                    let now = layout.rows.min(t.taps[0] - ky);
                    for words in &chosen {
                        all.push(&words.first.words[ky * run..(ky + now) * run], layout.packing);
                    }
                    ky += now;
                }
            }
            for words in &chosen {
                all.flags.push(ChannelFlags::with_excess(
                    words.flags,
                    [&words.first, &words.second].map(|stream| stream.excess.len()),
                ));
                if words.flags & ChannelFlags::POLYNOMIAL == 0 {
                    all.streams.plain = true;
                } else {
                    all.streams.polynomial = true;
                }
                if layout.packing == Packing::Words {
                    all.push_stream(&words.first);
                    all.push_stream(&words.second);
                }
            }
        }
        all
    }

    /// Adds a stream and its excess taps.
    fn push_stream(&mut self, stream: &Stream) {
        self.push(&stream.words, Packing::Words);
        let end = stream.words.len().next_multiple_of(2);
        for (i, word) in &stream.excess {
            // Blocks of two pairs are four words for two of the stream.
            let offset = (i / 2 * 16 + i % 2 * 4) as i32 - end as i32 * 8;
            self.push(&[offset, *word], Packing::Words);
        }
    }

    /// Adds words, filled up with zeros as far as the channel loop goes.
    fn push(&mut self, words: &[i32], packing: Packing) {
        let whole = if packing == Packing::Words { 2 } else { 4 };
        for i in 0..words.len().next_multiple_of(whole) {
            let word = words.get(i).copied().unwrap_or(0).to_ne_bytes();
            self.bytes.extend_from_slice(match packing {
                Packing::Bytes => &word[..1],
                Packing::Halves => &word[..2],
                Packing::Words | Packing::DualPhase => &word,
            });
        }
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
    }
}

/// Instructions of a channel for two pairs.
fn cost(words: &Words) -> usize {
    words.first.cost() + words.second.cost() + if words.second.words.is_empty() { 0 } else { EXCHANGE }
}

impl Stream {
    /// Splits after two products or after each, whichever costs less; `None`: neither fits.
    fn new(words: &[[i32; 2]], may_exceed: bool) -> Option<Self> {
        let both = [2, 1].into_iter().filter_map(|products| Self::splitting(words, products, may_exceed));
        both.min_by_key(Self::cost)
    }

    /// The words (their lower and higher lane) for a split of so many products.
    fn splitting(words: &[[i32; 2]], products: usize, may_exceed: bool) -> Option<Self> {
        let (mut lanes, mut excess_taps) = (words.to_vec(), Vec::new());
        for (split, words) in lanes.chunks_mut(products).enumerate() {
            loop {
                let excess = words.iter().flatten().map(|w| w.abs()).sum::<i32>() - LANE;
                if excess <= 0 {
                    break;
                }
                let largest = (0..words.len() * 2).max_by_key(|i| words[i / 2][i % 2].abs())?;
                let weight = &mut words[largest / 2][largest % 2];
                let off = excess.min(weight.abs()) * weight.signum();
                *weight -= off;
                excess_taps.push((split * products + largest / 2, off << (largest % 2 * 16)));
            }
        }
        let words = lanes.into_iter().map(|[low, high]| low.wrapping_add(high << 16)).collect();
        let most = if may_exceed { ChannelFlags::MOST } else { 0 };
        (excess_taps.len() <= most).then_some(Self { words, excess: excess_taps, twice: products == 2 })
    }

    fn cost(&self) -> usize {
        let each = if self.twice { TWICE } else { EACH };
        let excess = if self.excess.is_empty() { 0 } else { self.excess.len() * EXCESS + FIRST_EXCESS };
        self.words.len().div_ceil(2) * each + excess
    }
}

/// One word a tap. Slices must not change what lies side by side, so their lengths count.
fn plain(t: &BranchTaps, layout: &WeightLayout<'_>, o: usize) -> Option<Words> {
    let each = t.taps[0] * t.taps[1] * layout.node.input[2];
    let own: Vec<[i32; 2]> = t.weights[o * each..(o + 1) * each].iter().map(|w| [i32::from(*w), 0]).collect();
    let slice = layout.rows * t.taps[1] * layout.node.input[2];
    let first = if slice < own.len() {
        let fits = |slice: &[[i32; 2]]| Stream::splitting(slice, 2, false).is_some();
        let words = own.iter().map(|[w, _]| *w).collect();
        Stream { words, excess: Vec::new(), twice: own.chunks(slice).all(fits) }
    } else {
        Stream::new(&own, layout.packing == Packing::Words)?
    };
    let flags = if first.twice { ChannelFlags::TWICE } else { 0 };
    Some(Words { first, second: Stream::default(), flags })
}

/// Whether the outputs follow each other as the taps do, and the weights can be words in two streams.
fn polynomial_fits(c: &ConvNode, t: &BranchTaps, layout: &WeightLayout<'_>) -> bool {
    let signal = layout.node.output[1] == 1;
    let (taps, neighbours) = if signal {
        (t.taps[0], c.step[0] == c.dilation[0] && c.pool[1] == 1)
    } else {
        let even = c.pool[0] * c.pool[1] == 1 || c.pool[1].is_multiple_of(2);
        (t.taps[1], c.step[1] == 1 && even)
    };
    let even = layout.node.input[2].is_multiple_of(2);
    layout.packing == Packing::Words && layout.rows >= t.taps[0] && taps >= 3 && neighbours && even
}

/// The two streams of the polynomial, where they fit in the lanes.
fn polynomial(t: &BranchTaps, layout: &WeightLayout<'_>, o: usize) -> Option<Words> {
    let channels = layout.node.input[2];
    let each = t.taps[0] * t.taps[1] * channels;
    let own = &t.weights[o * each..(o + 1) * each];
    let (lines, cells, run) = if layout.node.output[1] == 1 {
        (1, t.taps[0], t.taps[1] * channels)
    } else {
        (t.taps[0], t.taps[1], channels)
    };
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for line in 0..lines {
        let g = |cell: usize, i: usize| i32::from(own[(line * cells + cell) * run + i]);
        for triple in 0..cells / 3 {
            for i in 0..run {
                let [g0, g1, g2] = [0, 1, 2].map(|k| g(triple * 3 + k, i));
                first.push([g2, g1]);
                second.push([g0, g1]);
            }
        }
    }
    for line in 0..lines {
        for i in (line * cells + cells / 3 * 3) * run..(line + 1) * cells * run {
            first.push([i32::from(own[i]), 0]);
        }
    }
    let (first, second) = (Stream::new(&first, true)?, Stream::new(&second, true)?);
    let twice = |stream: &Stream, flag| if stream.twice { flag } else { 0 };
    let flags =
        ChannelFlags::POLYNOMIAL | twice(&first, ChannelFlags::TWICE) | twice(&second, ChannelFlags::SECOND_TWICE);
    Some(Words { first, second, flags })
}
