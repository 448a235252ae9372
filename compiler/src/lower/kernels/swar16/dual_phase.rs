//! Packs the weights of a convolution with one output channel, two branches side by side in a word.

use super::weights::{LANE, PackedWeights};
use crate::lower::node::{BranchTaps, ConvNode, Node};
use picoae::plan::params::swar16::Streams;

/// Products of a split.
const SPLIT: usize = 4;

/// Whether `node` makes one channel in pairs of branches, so many at a time that all are complete.
pub(super) fn fits(node: &Node, c: &ConvNode) -> bool {
    let signal = node.output[1] == 1;
    let pairs = if signal { c.branches == [2, 1] } else { c.branches[1] == 2 };
    let whole = node.output[usize::from(!signal)].is_multiple_of(2) && node.input[2].is_multiple_of(8);
    let taps = c.taps.iter().all(|t| t.taps[0] > 0 && t.taps[1] > 0);
    pairs
        && whole
        && taps
        && node.output[2] == 1
        && c.pool == [1, 1]
        && c.dilation == [1, 1]
        && (!signal || node.input[1] == 1)
}

/// The weights for line buffers with rows of `pitch` bytes; a pair's second start is the number of excess taps.
pub(super) fn weights(node: &Node, c: &ConvNode, pitch: usize) -> PackedWeights {
    let streams = Streams { plain: false, polynomial: false };
    let mut all = PackedWeights { bytes: Vec::new(), starts: Vec::new(), flags: Vec::new(), streams };
    for pair in c.taps.chunks_exact(2) {
        let (mut words, excess_taps) = packed(node, [&pair[0], &pair[1]], pitch);
        all.starts.extend([all.bytes.len(), excess_taps.len()]);
        words.extend(excess_taps.into_iter().flat_map(|(offset, word)| [offset as i32, word]));
        all.bytes.extend(words.into_iter().flat_map(i32::to_ne_bytes));
    }
    all
}

/// Words `[line][column][channel]` of both branches' windows together, and what is too much for the lanes: an offset in bytes
/// and a word.
fn packed(node: &Node, pair: [&BranchTaps; 2], pitch: usize) -> (Vec<i32>, Vec<(usize, i32)>) {
    let channels = node.input[2];
    let along = usize::from(node.output[1] != 1);
    let start = |t: &BranchTaps| if along == 0 { t.row } else { t.column };
    let from = start(pair[0]).min(start(pair[1]));
    let end = pair.iter().map(|t| start(t) + t.taps[along] as isize).max().unwrap_or(from);
    let across = (end - from) as usize * channels;
    let lines = if along == 0 { 1 } else { pair[0].taps[0] };
    let mut lanes = vec![[0_i32; 2]; lines * across];
    for (lane, t) in pair.iter().enumerate() {
        let skipped = (start(t) - from) as usize * channels;
        let own = t.taps[along] * channels;
        for line in 0..lines {
            for i in 0..own {
                lanes[line * across + skipped + i][lane] = i32::from(t.weights[line * own + i]);
            }
        }
    }
    let mut excess_taps = Vec::new();
    for (four, split) in lanes.chunks_exact_mut(SPLIT).enumerate() {
        for lane in 0..2 {
            loop {
                let excess = split.iter().map(|w| w[lane].abs()).sum::<i32>() - LANE;
                let Some(largest) = (0..SPLIT).max_by_key(|i| split[*i][lane].abs()).filter(|_| excess > 0) else {
                    break;
                };
                let weight = &mut split[largest][lane];
                let off = excess.min(weight.abs()) * weight.signum();
                *weight -= off;
                let i = four * SPLIT + largest;
                excess_taps.push((i / across * pitch + i % across, off << (16 * lane)));
            }
        }
    }
    (lanes.into_iter().map(|[a, b]| a.wrapping_add(b << 16)).collect(), excess_taps)
}
