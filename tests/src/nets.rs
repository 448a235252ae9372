//! The reference networks with random parameters: the geometry of the trained ones, without training.

use crate::random_graph::random_parameters;
use picoae_compiler::graph::{Geometry, Parameters, QGraph, QLayer, QOp, TensorInfo};
use picoae_compiler::spec::layers::{Conv, LeakyRelu, Linear, MaxPool, Reshape, Upsample};
use picoae_compiler::spec::{Architecture, Layer, layers};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The integer network of `net`, its parameters random and its outputs spread over int8.
pub fn random_net(net: &Architecture, seed: u64) -> QGraph {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let shape = |[c, h, w]: [usize; 3]| [h, w, c];
    let input = TensorInfo { shape: shape(net.input), scale: 0.02, zero_point: -3 };
    let mut layers: Vec<QLayer> = Vec::new();
    for (i, info) in net.layers().unwrap_or_default().iter().enumerate() {
        let before = layers.last().map_or(input, |l: &QLayer| l.output);
        let mut output = TensorInfo { shape: shape(info.output), scale: 0.02, zero_point: before.zero_point };
        let one = [1, 1];
        let op = match &info.layer {
            Layer::Conv(layers::Conv { input, output: out, kernel, stride, padding, dilation, groups }) => {
                output.zero_point = rng.random_range(-20..20);
                let geometry = Geometry {
                    kernel: *kernel,
                    stride: *stride,
                    padding: *padding,
                    dilation: *dilation,
                    groups: *groups,
                };
                QOp::Conv(geometry, parameters(&mut rng, *out, kernel[0] * kernel[1] * input / groups))
            }
            Layer::ConvTranspose(layers::ConvTranspose { input, output: out, kernel, stride, padding }) => {
                output.zero_point = rng.random_range(-20..20);
                let geometry =
                    Geometry { kernel: *kernel, stride: *stride, padding: *padding, dilation: one, groups: 1 };
                QOp::ConvTranspose(geometry, parameters(&mut rng, *out, kernel[0] * kernel[1] * input))
            }
            Layer::Linear(layers::Linear { input, output: out }) => {
                output.zero_point = rng.random_range(-20..20);
                let mut p = parameters(&mut rng, *out, *input);
                p.scales.truncate(1);
                QOp::Linear(p)
            }
            Layer::Relu => {
                // Fused: the layer before is rectified at a zero point of -128.
                if let Some(last) = layers.last_mut() {
                    last.output.zero_point = -128;
                }
                continue;
            }
            Layer::LeakyRelu { .. } => {
                output.zero_point = rng.random_range(-20..20);
                QOp::Table((-128..=127).map(|v: i32| if v < 5 { 5 + (v - 5) / 9 } else { v } as i8).collect())
            }
            Layer::Sigmoid => {
                output.zero_point = input.zero_point;
                QOp::Table((-128..=127).map(|v: i32| (v / 2) as i8).collect())
            }
            Layer::MaxPool(layers::MaxPool { kernel }) => QOp::MaxPool(
                Geometry { kernel: *kernel, stride: *kernel, padding: [0, 0], dilation: one, groups: 1 },
                [-128, 127],
            ),
            Layer::AvgPool(layers::AvgPool { kernel }) => {
                QOp::AvgPool(Geometry { kernel: *kernel, stride: *kernel, padding: [0, 0], dilation: one, groups: 1 })
            }
            Layer::Upsample(layers::Upsample { factor }) => QOp::Upsample(*factor),
            Layer::ZeroPad(layers::ZeroPad { sides }) => QOp::Pad(*sides),
            Layer::Trim { .. } => QOp::Trim,
            Layer::Flatten | Layer::Reshape { .. } => QOp::Reshape,
            Layer::Identity => continue,
        };
        layers.push(QLayer { name: format!("layer.{i}"), op, output });
    }
    let encoder = net.layers().unwrap_or_default();
    let latent = net.latent_shape().map(shape).unwrap_or_default();
    let encoder_layers = layers.iter().position(|l| l.output.shape == latent).map_or(1, |i| i + 1);
    debug_assert!(!encoder.is_empty());
    QGraph { name: net.name.clone(), input, layers, encoder_layers }
}

fn parameters(rng: &mut ChaCha8Rng, outputs: usize, terms: usize) -> Parameters {
    let mut p = random_parameters(rng, outputs, terms);
    p.range = [-128, 127];
    for s in &mut p.scales {
        s.shift = s.shift.min(-1);
    }
    p
}

/// Networks with dense layers between encoder and decoder, of several sizes: of images, whose decoder starts from a map, and of
/// signals, all dense.
pub fn dense_nets() -> Vec<Architecture> {
    let images =
        [[8, 8, 4, 2], [12, 10, 8, 4], [14, 14, 16, 2], [10, 16, 32, 8], [6, 6, 64, 16], [16, 16, 12, 3]].map(image);
    let signals = [[32, 16, 4], [96, 32, 8], [200, 24, 8], [64, 64, 16]].map(signal);
    images.into_iter().chain(signals).collect()
}

/// An image that a dense layer makes `latent` values of, and another one a map of them.
fn image([height, width, channels, latent]: [usize; 4]) -> Architecture {
    let conv = |input, output| Layer::Conv(Conv::dense(input, output, [3, 3], [1, 1], [1, 1]));
    let linear = |input, output| Layer::Linear(Linear { input, output });
    let small = [channels, height / 2, width / 2];
    let values = small.iter().product();
    Architecture {
        name: format!("dense-image-{height}x{width}x{channels}"),
        input: [1, height, width],
        one_dimensional: false,
        encoder: vec![
            conv(1, channels),
            Layer::LeakyRelu(LeakyRelu { slope: 0.01 }),
            Layer::MaxPool(MaxPool { kernel: [2, 2] }),
            Layer::Flatten,
            linear(values, latent),
        ],
        decoder: vec![
            linear(latent, values),
            Layer::Reshape(Reshape { shape: small }),
            Layer::Upsample(Upsample { factor: [2, 2] }),
            conv(channels, 1),
        ],
    }
}

/// A signal through dense layers only.
fn signal([samples, hidden, latent]: [usize; 3]) -> Architecture {
    let linear = |input, output| Layer::Linear(Linear { input, output });
    Architecture {
        name: format!("dense-signal-{samples}"),
        input: [1, 1, samples],
        one_dimensional: true,
        encoder: vec![Layer::Flatten, linear(samples, hidden), Layer::Relu, linear(hidden, latent)],
        decoder: vec![
            linear(latent, hidden),
            Layer::Relu,
            linear(hidden, samples),
            Layer::Reshape(Reshape { shape: [1, 1, samples] }),
        ],
    }
}
