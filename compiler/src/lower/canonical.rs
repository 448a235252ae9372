//! From the integer network to nodes: every convolution becomes one with branches, its input's zero point folded into the
//! biases; one-dimensional data is stood on end, so that its samples are rows.

use super::{BranchTaps, ConvNode, Node, NodeOp, OutputStage};
use crate::error::{Error, Result};
use crate::graph::{Geometry, Limits, Parameters, QGraph, QOp, TensorInfo};

/// The nodes of `graph`, one a layer; two for a linear layer from map to map.
///
/// # Errors
/// [`Error::Graph`] when the graph does not fit together, [`Error::FoldedBias`].
pub(super) fn nodes(graph: &QGraph) -> Result<Vec<Node>> {
    graph.check(&Limits::NONE)?;
    let turn = graph.is_one_dimensional();
    let pair = |[v, h]: [usize; 2]| if turn { [h, v] } else { [v, h] };
    let shape = |[h, w, c]: [usize; 3]| if turn { [w, h, c] } else { [h, w, c] };
    let turned = |g: &Geometry| Geometry {
        kernel: pair(g.kernel),
        stride: pair(g.stride),
        padding: pair(g.padding),
        dilation: pair(g.dilation),
        groups: g.groups,
    };
    let mut out: Vec<Node> = Vec::new();
    for (i, layer) in graph.layers.iter().enumerate() {
        let (input, output) = (graph.input_of(i), &layer.output);
        let beyond = || Error::FoldedBias(layer.name.clone());
        let op = match &layer.op {
            QOp::Conv(g, p) => {
                let p = if turn { &transposed(p, g.kernel) } else { p };
                NodeOp::Conv(conv(&turned(g), p, input, output).ok_or_else(beyond)?)
            }
            QOp::ConvTranspose(g, p) => {
                let p = if turn { &transposed(p, g.kernel) } else { p };
                NodeOp::Conv(conv_transpose(&turned(g), p, input, output, shape(output.shape)).ok_or_else(beyond)?)
            }
            QOp::Linear(p) => {
                let n = input.len();
                let bias = fold(&p.bias, input.zero_point, p.weights.chunks_exact(n).map(sum8)).ok_or_else(beyond)?;
                let (weights, finish) = (p.weights.clone(), finish(p, output));
                if input.shape[0] * input.shape[1] == 1 {
                    NodeOp::DenseToMap { weights, bias, finish }
                } else if output.shape[0] * output.shape[1] == 1 {
                    NodeOp::Linear { weights, bias, finish }
                } else {
                    // From map to map: by way of one row of one column.
                    let (name, input) = (layer.name.clone(), shape(input.shape));
                    let op = NodeOp::Linear { weights, bias, finish };
                    out.push(Node { name, op, input, output: [1, 1, output.len()], is_latent: false });
                    NodeOp::Reshape
                }
            }
            QOp::Table(table) => NodeOp::Lut(table.clone()),
            QOp::MaxPool(g, range) => {
                let g = turned(g);
                NodeOp::MaxPool { kernel: g.kernel, stride: g.stride, padding: g.padding, range: *range }
            }
            QOp::AvgPool(g) => NodeOp::AvgPool { kernel: pair(g.kernel), stride: pair(g.stride) },
            QOp::Upsample(f) => NodeOp::Upsample(pair(*f)),
            QOp::Pad([top, _, left, _]) => {
                NodeOp::CropPad { crop: [0, 0], border: pair([*top, *left]), zero_point: input.zero_point }
            }
            QOp::Trim => NodeOp::CropPad { crop: [0, 0], border: [0, 0], zero_point: input.zero_point },
            QOp::Reshape => NodeOp::Reshape,
        };
        out.push(Node {
            name: layer.name.clone(),
            op,
            input: out.last().map_or(shape(input.shape), |before: &Node| before.output),
            output: shape(output.shape),
            is_latent: i + 1 == graph.encoder_layers,
        });
    }
    Ok(out)
}

/// The same kernels stood on end.
fn transposed(p: &Parameters, [height, width]: [usize; 2]) -> Parameters {
    let channels = p.weights.len() / (p.bias.len() * height * width);
    let mut weights = Vec::with_capacity(p.weights.len());
    for o in 0..p.bias.len() {
        for x in 0..width {
            for y in 0..height {
                weights.extend_from_slice(&p.weights[((o * height + y) * width + x) * channels..][..channels]);
            }
        }
    }
    Parameters { weights, ..p.clone() }
}

fn finish(p: &Parameters, output: &TensorInfo) -> OutputStage {
    OutputStage { scales: p.scales.clone(), zero_point: output.zero_point, range: p.range, table: None }
}

fn sum8(weights: &[i8]) -> i64 {
    weights.iter().map(|w| i64::from(*w)).sum()
}

/// bias − zero_point · Σ weights: exact, since padding reads as the zero point. `None` beyond 32 bits.
fn fold(bias: &[i32], zero_point: i32, sums: impl Iterator<Item = i64>) -> Option<Vec<i32>> {
    bias.iter().zip(sums).map(|(b, s)| i32::try_from(i64::from(*b) - i64::from(zero_point) * s).ok()).collect()
}

fn branch(p: &Parameters, zero_point: i32, at: [isize; 2], taps: [usize; 2], weights: Vec<i16>) -> Option<BranchTaps> {
    let each = weights.len() / p.bias.len();
    let sums = (0..p.bias.len()).map(|o| weights[o * each..(o + 1) * each].iter().map(|w| i64::from(*w)).sum());
    let bias = fold(&p.bias, zero_point, sums)?;
    Some(BranchTaps { row: at[0], column: at[1], taps, weights, bias })
}

fn conv(g: &Geometry, p: &Parameters, input: &TensorInfo, output: &TensorInfo) -> Option<ConvNode> {
    let weights = p.weights.iter().map(|w| i16::from(*w)).collect();
    let at = [-(g.padding[0] as isize), -(g.padding[1] as isize)];
    Some(ConvNode {
        branches: [1, 1],
        taps: vec![branch(p, input.zero_point, at, g.kernel, weights)?],
        step: g.stride,
        dilation: g.dilation,
        groups: g.groups,
        pool: [1, 1],
        input_zero_point: input.zero_point,
        finish: finish(p, output),
    })
}

/// One axis of a transposed convolution: for output branch `r`, the first input position of its first output and which
/// kernel positions meet the inputs from there on.
///
/// Output o takes input i through kernel position k = o + padding − stride·i, where 0 ≤ k < kernel. Where a kernel shorter
/// than the stride leaves a branch without any, it gets a tap that weighs nothing, where its neighbours have theirs: a window
/// that needs no input could be computed before its turn.
fn axis(kernel: usize, stride: usize, padding: usize, r: usize) -> (isize, Vec<Option<usize>>) {
    // Kernel positions with the branch's remainder, in falling order: rising input positions.
    let positions = || (0..kernel).rev().filter(|k| (r + padding) % stride == k % stride);
    match positions().next() {
        Some(k) => (((r + padding) as isize - k as isize) / stride as isize, positions().map(Some).collect()),
        None => (((r + padding) / stride) as isize, vec![None]),
    }
}

/// As many small convolutions as there are kinds of output positions, so that no multiplication meets an inserted zero.
/// Where the output is shorter than the stride, every position is a kind of its own and the others have no output.
fn conv_transpose(
    g: &Geometry,
    p: &Parameters,
    input: &TensorInfo,
    output: &TensorInfo,
    [height, width, _]: [usize; 3],
) -> Option<ConvNode> {
    let channels = input.shape[2];
    let branches = [g.stride[0].min(height), g.stride[1].min(width)];
    let mut taps = Vec::new();
    for py in 0..branches[0] {
        let (row, rows) = axis(g.kernel[0], g.stride[0], g.padding[0], py);
        for px in 0..branches[1] {
            let (column, columns) = axis(g.kernel[1], g.stride[1], g.padding[1], px);
            let mut weights = Vec::new();
            for o in 0..p.bias.len() {
                for ky in &rows {
                    for kx in &columns {
                        let (Some(ky), Some(kx)) = (ky, kx) else {
                            weights.extend(std::iter::repeat_n(0_i16, channels));
                            continue;
                        };
                        let at = ((o * g.kernel[0] + ky) * g.kernel[1] + kx) * channels;
                        weights.extend(p.weights[at..at + channels].iter().map(|w| i16::from(*w)));
                    }
                }
            }
            taps.push(branch(p, input.zero_point, [row, column], [rows.len(), columns.len()], weights)?);
        }
    }
    Some(ConvNode {
        branches,
        taps,
        step: [1, 1],
        dilation: [1, 1],
        groups: 1,
        pool: [1, 1],
        input_zero_point: input.zero_point,
        finish: finish(p, output),
    })
}

#[cfg(test)]
mod tests {
    use super::axis;

    #[test]
    fn branches_of_a_stride_2_kernel_of_3() {
        let positions = |of: &[usize]| of.iter().copied().map(Some).collect::<Vec<_>>();
        // Even outputs (padding 0): kernel positions 2 and 0 on inputs −1 and 0; odd ones position 1 on input 0.
        assert_eq!(axis(3, 2, 0, 0), (-1, positions(&[2, 0])));
        assert_eq!(axis(3, 2, 0, 1), (0, positions(&[1])));
        assert_eq!(axis(3, 2, 1, 0), (0, positions(&[1])));
        assert_eq!(axis(3, 2, 1, 1), (0, positions(&[2, 0])));
        // A kernel shorter than the stride leaves a branch without taps.
        assert_eq!(axis(1, 3, 0, 1), (0, vec![None]));
        assert_eq!(axis(1, 3, 2, 2), (1, vec![None]));
    }
}
