//! Builds the integer network.

use super::{QuantizeConfig, Range, Ranges, quantize_weights, tables, tensor_for};
use crate::error::{Error, Result};
use crate::graph::{Geometry, Parameters, QGraph, QLayer, QOp, TensorInfo, multiplier_of};
use crate::spec::{Architecture, Layer, LayerInfo, Part};
use crate::weights::Weights;

/// Quantizes a trained network. Input and output share one scale and zero point, so that residuals are exact integers.
///
/// # Errors
/// [`Error::Invalid`] when weights are missing or the network is none that can be quantized.
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
    let mut builder = Builder { architecture, weights, tensor: input, out: Vec::new(), encoder_layers: 0 };
    let last_computing = layers.iter().rposition(|l| computes(l.layer));
    let mut i = 0;
    while i < layers.len() {
        // The operator that makes the output's values writes them in the input's quantization.
        let shares = |at: usize| (Some(at) == last_computing).then_some(input);
        i += builder.layer(&layers, i, ranges, &shares)?;
    }
    let graph =
        QGraph { name: architecture.name.clone(), input, layers: builder.out, encoder_layers: builder.encoder_layers };
    let output = graph.output();
    if (output.scale, output.zero_point) != (input.scale, input.zero_point) {
        return Err(Error::invalid(format!(
            "{}: the output cannot take the input's quantization; end the decoder with a convolution, a linear layer or \
             an activation",
            architecture.name
        )));
    }
    crate::reference::check(&graph)?;
    Ok(graph)
}

/// Whether a layer makes new values (others move or select them).
fn computes(layer: &Layer) -> bool {
    !matches!(
        layer,
        Layer::Identity
            | Layer::MaxPool { .. }
            | Layer::AvgPool { .. }
            | Layer::Upsample { .. }
            | Layer::ZeroPad { .. }
            | Layer::Flatten
            | Layer::Reshape { .. }
            | Layer::Trim { .. }
    )
}

/// `[c, h, w]` to `[h, w, c]`.
fn hwc([c, h, w]: [usize; 3]) -> [usize; 3] {
    [h, w, c]
}

fn input_tensor(architecture: &Architecture, ranges: &Ranges, config: &QuantizeConfig) -> TensorInfo {
    let shape = hwc(architecture.input);
    let last = architecture.decoder.iter().rev().find(|l| computes(l));
    if matches!(last, Some(Layer::Sigmoid)) {
        // What a sigmoid gives lies in 0 to 1.
        return TensorInfo { shape, scale: 1.0 / 256.0, zero_point: -128 };
    }
    let Range { min, max } = ranges.input;
    tensor_for(shape, Range { min: min * config.headroom, max: max * config.headroom })
}

struct Builder<'a> {
    architecture: &'a Architecture,
    weights: &'a Weights,
    /// The tensor in front of the next layer.
    tensor: TensorInfo,
    out: Vec<QLayer>,
    encoder_layers: usize,
}

impl Builder<'_> {
    /// Quantizes layer `i` (and a ReLU behind it, fused); gives how many layers that were.
    fn layer(
        &mut self,
        layers: &[LayerInfo<'_>],
        i: usize,
        ranges: &Ranges,
        shares: &dyn Fn(usize) -> Option<TensorInfo>,
    ) -> Result<usize> {
        let info = &layers[i];
        let shape = hwc(info.output);
        let kept = TensorInfo { shape, ..self.tensor };
        let of_range = |at: usize| match shares(at) {
            Some(t) => TensorInfo { shape, ..t },
            None => tensor_for(shape, ranges.layers[at]),
        };
        let (op, output, taken) = match *info.layer {
            Layer::Conv { .. } | Layer::ConvTranspose { .. } | Layer::Linear { .. } => {
                let relu = layers.get(i + 1).is_some_and(|n| *n.layer == Layer::Relu && n.part == info.part);
                let output = of_range(if relu { i + 1 } else { i });
                let lowest = if relu { output.zero_point } else { -128 };
                (self.weighted(info, &output, [lowest, 127])?, output, 1 + usize::from(relu))
            }
            Layer::Relu => {
                let output = of_range(i);
                (QOp::Table(tables::of(&self.tensor, &output, |x| x.max(0.0))), output, 1)
            }
            Layer::LeakyRelu { slope } => {
                let output = of_range(i);
                (QOp::Table(tables::leaky_relu(&self.tensor, &output, slope)), output, 1)
            }
            Layer::Sigmoid => {
                let output = shares(i)
                    .map_or(TensorInfo { shape, scale: 1.0 / 256.0, zero_point: -128 }, |t| TensorInfo { shape, ..t });
                (QOp::Table(tables::of(&self.tensor, &output, tables::sigmoid)), output, 1)
            }
            Layer::Identity => {
                self.count(info.part);
                return Ok(1);
            }
            Layer::MaxPool { kernel } => (QOp::MaxPool(window(kernel), [-128, 127]), kept, 1),
            Layer::AvgPool { kernel } => (QOp::AvgPool(window(kernel)), kept, 1),
            Layer::Upsample { factor } => (QOp::Upsample(factor), kept, 1),
            Layer::ZeroPad { sides } => (QOp::Pad(sides), kept, 1),
            Layer::Flatten | Layer::Reshape { .. } => (QOp::Reshape, kept, 1),
            Layer::Trim { .. } => (QOp::Trim, kept, 1),
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

    /// A layer with weights, in the integer network's order of axes.
    fn weighted(&self, info: &LayerInfo<'_>, output: &TensorInfo, range: [i32; 2]) -> Result<QOp> {
        let name = info.name();
        let weight = &self.weights.get(&format!("{name}.weight"))?.values;
        let bias = &self.weights.get(&format!("{name}.bias"))?.values;
        let (want, outputs) = info
            .layer
            .weight_shapes(self.architecture.one_dimensional)
            .map(|(w, b)| (w.iter().product::<usize>(), b[0]))
            .unwrap_or((0, 0));
        if weight.len() != want || bias.len() != outputs {
            return Err(Error::invalid(format!(
                "layer `{name}` has {} weights and {} biases, expected {want} and {outputs}",
                weight.len(),
                bias.len()
            )));
        }
        let geometry = |kernel, stride, padding| Geometry { kernel, stride, padding, dilation: [1, 1], groups: 1 };
        Ok(match *info.layer {
            Layer::Conv { input, kernel: k, stride, padding, .. } => {
                // [out][in][kh][kw] to [out][kh][kw][in].
                let at = |o: usize, y: usize, x: usize, c: usize| weight[((o * input + c) * k[0] + y) * k[1] + x];
                let parameters = self.channels(bias, output, range, |o| taps(k, input, move |y, x, c| at(o, y, x, c)));
                QOp::Conv(geometry(k, stride, padding), parameters)
            }
            Layer::ConvTranspose { input, kernel: k, stride, padding, .. } => {
                // [in][out][kh][kw] to [out][kh][kw][in].
                let at = |o: usize, y: usize, x: usize, c: usize| weight[((c * outputs + o) * k[0] + y) * k[1] + x];
                let parameters = self.channels(bias, output, range, |o| taps(k, input, move |y, x, c| at(o, y, x, c)));
                QOp::ConvTranspose(geometry(k, stride, padding), parameters)
            }
            _ => {
                let inputs = weight.len() / outputs.max(1);
                let (from, to) = (self.flattened(info), self.reshaped(info));
                let rows: Vec<Vec<f32>> = (0..outputs)
                    .map(|o| {
                        let row = &weight[from_hwc(o, to) * inputs..][..inputs];
                        (0..inputs).map(|i| row[from_hwc(i, from)]).collect()
                    })
                    .collect();
                let bias: Vec<f32> = (0..outputs).map(|o| bias[from_hwc(o, to)]).collect();
                QOp::Linear(self.one_scale(&rows, &bias, output, range))
            }
        })
    }

    /// Parameters with one weight scale an output channel.
    fn channels(
        &self,
        bias: &[f32],
        output: &TensorInfo,
        range: [i32; 2],
        weights: impl Fn(usize) -> Vec<f32>,
    ) -> Parameters {
        let mut p = Parameters { range, ..Parameters::default() };
        for (o, b) in bias.iter().enumerate() {
            let (quantized, scale) = quantize_weights(weights(o).into_iter(), *b, self.tensor.scale);
            p.weights.extend(quantized);
            self.finish(&mut p, *b, scale, output);
        }
        p
    }

    /// Parameters with one weight scale for all outputs: a linear layer has many, and little to gain from one each.
    fn one_scale(&self, rows: &[Vec<f32>], bias: &[f32], output: &TensorInfo, range: [i32; 2]) -> Parameters {
        let largest_bias = bias.iter().fold(0.0_f32, |m, b| m.max(b.abs()));
        let all = rows.iter().flatten().copied();
        let (weights, scale) = quantize_weights(all, largest_bias, self.tensor.scale);
        let mut p = Parameters { weights, range, ..Parameters::default() };
        for b in bias {
            self.finish(&mut p, *b, scale, output);
        }
        p.scales.truncate(1);
        p
    }

    fn finish(&self, p: &mut Parameters, bias: f32, weight_scale: f32, output: &TensorInfo) {
        let step = f64::from(self.tensor.scale) * f64::from(weight_scale);
        p.bias.push((f64::from(bias) / step).round().clamp(-1_073_741_824.0, 1_073_741_823.0) as i32);
        p.scales.push(multiplier_of(step / f64::from(output.scale)));
    }

    /// `[c, h, w]` of the map that a flattening in front of this linear layer had.
    fn flattened(&self, info: &LayerInfo<'_>) -> [usize; 3] {
        let layers = self.architecture.layers().unwrap_or_default();
        let own = layers.iter().position(|l| l.part == info.part && l.index == info.index).unwrap_or(0);
        let before = layers[..own].iter().rev().take_while(|l| *l.layer == Layer::Flatten).last();
        before.map_or(info.input, |l| l.input)
    }

    /// `[c, h, w]` of the map that a reshaping behind this linear layer makes.
    fn reshaped(&self, info: &LayerInfo<'_>) -> [usize; 3] {
        let layers = self.architecture.layers().unwrap_or_default();
        let own = layers.iter().position(|l| l.part == info.part && l.index == info.index).unwrap_or(0);
        match layers.get(own + 1).map(|l| l.layer) {
            Some(Layer::Reshape { shape }) => *shape,
            _ => info.output,
        }
    }
}

/// Where value `i` of a map in order `[h][w][c]` stands in order `[c][h][w]`.
fn from_hwc(i: usize, [c, h, w]: [usize; 3]) -> usize {
    let (channel, position) = (i % c, i / c);
    channel * h * w + position
}

fn taps(kernel: [usize; 2], channels: usize, at: impl Fn(usize, usize, usize) -> f32) -> Vec<f32> {
    let mut out = Vec::with_capacity(kernel[0] * kernel[1] * channels);
    for y in 0..kernel[0] {
        for x in 0..kernel[1] {
            out.extend((0..channels).map(|c| at(y, x, c)));
        }
    }
    out
}

fn window(kernel: [usize; 2]) -> Geometry {
    Geometry { kernel, stride: kernel, padding: [0, 0], dilation: [1, 1], groups: 1 }
}
