//! Max pooling moves in front of the requantization: the largest accumulator of a window is the one that is scaled.
//!
//! Exact where
//! - windows lie side by side without padding, and each ends inside the convolution's output: beyond it a pooling reads
//!   nothing, but the convolution would make accumulators;
//! - everything behind an accumulator rises with it, so that it commutes with the maximum: the requantization
//!   ([`rises`]), clamping, and a table that does not fall.

use super::{Node, NodeOp, Pass, join_neighbours, joined};
use crate::lower::{ConvNode, OutputStage};
use picoae::plan::Scale;

pub(in crate::lower) const PASS: Pass = ("pooling", "max pooling on the accumulators, before requantization", run);

fn run(nodes: Vec<Node>) -> Vec<Node> {
    join_neighbours(nodes, |first, second| {
        let (NodeOp::Conv(conv), NodeOp::MaxPool { kernel, stride, padding, range }) = (&first.op, &second.op) else {
            return None;
        };
        let side_by_side = kernel == stride && *padding == [0, 0];
        let inside = (0..2).all(|d| second.output[d] * kernel[d] <= first.output[d]);
        if !side_by_side || !inside || !everything_rises(conv) {
            return None;
        }
        let mut conv = conv.clone();
        conv.pool = [conv.pool[0] * kernel[0], conv.pool[1] * kernel[1]];
        clamp(&mut conv.finish, *range);
        joined(first, second, NodeOp::Conv(conv))
    })
}

/// The pooling's own range narrows what comes out.
fn clamp(finish: &mut OutputStage, [min, max]: [i32; 2]) {
    match &mut finish.table {
        Some(table) => table.iter_mut().for_each(|v| *v = i32::from(*v).clamp(min, max) as i8),
        None => finish.range = [finish.range[0].clamp(min, max), finish.range[1].clamp(min, max)],
    }
}

fn everything_rises(conv: &ConvNode) -> bool {
    let finish = &conv.finish;
    finish.table.as_ref().is_none_or(|table| table.is_sorted())
        && conv.taps.iter().all(|taps| {
            let each = taps.weights.len() / taps.bias.len();
            taps.bias.iter().enumerate().all(|(o, bias)| {
                let weights = &taps.weights[o * each..(o + 1) * each];
                let sum: u64 = weights.iter().map(|w| u64::from(w.unsigned_abs())).sum();
                let scale = finish.scales[if finish.scales.len() == 1 { 0 } else { o }];
                rises(scale, u64::from(bias.unsigned_abs()) + 128 * sum)
            })
        })
}

/// Whether requantized accumulators of at most `largest` in size rise with them. A shift to the left wraps where it leaves
/// 32 bits, and so does the addition of a zero point behind it.
fn rises(scale: Scale, largest: u64) -> bool {
    const ROOM: u64 = i32::MAX as u64 - 256;
    scale.multiplier == 0 || scale.shift < 0 || largest <= ROOM >> scale.shift
}

#[cfg(test)]
mod tests {
    use super::super::proof::{Chain, geometry, labels};
    use super::super::{tables, upsampling};
    use super::*;
    use crate::graph::{Parameters, QOp};
    use proptest::prelude::*;

    #[test]
    fn windows_inside_the_convolution_fuse() {
        for seed in 0..60 {
            let mut chain = Chain::new([6, 7, 2], seed);
            let (kernel, pool) = (chain.pair(1, 3), chain.pair(1, 3));
            let chain = chain.conv(3, geometry(kernel, [1, 1], [kernel[0] / 2, kernel[1] / 2])).table(true);
            let mut chain = chain.max_pool(pool, pool, [0, 0], false).max_pool([1, 2], [1, 2], [0, 0], false);
            assert_eq!(labels(&chain.proves(&[tables::PASS, PASS])), ["conv"]);
        }
    }

    #[test]
    fn windows_that_reach_beyond_it_do_not() {
        // 4 values in windows of 3: the second reads one value, and no accumulator beyond.
        let mut chain = Chain::new([1, 4, 1], 1).conv(1, geometry([1, 1], [1, 1], [0, 0]));
        chain = chain.max_pool([1, 3], [1, 3], [0, 0], true);
        assert_eq!(chain.shape(), [1, 2, 1]);
        assert_eq!(labels(&chain.proves(&[PASS])), ["conv", "max_pool"]);
        for seed in 0..100 {
            let mut chain = Chain::new([5, 7, 2], seed);
            let pool = chain.pair(1, 4);
            let transposed = geometry([3, 2], [2, 2], [1, 0]);
            chain = if seed % 2 == 0 {
                chain.conv(2, geometry([3, 3], [1, 1], [1, 1]))
            } else {
                chain.conv_transpose(2, transposed, (seed % 3) as isize - 1)
            };
            let [height, width, _] = chain.shape();
            let mut chain = chain.max_pool(pool, pool, [0, 0], true);
            let fuses = height.is_multiple_of(pool[0]) && width.is_multiple_of(pool[1]);
            assert_eq!(chain.proves(&[PASS]).len(), if fuses { 1 } else { 2 });
        }
    }

    #[test]
    fn overlapping_and_padded_windows_and_falling_tables_do_not() {
        for seed in 0..20 {
            let conv = || Chain::new([6, 8, 2], seed).conv(2, geometry([1, 3], [1, 1], [0, 1]));
            for mut chain in [
                conv().max_pool([2, 2], [2, 1], [0, 0], false),
                conv().max_pool([2, 2], [2, 2], [0, 1], false),
                conv().table(false).max_pool([2, 2], [2, 2], [0, 0], false),
                conv().max_pool([2, 2], [2, 2], [0, 0], false).latent(0),
            ] {
                assert_eq!(chain.proves(&[tables::PASS, PASS]).len(), 2, "{:?}", chain.graph);
            }
        }
    }

    #[test]
    fn pooling_behind_branches_fuses() {
        for seed in 0..40 {
            let mut chain = Chain::new([3, 4, 2], seed).upsample([2, 3]).conv(3, geometry([3, 3], [1, 1], [1, 1]));
            chain = chain.max_pool([3, 2], [3, 2], [0, 0], false);
            assert_eq!(labels(&chain.proves(&[PASS, upsampling::PASS])), ["conv"]);
            let mut chain = Chain::new([3, 4, 2], seed).conv_transpose(3, geometry([3, 3], [2, 2], [1, 1]), 1);
            chain = chain.max_pool([2, 3], [2, 3], [0, 0], false);
            assert_eq!(labels(&chain.proves(&[PASS])), ["conv"]);
        }
    }

    /// Left shifts that wrap, and sums at the end of 32 bits.
    #[test]
    fn requantizations_that_wrap_do_not() {
        for (shift, bias, fuses) in [
            (0, 9, true),
            (0, i32::MAX - 500, false),
            (-1, i32::MAX - 500, true),
            (17, 0, true),
            (18, 0, false),
            (30, 0, false),
        ] {
            let mut chain = Chain::new([1, 16, 1], 3);
            let scales = vec![Scale { multiplier: 1_700_000_000, shift }];
            let parameters = Parameters { weights: vec![127], bias: vec![bias], scales, range: [-128, 127] };
            chain.graph.input.zero_point = 0;
            let g = geometry([1, 1], [1, 1], [0, 0]);
            let mut chain = chain.made(QOp::Conv(g, parameters), [1, 16, 1]).max_pool([1, 2], [1, 2], [0, 0], false);
            assert_eq!(chain.proves(&[PASS]).len(), if fuses { 1 } else { 2 }, "shift {shift} bias {bias}");
        }
    }

    proptest! {
        #[test]
        fn what_is_said_to_rise_rises(
            multiplier in (1_i32 << 30)..=i32::MAX, shift in -31..=30_i32, room in 0..=31_u32, a in any::<i32>(), b in any::<i32>(),
            zero_point in -128..=127_i32,
        ) {
            let (scale, largest) = (Scale { multiplier, shift }, (1_u64 << room).min(i32::MAX as u64));
            let within = |v: i32| v.clamp(-(largest as i64).min(i64::from(i32::MAX)) as i32, largest as i32);
            let (low, high) = (within(a.min(b)), within(a.max(b)));
            let of = |acc| picoae::requantize(acc, scale).wrapping_add(zero_point);
            prop_assert!(!rises(scale, largest) || of(low) <= of(high));
        }
    }
}
