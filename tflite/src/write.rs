//! From the integer network to a model, an operator or more a layer.

mod conv;
pub(crate) mod file;
mod layers;
mod scales;
mod table;

use crate::description::Description;
use crate::error::{Error, Fault, Result};
use file::File;
use picoae_compiler::graph::{Limits, QGraph, QLayer, QOp};

/// A `.tflite` model that answers, for every input, what the integer network does.
///
/// A layer becomes the operator of its kind; padding that is neither `SAME` nor `VALID` becomes a `PAD` in front, an
/// output range that is no fused activation's becomes a table behind, a table that is no activation's becomes
/// `QUANTIZE` to int32 and `GATHER`.
///
/// # Errors
/// [`Error::Network`] for a network that does not fit together, [`Error::Layer`] for what an interpreter has no
/// operator or no numbers for: a requantization that no 32-bit scale of the weights gives.
pub fn write(graph: &QGraph) -> Result<Vec<u8>> {
    graph.check(&Limits::NONE)?;
    let mut file = File::new(&graph.input);
    for (i, layer) in graph.layers.iter().enumerate() {
        self::layer(&mut file, graph, i, layer).map_err(|fault| Error::Layer { layer: layer.name.clone(), fault })?;
    }
    let latent = graph.layers[graph.encoder_layers - 1].name.clone();
    let description = Description { name: graph.name.clone(), latent };
    Ok(file.finish(&graph.name, &serde_json::to_vec(&description).unwrap_or_default()))
}

fn layer(file: &mut File, graph: &QGraph, i: usize, layer: &QLayer) -> std::result::Result<(), Fault> {
    let (input, output, name) = (graph.input_of(i), &layer.output, layer.name.as_str());
    match &layer.op {
        QOp::Conv(g, p) => conv::conv(file, [input, output], name, g, p),
        QOp::ConvTranspose(g, p) => conv::transposed(file, [input, output], name, g, p),
        QOp::Linear(p) => conv::linear(file, [input, output], name, p),
        QOp::Table(values) => {
            table::table(file, [input, output], name, values);
            Ok(())
        }
        QOp::MaxPool(g, range) => {
            layers::max_pool(file, [input, output], name, g, *range);
            Ok(())
        }
        QOp::AvgPool(g) => {
            layers::avg_pool(file, output, name, g);
            Ok(())
        }
        QOp::Upsample(_) => layers::upsample(file, [input, output], name),
        QOp::Pad(sides) => {
            layers::pad(file, output, name, *sides);
            Ok(())
        }
        QOp::Trim => {
            layers::slice(file, output, name, [0, 0]);
            Ok(())
        }
        QOp::Reshape => {
            layers::reshape(file, output, name);
            Ok(())
        }
    }
}
