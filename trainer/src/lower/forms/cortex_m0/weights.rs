//! Packs the weights of a two-lane convolution, and chooses for each output channel how its products are made.

use crate::lower::{ConvNode, Node, PhaseTaps};
use picoae::plan::{Activations, Flag, Packing};

/// Largest sum of |w| whose products fill no more than a lane.
pub(super) const LANE: i32 = 255;
/// Instructions of two words of a list for two pairs of positions, two products a split and one; and of the exchange.
const TWICE: usize = 15;
const EACH: usize = 19;
const EXCHANGE: usize = 18;

/// How the weights are to lie.
pub(super) struct Layout<'a> {
    pub(super) node: &'a Node,
    pub(super) packing: Packing,
    /// Kernel rows of a slice.
    pub(super) rows: usize,
}

/// The weights of all phases.
pub(super) struct Weights {
    pub(super) bytes: Vec<u8>,
    /// Where each phase's start.
    pub(super) starts: Vec<usize>,
    /// One byte a phase and output channel.
    pub(super) flags: Vec<u8>,
    pub(super) activations: Activations,
}

/// The words of one output channel's weights, in one list or two.
#[derive(Default)]
struct Words {
    first: Vec<i32>,
    second: Vec<i32>,
    flags: u8,
}

impl Weights {
    pub(super) fn new(c: &ConvNode, layout: &Layout<'_>) -> Self {
        let outputs = layout.node.output[2];
        let mut all = Self {
            bytes: Vec::new(),
            starts: Vec::new(),
            flags: Vec::new(),
            activations: Activations { plain: false, polynomial: false },
        };
        for t in &c.taps {
            all.starts.push(all.bytes.len());
            let tries: Vec<[Option<Words>; 2]> = (0..outputs)
                .map(|o| {
                    let polynomial = polynomial_fits(c, t, layout).then(|| polynomial(t, layout, o)).flatten();
                    [Some(plain(t, layout, o)), polynomial]
                })
                .collect();
            let mut chosen: Vec<Words> =
                tries.into_iter().filter_map(|t| t.into_iter().flatten().min_by_key(cost)).collect();
            if layout.packing != Packing::Words {
                // Slice by slice, channel by channel.
                let run = t.taps[1] * layout.node.input[2];
                let mut ky = 0;
                while ky < t.taps[0] {
                    let now = layout.rows.min(t.taps[0] - ky);
                    for words in &chosen {
                        all.push(&words.first[ky * run..(ky + now) * run], layout.packing);
                    }
                    ky += now;
                }
            }
            for words in &mut chosen {
                all.flags.push(words.flags);
                if words.flags & Flag::POLYNOMIAL == 0 {
                    all.activations.plain = true;
                } else {
                    all.activations.polynomial = true;
                }
                if layout.packing == Packing::Words {
                    all.push(&words.first, Packing::Words);
                    all.push(&words.second, Packing::Words);
                }
            }
        }
        all
    }

    /// Adds a list, filled up with zeros as far as the sweep goes.
    fn push(&mut self, words: &[i32], packing: Packing) {
        let whole = if packing == Packing::Words { 2 } else { 4 };
        for i in 0..words.len().next_multiple_of(whole) {
            let word = words.get(i).copied().unwrap_or(0).to_le_bytes();
            self.bytes.extend_from_slice(match packing {
                Packing::Bytes => &word[..1],
                Packing::Halves => &word[..2],
                Packing::Words | Packing::Phases => &word,
            });
        }
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
    }
}

/// Instructions of a channel for two pairs.
fn cost(words: &Words) -> usize {
    let each = |list: &[i32], twice: u8| list.len().div_ceil(2) * if words.flags & twice != 0 { TWICE } else { EACH };
    each(&words.first, Flag::TWICE)
        + each(&words.second, Flag::SECOND_TWICE)
        + if words.second.is_empty() { 0 } else { EXCHANGE }
}

/// Whether two neighbouring products always fit in a lane together; `None`: one alone does not. The sizes are those of
/// the words' |w|.
fn fits_twice(sizes: &[i32]) -> Option<bool> {
    let each = sizes.iter().all(|size| *size <= LANE);
    each.then(|| sizes.chunks(2).all(|pair| pair.iter().sum::<i32>() <= LANE))
}

/// One word a tap. Slices must not change what lies side by side, so their lengths count.
fn plain(t: &PhaseTaps, layout: &Layout<'_>, o: usize) -> Words {
    let each = t.taps[0] * t.taps[1] * layout.node.input[2];
    let first: Vec<i32> = t.weights[o * each..(o + 1) * each].iter().map(|w| i32::from(*w)).collect();
    let sizes: Vec<i32> = first.iter().map(|w| w.abs()).collect();
    let slice = layout.rows * t.taps[1] * layout.node.input[2];
    let twice = sizes.chunks(slice.max(1)).all(|slice| fits_twice(slice) == Some(true));
    Words { first, second: Vec::new(), flags: if twice { Flag::TWICE } else { 0 } }
}

/// Whether the outputs follow each other as the taps do, and the weights can be words in two lists.
fn polynomial_fits(c: &ConvNode, t: &PhaseTaps, layout: &Layout<'_>) -> bool {
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

/// The two lists of the polynomial, where they fit in the lanes.
fn polynomial(t: &PhaseTaps, layout: &Layout<'_>, o: usize) -> Option<Words> {
    let channels = layout.node.input[2];
    let each = t.taps[0] * t.taps[1] * channels;
    let own = &t.weights[o * each..(o + 1) * each];
    let (lines, cells, run) = if layout.node.output[1] == 1 {
        (1, t.taps[0], t.taps[1] * channels)
    } else {
        (t.taps[0], t.taps[1], channels)
    };
    let mut words = Words { flags: Flag::POLYNOMIAL, ..Words::default() };
    let (mut sizes, mut second_sizes) = (Vec::new(), Vec::new());
    for line in 0..lines {
        let g = |cell: usize, i: usize| i32::from(own[(line * cells + cell) * run + i]);
        for triple in 0..cells / 3 {
            for i in 0..run {
                let [g0, g1, g2] = [0, 1, 2].map(|k| g(triple * 3 + k, i));
                words.first.push(g2.wrapping_add(g1 << 16));
                words.second.push(g0.wrapping_add(g1 << 16));
                sizes.push(g2.abs() + g1.abs());
                second_sizes.push(g0.abs() + g1.abs());
            }
        }
    }
    for line in 0..lines {
        for i in (line * cells + cells / 3 * 3) * run..(line + 1) * cells * run {
            words.first.push(i32::from(own[i]));
            sizes.push(i32::from(own[i]).abs());
        }
    }
    words.flags |= if fits_twice(&sizes)? { Flag::TWICE } else { 0 };
    words.flags |= if fits_twice(&second_sizes)? { Flag::SECOND_TWICE } else { 0 };
    Some(words)
}
