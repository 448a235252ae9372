//! Outputs that a score can compare with inputs.

use crate::error::Result;
use crate::tables;
use picoae_compiler::graph::{Limits, QGraph, QLayer, QOp, TensorInfo};

/// Whether input and output are as long and mean the same by the same int8 values, so that a score's integers are an
/// error.
pub fn is_comparable(graph: &QGraph) -> bool {
    let (input, output) = (&graph.input, graph.output());
    input.len() == output.len() && (input.scale, input.zero_point) == (output.scale, output.zero_point)
}

/// The network with a `QUANTIZE` behind it that writes its output in the input's quantization: every byte of that is
/// what an interpreter answers to a model with this operator. Each value is then off by half a step of the input at
/// most, where the input's range holds it.
///
/// A network that is comparable stays as it is.
///
/// # Errors
/// [`crate::Error::Network`] where there is no room for one more layer of this name.
pub fn comparable(mut graph: QGraph) -> Result<QGraph> {
    let (input, output) = (graph.input, *graph.output());
    if (input.scale, input.zero_point) != (output.scale, output.zero_point) {
        let made = TensorInfo { shape: output.shape, ..input };
        let op = QOp::Table(tables::requantized(&output, &made));
        graph.layers.push(QLayer { name: "output_as_input".into(), op, output: made });
        graph.check(&Limits::NONE)?;
    }
    Ok(graph)
}
