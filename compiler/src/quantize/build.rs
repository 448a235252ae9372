//! Builds the integer network, layer by layer.

use super::parameters::{Around, Trained};
use super::{QuantizeConfig, Range, Ranges, conv, linear, tables, tensor_for};
use crate::error::{Error, Result};
use crate::graph::{Geometry, Limits, QGraph, QLayer, QOp, TensorInfo};
use crate::spec::{Architecture, Layer, LayerInfo, Part};
use crate::weights::Weights;

/// Quantizes a trained network. Input and output share one scale and zero point, so that residuals are exact integers.
///
/// # Errors
/// When weights are missing ([`Error::Weights`]) or the network is none that can be quantized.
pub fn quantize(
    architecture: &Architecture,
    weights: &Weights,
    ranges: &Ranges,
    config: &QuantizeConfig,
) -> Result<QGraph> {
    architecture.check()?;
    config.check()?;
    let layers = architecture.layers()?;
    let input = input_tensor(architecture, ranges, config);
    let last_computing = layers.iter().rposition(|l| l.layer.makes_values());
    let mut builder = Builder {
        layers: &layers,
        weights,
        ranges,
        // The operator that makes the output's values writes them in the input's quantization.
        shared: last_computing.map(|at| (at, input)),
        tensor: input,
        out: Vec::new(),
        encoder_layers: 0,
    };
    let mut i = 0;
    while i < layers.len() {
        i += builder.layer(i)?;
    }
    let graph =
        QGraph { name: architecture.name.clone(), input, layers: builder.out, encoder_layers: builder.encoder_layers };
    let output = graph.output();
    if (output.scale, output.zero_point) != (input.scale, input.zero_point) {
        return Err(Error::OutputQuantization(architecture.name.clone()));
    }
    graph.check(&Limits::NONE)?;
    Ok(graph)
}

/// `[c, h, w]` to `[h, w, c]`.
fn hwc([c, h, w]: [usize; 3]) -> [usize; 3] {
    [h, w, c]
}

fn input_tensor(architecture: &Architecture, ranges: &Ranges, config: &QuantizeConfig) -> TensorInfo {
    let shape = hwc(architecture.input);
    let last = architecture.decoder.iter().rev().find(|l| l.makes_values());
    if matches!(last, Some(Layer::Sigmoid)) {
        return sigmoid_tensor(shape);
    }
    let Range { min, max } = ranges.input;
    let headroom = config.headroom_for(architecture.input);
    tensor_for(shape, Range { min: min * headroom, max: max * headroom })
}

/// What a sigmoid gives lies in 0 to 1.
fn sigmoid_tensor(shape: [usize; 3]) -> TensorInfo {
    TensorInfo { shape, scale: 1.0 / 256.0, zero_point: -128 }
}

struct Builder<'a> {
    layers: &'a [LayerInfo<'a>],
    weights: &'a Weights,
    ranges: &'a Ranges,
    /// The layer that writes in a given quantization, and which.
    shared: Option<(usize, TensorInfo)>,
    /// The tensor in front of the next layer.
    tensor: TensorInfo,
    out: Vec<QLayer>,
    encoder_layers: usize,
}

impl Builder<'_> {
    /// Quantizes layer `i` (and a ReLU behind it, fused); gives how many layers that were.
    fn layer(&mut self, i: usize) -> Result<usize> {
        let info = &self.layers[i];
        let kept = TensorInfo { shape: hwc(info.output), ..self.tensor };
        let mut taken = 1;
        let (op, output) = match info.layer {
            Layer::Conv(_) | Layer::ConvTranspose(_) | Layer::Linear(_) => {
                let relu = self.layers.get(i + 1).is_some_and(|n| *n.layer == Layer::Relu && n.part == info.part);
                taken += usize::from(relu);
                let output = self.tensor_of(i + taken - 1);
                let lowest = if relu { output.zero_point } else { -128 };
                (self.weighted(i, &output, [lowest, 127])?, output)
            }
            Layer::Relu => {
                let output = self.tensor_of(i);
                (QOp::Table(tables::of(&self.tensor, &output, |x| x.max(0.0))), output)
            }
            Layer::LeakyRelu(layer) => {
                let output = self.tensor_of(i);
                (QOp::Table(tables::leaky_relu(&self.tensor, &output, layer.slope)), output)
            }
            Layer::Sigmoid => {
                let output = self.shared_tensor(i).unwrap_or_else(|| sigmoid_tensor(kept.shape));
                (QOp::Table(tables::of(&self.tensor, &output, tables::sigmoid)), output)
            }
            Layer::Identity => {
                self.count(info.part);
                return Ok(taken);
            }
            Layer::MaxPool(layer) => (QOp::MaxPool(side_by_side(layer.kernel), [-128, 127]), kept),
            Layer::AvgPool(layer) => (QOp::AvgPool(side_by_side(layer.kernel)), kept),
            Layer::Upsample(layer) => (QOp::Upsample(layer.factor), kept),
            Layer::ZeroPad(layer) => (QOp::Pad(layer.sides), kept),
            Layer::Flatten | Layer::Reshape(_) => (QOp::Reshape, kept),
            Layer::Trim(_) => (QOp::Trim, kept),
        };
        self.out.push(QLayer { name: info.name(), op, output });
        self.tensor = output;
        self.count(info.part);
        Ok(taken)
    }

    fn count(&mut self, part: Part) {
        if part == Part::Encoder {
            self.encoder_layers = self.out.len();
        }
    }

    /// The tensor that layer `i` writes where it must write in a given quantization.
    fn shared_tensor(&self, i: usize) -> Option<TensorInfo> {
        let shape = hwc(self.layers[i].output);
        self.shared.filter(|(at, _)| *at == i).map(|(_, tensor)| TensorInfo { shape, ..tensor })
    }

    /// The tensor that layer `i` writes.
    fn tensor_of(&self, i: usize) -> TensorInfo {
        self.shared_tensor(i).unwrap_or_else(|| tensor_for(hwc(self.layers[i].output), self.ranges.layers[i]))
    }

    /// A layer with weights.
    fn weighted(&self, i: usize, output: &TensorInfo, range: [i32; 2]) -> Result<QOp> {
        let trained = Trained::of(&self.layers[i], self.weights)?;
        let around = Around { input: &self.tensor, output, range };
        Ok(match self.layers[i].layer {
            Layer::Conv(layer) => conv::conv(layer, &trained, &around),
            Layer::ConvTranspose(layer) => conv::conv_transpose(layer, &trained, &around),
            _ => linear::linear(&trained, &around, self.flattened(i), self.reshaped(i)),
        })
    }

    /// `[c, h, w]` of the map that a flattening in front of linear layer `i` had.
    fn flattened(&self, i: usize) -> [usize; 3] {
        let before = self.layers[..i].iter().rev().take_while(|l| *l.layer == Layer::Flatten).last();
        before.map_or(self.layers[i].input, |l| l.input)
    }

    /// `[c, h, w]` of the map that a reshaping behind linear layer `i` makes.
    fn reshaped(&self, i: usize) -> [usize; 3] {
        match self.layers.get(i + 1).map(|l| l.layer) {
            Some(Layer::Reshape(layer)) => layer.shape,
            _ => self.layers[i].output,
        }
    }
}

/// Pooling windows that touch.
fn side_by_side(kernel: [usize; 2]) -> Geometry {
    Geometry { kernel, stride: kernel, padding: [0, 0], dilation: [1, 1], groups: 1 }
}
