//! Checks that an integer network fits together, so that the executor's indices hold.

use crate::error::{Error, Result};
use crate::graph::{Geometry, Parameters, QGraph, QOp, TensorInfo};

fn ensure(ok: bool, layer: &str, what: &str) -> Result<()> {
    if ok { Ok(()) } else { Err(Error::invalid(format!("layer `{layer}`: {what}"))) }
}

/// Checks shapes, lengths and ranges of every layer.
///
/// # Errors
/// [`Error::Invalid`] naming the first layer that does not fit, and why.
pub fn check(graph: &QGraph) -> Result<()> {
    tensor("input", &graph.input)?;
    ensure((1..=graph.layers.len()).contains(&graph.encoder_layers), "input", "the encoder's length is out of range")?;
    for (i, layer) in graph.layers.iter().enumerate() {
        let (name, input, output) = (layer.name.as_str(), graph.input_of(i), &layer.output);
        tensor(name, output)?;
        let same_channels = input.shape[2] == output.shape[2];
        match &layer.op {
            QOp::Conv(g, p) => {
                geometry(name, g)?;
                let divides =
                    g.groups > 0 && input.shape[2].is_multiple_of(g.groups) && output.shape[2].is_multiple_of(g.groups);
                ensure(divides, name, "the groups do not divide the channels")?;
                let weights = output.shape[2] * g.kernel[0] * g.kernel[1] * (input.shape[2] / g.groups);
                parameters(name, p, weights, output.shape[2])?;
            }
            QOp::ConvTranspose(g, p) => {
                geometry(name, g)?;
                ensure(g.dilation == [1, 1] && g.groups == 1, name, "dilation and groups are not for transposed ones")?;
                let weights = output.shape[2] * g.kernel[0] * g.kernel[1] * input.shape[2];
                parameters(name, p, weights, output.shape[2])?;
            }
            QOp::Linear(p) => parameters(name, p, output.len() * input.len(), output.len())?,
            QOp::Table(table) => {
                ensure(
                    table.len() == 256 && input.shape == output.shape,
                    name,
                    "a table has 256 entries, shapes stay",
                )?;
            }
            QOp::MaxPool(g, _) => {
                geometry(name, g)?;
                ensure(same_channels, name, "pooling changes the channels")?;
            }
            QOp::AvgPool(g) => {
                geometry(name, g)?;
                let fits = (0..2).all(|d| (output.shape[d] - 1) * g.stride[d] + g.kernel[d] <= input.shape[d]);
                ensure(same_channels && fits, name, "the pooling windows do not fit")?;
            }
            QOp::Upsample(f) => {
                let fits = (0..2).all(|d| f[d] > 0 && output.shape[d] == input.shape[d] * f[d]);
                ensure(same_channels && fits, name, "the output is not the upsampled input")?;
            }
            QOp::Pad([t, b, l, r]) => {
                let shape = [input.shape[0] + t + b, input.shape[1] + l + r, input.shape[2]];
                ensure(output.shape == shape, name, "the output is not the padded input")?;
            }
            QOp::Trim => {
                let fits = (0..2).all(|d| output.shape[d] <= input.shape[d]);
                ensure(same_channels && fits, name, "it trims more than there is")?;
            }
            QOp::Reshape => ensure(input.len() == output.len(), name, "reshaping changes the number of values")?,
        }
    }
    Ok(())
}

fn tensor(name: &str, t: &TensorInfo) -> Result<()> {
    ensure(!t.is_empty() && t.shape.iter().all(|d| *d < 65_536), name, "an extent is not in 1..65536")?;
    ensure(t.scale.is_finite() && t.scale > 0.0, name, "the scale is not a positive number")?;
    ensure((-128..=127).contains(&t.zero_point), name, "the zero point is not in -128..=127")
}

fn geometry(name: &str, g: &Geometry) -> Result<()> {
    let positive = (0..2).all(|d| g.kernel[d] > 0 && g.stride[d] > 0 && g.dilation[d] > 0);
    ensure(positive, name, "kernel, stride or dilation is 0")
}

fn parameters(name: &str, p: &Parameters, weights: usize, channels: usize) -> Result<()> {
    ensure(p.weights.len() == weights, name, &format!("it has {} weights, expected {weights}", p.weights.len()))?;
    ensure(p.bias.len() == channels, name, &format!("it has {} biases, expected {channels}", p.bias.len()))?;
    ensure(p.scales.len() == 1 || p.scales.len() == channels, name, "it has neither one scale nor one an output")?;
    let scales = p.scales.iter().all(|s| s.multiplier >= 0 && (-31..=30).contains(&s.shift));
    ensure(scales, name, "a multiplier or shift is out of range")?;
    ensure(-128 <= p.range[0] && p.range[0] <= p.range[1] && p.range[1] <= 127, name, "its output range is wrong")
}
