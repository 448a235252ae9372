//! Packs the weights of a convolution of three positions in two words, and finds its segments.

use crate::lower::node::{BranchTaps, ConvNode};
use picoae::plan::params::swar21::{Activations, GROUP};

/// Sums of a segment are at least the negative of this, and less than it.
const LIMIT: i64 = 1 << 20;

/// Taps of a segment: as many as there are, or as few segments as the largest weights allow; `None` where not even one tap
/// fits.
pub(super) fn segment(c: &ConvNode) -> Option<usize> {
    let most = c.taps.iter().map(taps_of).max().unwrap_or(0).max(1);
    let lengths = (1..=most).map(|segments| {
        let taps = most.div_ceil(segments);
        // The inner loops make the first tap of a segment and then four at a time.
        if segments > 1 { (taps - 1).next_multiple_of(4) + 1 } else { taps }
    });
    lengths.into_iter().chain([1]).find(|taps| c.taps.iter().all(|t| fits(t, *taps)))
}

fn taps_of(t: &BranchTaps) -> usize {
    t.weights.len() / t.bias.len().max(1)
}

/// Whether the sums of every segment of `taps` taps keep to the limit.
fn fits(t: &BranchTaps, taps: usize) -> bool {
    let each = taps_of(t);
    each == 0
        || t.weights.chunks_exact(each).flat_map(|own| own.chunks(taps)).all(|segment| {
            let (mut least, mut largest) = (0, 0);
            for w in segment {
                let (a, b) = (-128 * i64::from(*w), 127 * i64::from(*w));
                least += a.min(b);
                largest += a.max(b);
            }
            -LIMIT <= least && largest < LIMIT
        })
}

/// The weights of all branches, and where each branch's start.
pub(super) fn packed(c: &ConvNode, activations: Activations, halves: bool) -> (Vec<u8>, Vec<usize>) {
    let (mut bytes, mut starts) = (Vec::new(), Vec::new());
    for t in &c.taps {
        starts.push(bytes.len());
        let (channels, taps) = (t.bias.len(), taps_of(t));
        let weight = |o: usize, tap: usize| if o < channels { t.weights[o * taps + tap] } else { 0 };
        let order: Vec<(usize, usize)> = if activations != Activations::Packed {
            (0..channels).flat_map(|o| (0..taps).map(move |tap| (o, tap))).collect()
        } else {
            let groups = (0..channels).step_by(GROUP);
            groups.flat_map(|g| (0..taps).flat_map(move |tap| (g..g + GROUP).map(move |o| (o, tap)))).collect()
        };
        for (o, tap) in order {
            let weight = weight(o, tap).to_ne_bytes();
            bytes.extend_from_slice(if halves { &weight } else { &weight[..1] });
        }
        bytes.resize(bytes.len().next_multiple_of(4), 0);
    }
    (bytes, starts)
}
