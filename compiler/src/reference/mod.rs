//! The reference executor: runs an integer network naively, one obvious loop nest an operator. It is the definition of
//! right; everything else is compared with it bit for bit.

mod avg_pool;
mod conv;
mod conv_transpose;
mod linear;
mod max_pool;
mod moves;
mod table;

use crate::graph::{Parameters, QGraph, QOp, TensorInfo};

/// All tensors of one run: the input, then the output of each layer, `[height][width][channel]`.
pub fn trace(graph: &QGraph, input: &[i8]) -> Vec<Vec<i8>> {
    trace_from(graph, 0, input)
}

fn trace_from(graph: &QGraph, first: usize, input: &[i8]) -> Vec<Vec<i8>> {
    let mut tensors = vec![input.to_vec()];
    for i in first..graph.layers.len() {
        let output = layer(graph, i, &tensors[i - first]);
        tensors.push(output);
    }
    tensors
}

/// What the network makes of `input`.
pub fn run(graph: &QGraph, input: &[i8]) -> Vec<i8> {
    trace(graph, input).pop().unwrap_or_default()
}

/// What the encoder makes of `input`.
pub fn encode(graph: &QGraph, input: &[i8]) -> Vec<i8> {
    trace(graph, input).swap_remove(graph.encoder_layers)
}

/// What the decoder makes of `latents`.
pub fn decode(graph: &QGraph, latents: &[i8]) -> Vec<i8> {
    trace_from(graph, graph.encoder_layers, latents).pop().unwrap_or_default()
}

/// Layer `i` on its input `x`.
pub fn layer(graph: &QGraph, i: usize, x: &[i8]) -> Vec<i8> {
    let (input, output) = (graph.input_of(i), &graph.layers[i].output);
    match &graph.layers[i].op {
        QOp::Conv(g, p) => conv::conv(x, input, output, g, p),
        QOp::ConvTranspose(g, p) => conv_transpose::conv_transpose(x, input, output, g, p),
        QOp::Linear(p) => linear::linear(x, input, output, p),
        QOp::Table(table) => table::table(x, table),
        QOp::MaxPool(g, range) => max_pool::max_pool(x, input, output, g, *range),
        QOp::AvgPool(g) => avg_pool::avg_pool(x, input, output, g),
        QOp::Upsample(factor) => moves::upsample(x, input, output, *factor),
        QOp::Pad(sides) => moves::pad(x, input, output, *sides),
        QOp::Trim => moves::trim(x, input, output),
        QOp::Reshape => x.to_vec(),
    }
}

/// Scales an accumulator to the output's quantization, rounding twice, by the published definition word for word.
fn requantize(acc: i32, multiplier: i32, shift: i32) -> i32 {
    let left = shift.max(0);
    let right = (-shift).max(0);
    let doubled_high = {
        let product = i64::from(acc.wrapping_mul(1_i32.wrapping_shl(left as u32))) * i64::from(multiplier);
        ((product + (1_i64 << 30)) >> 31) as i32
    };
    // To nearest, ties away from zero.
    let divisor = 1_i64 << right;
    let magnitude = (2 * i64::from(doubled_high).abs() + divisor) / (2 * divisor);
    (i64::from(doubled_high).signum() * magnitude) as i32
}

/// From an accumulator of output channel `channel` to the output value.
fn finish(acc: i32, p: &Parameters, channel: usize, output: &TensorInfo) -> i8 {
    let scale = if p.scales.len() == 1 { p.scales[0] } else { p.scales[channel] };
    let q = requantize(acc, scale.multiplier, scale.shift).wrapping_add(output.zero_point);
    q.clamp(p.range[0], p.range[1]) as i8
}

/// Index of `[y][x][c]` in a tensor of shape `[height, width, channels]`.
fn at(shape: [usize; 3], y: usize, x: usize, c: usize) -> usize {
    (y * shape[1] + x) * shape[2] + c
}

/// `y` or `x` if it lies inside `0..extent`.
fn inside(position: isize, extent: usize) -> Option<usize> {
    usize::try_from(position).ok().filter(|p| *p < extent)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn both_requantizations_agree(acc in any::<i32>(), multiplier in (1_i32 << 30)..=i32::MAX, shift in -31..=8_i32) {
            let runtime = picoae::requantize(acc, picoae::plan::Scale { multiplier, shift });
            prop_assert_eq!(super::requantize(acc, multiplier, shift), runtime);
        }
    }
}
