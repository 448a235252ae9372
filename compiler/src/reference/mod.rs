//! The reference executor: runs an integer network naively, one obvious loop nest an operator. It is the definition of
//! right; everything else is compared with it bit for bit.

mod arith;
mod avg_pool;
mod conv;
mod conv_transpose;
mod linear;
mod max_pool;
mod moves;
pub mod score;
mod table;

use crate::graph::{QGraph, QOp};

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
