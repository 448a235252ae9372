//! Nearest upsampling folds into the next convolution: neighbouring taps that meet the same input value become one tap
//! with the sum of their weights, in as many phases as the factor.
//!
//! Exact because padding reads as the zero point on both sides, and upsampled zero points are zero points: a tap beyond
//! the upsampled map lies beyond the map. Sums of two int8 weights need 9 bits and are stored in 16.

use super::{Node, NodeOp, Pass, join_neighbours, joined};
use crate::lower::{ConvNode, PhaseTaps};

pub(in crate::lower) const PASS: Pass =
    ("upsampling", "nearest upsampling folded into the next convolution's phases", run);

fn run(nodes: Vec<Node>) -> Vec<Node> {
    join_neighbours(nodes, |first, second| {
        let (NodeOp::Upsample(factor), NodeOp::Conv(conv)) = (&first.op, &second.op) else { return None };
        if conv.phases != [1, 1] || conv.step != [1, 1] || conv.dilation != [1, 1] {
            return None;
        }
        joined(first, second, NodeOp::Conv(fold(conv, *factor, second)?))
    })
}

/// One axis: for output phase `r`, the first input position and, for each kernel position, its tap.
fn axis(kernel: usize, factor: usize, start: isize, r: usize) -> (isize, Vec<usize>) {
    let input = |k: usize| (r as isize + start + k as isize).div_euclid(factor as isize);
    let first = input(0);
    (first, (0..kernel).map(|k| (input(k) - first) as usize).collect())
}

fn fold(conv: &ConvNode, factor: [usize; 2], node: &Node) -> Option<ConvNode> {
    let t = &conv.taps[0];
    let (outputs, per_group) = (node.output[2], node.input[2] / conv.groups);
    let mut taps = Vec::new();
    for py in 0..factor[0] {
        let (row, rows) = axis(t.taps[0], factor[0], t.row, py);
        for px in 0..factor[1] {
            let (column, columns) = axis(t.taps[1], factor[1], t.column, px);
            let size = [rows.last()? + 1, columns.last()? + 1];
            let mut weights = vec![0_i32; outputs * size[0] * size[1] * per_group];
            for o in 0..outputs {
                for (ky, y) in rows.iter().enumerate() {
                    for (kx, x) in columns.iter().enumerate() {
                        for c in 0..per_group {
                            let from = ((o * t.taps[0] + ky) * t.taps[1] + kx) * per_group + c;
                            let to = ((o * size[0] + y) * size[1] + x) * per_group + c;
                            weights[to] += i32::from(t.weights[from]);
                        }
                    }
                }
            }
            let weights = weights.into_iter().map(|w| i16::try_from(w).ok()).collect::<Option<Vec<_>>>()?;
            taps.push(PhaseTaps { row, column, taps: size, weights, bias: t.bias.clone() });
        }
    }
    Some(ConvNode { phases: factor, taps, ..conv.clone() })
}

#[cfg(test)]
mod tests {
    use super::axis;

    #[test]
    fn a_kernel_of_5_behind_a_factor_of_2_has_3_taps() {
        assert_eq!(axis(5, 2, -2, 0), (-1, vec![0, 0, 1, 1, 2]));
        assert_eq!(axis(5, 2, -2, 1), (-1, vec![0, 1, 1, 2, 2]));
        assert_eq!(axis(3, 2, -1, 0), (-1, vec![0, 1, 1]));
        assert_eq!(axis(3, 2, -1, 1), (0, vec![0, 0, 1]));
    }
}
