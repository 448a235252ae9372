//! The reference networks as integer graphs with random weights: for the kernels of the Cortex-M0+, whose conditions
//! depend on the weights.

use picoae_trainer::graph::{Geometry, Parameters, QGraph, QLayer, QOp, Scale, TensorInfo};
use picoae_trainer::net::{Architecture, Layer};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// How the weights of a channel are spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spread {
    /// About normal, the largest of a channel scaled to 127: as trained ones are.
    Normal,
    /// Alike over the whole range.
    Uniform,
    /// ±127 only.
    Extreme,
}

/// `architecture` with random weights; its outputs spread over int8.
///
/// # Panics
/// For a layer that the reference networks do not have.
pub fn random_weights(architecture: &Architecture, spread: Spread, seed: u64) -> QGraph {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let turned = |[c, h, w]: [usize; 3]| [h, w, c];
    let input = TensorInfo { shape: turned(architecture.input), scale: 0.02, zero_point: 3 };
    let infos = architecture.layers().unwrap();
    let mut layers: Vec<QLayer> = Vec::new();
    for (i, info) in infos.iter().enumerate() {
        let before = layers.last().map_or(input, |l: &QLayer| l.output);
        let mut output = TensorInfo { shape: turned(info.output), ..before };
        let relu = matches!(infos.get(i + 1).map(|next| next.layer), Some(Layer::Relu));
        let parameters = |rng: &mut ChaCha8Rng, outputs: usize, terms: usize, output: &mut TensorInfo| {
            output.zero_point = if relu { -128 } else { rng.random_range(-20..20) };
            let range = if relu { [-128, 127] } else { [-128 + 3, 127] };
            parameters(rng, outputs, terms, spread, range)
        };
        let op = match *info.layer {
            Layer::Conv { input, output: o, kernel, stride, padding } => {
                let p = parameters(&mut rng, o, input * kernel[0] * kernel[1], &mut output);
                QOp::Conv(Geometry { kernel, stride, padding, dilation: [1, 1], groups: 1 }, p)
            }
            Layer::ConvTranspose { input, output: o, kernel, stride, padding } => {
                let p = parameters(&mut rng, o, input * kernel[0] * kernel[1], &mut output);
                QOp::ConvTranspose(Geometry { kernel, stride, padding, dilation: [1, 1], groups: 1 }, p)
            }
            Layer::Linear { input, output: o } => QOp::Linear(parameters(&mut rng, o, input, &mut output)),
            Layer::Relu | Layer::Identity => continue,
            Layer::LeakyRelu { .. } => {
                let zero = before.zero_point;
                QOp::Table(
                    (-128..=127).map(|v: i32| if v < zero { zero + (v - zero) / 100 } else { v } as i8).collect(),
                )
            }
            Layer::Sigmoid => QOp::Table((-128..=127).map(|v: i32| (v / 2) as i8).collect()),
            Layer::MaxPool { kernel } => QOp::MaxPool(
                Geometry { kernel, stride: kernel, padding: [0, 0], dilation: [1, 1], groups: 1 },
                [-128, 127],
            ),
            Layer::Upsample { factor } => QOp::Upsample(factor),
            Layer::Flatten | Layer::Reshape { .. } => QOp::Reshape,
            Layer::Trim { .. } => QOp::Trim,
            ref other => panic!("{other:?}"),
        };
        layers.push(QLayer { name: info.name(), op, output });
    }
    let encoder_layers =
        layers.iter().rposition(|l| l.name.starts_with("encoder")).map_or(layers.len(), |last| last + 1);
    QGraph { name: architecture.name.clone(), input, layers, encoder_layers }
}

fn normal(rng: &mut impl Rng) -> f64 {
    (0..12).map(|_| rng.random_range(0.0..1.0)).sum::<f64>() - 6.0
}

fn parameters(rng: &mut ChaCha8Rng, outputs: usize, terms: usize, spread: Spread, range: [i32; 2]) -> Parameters {
    let mut weights: Vec<i8> = Vec::new();
    let mut scales = Vec::new();
    for _ in 0..outputs {
        let raw: Vec<f64> = (0..terms)
            .map(|_| match spread {
                Spread::Normal => normal(rng),
                Spread::Uniform => rng.random_range(-1.0..1.0),
                Spread::Extreme => {
                    if rng.random_bool(0.5) {
                        1.0
                    } else {
                        -1.0
                    }
                }
            })
            .collect();
        let largest = raw.iter().fold(1e-9_f64, |m, w| m.max(w.abs()));
        let own: Vec<i8> = raw.iter().map(|w| (w / largest * 127.0).round() as i8).collect();
        // Activations deviate by about 50; 40 steps of the output shall be a deviation of the accumulator.
        let power = own.iter().map(|w| f64::from(*w).powi(2)).sum::<f64>().sqrt().max(1.0);
        scales.push(picoae_trainer::graph::multiplier_of((40.0 / (50.0 * power)).min(0.4)));
        weights.extend(own);
    }
    let bias = (0..outputs).map(|_| rng.random_range(-3000..3000)).collect();
    let scales = scales.into_iter().map(|s: Scale| s).collect();
    Parameters { weights, bias, scales, range }
}
