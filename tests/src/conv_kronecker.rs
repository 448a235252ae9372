//! Networks of signals that make `conv_kronecker` take each of its ways, for the host and the devices.

use picoae_compiler::graph::{Geometry, Parameters, QGraph, QLayer, QOp, Scale, TensorInfo};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A convolution that keeps the length, and perhaps a pooling.
#[derive(Debug, Clone, Copy)]
pub struct Layer {
    /// Output channels.
    pub outputs: usize,
    /// Taps.
    pub taps: usize,
    /// Whether the larger of each two outputs goes on.
    pub pooled: bool,
    /// Zero point of the output: -128 rectifies.
    pub zero_point: i32,
}

/// A few convolutions, one behind the other.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    /// What it shows.
    pub name: &'static str,
    /// Samples and channels of the input.
    pub input: [usize; 2],
    /// What becomes of it.
    pub layers: &'static [Layer],
    /// Weights are at most this large; `same`: exactly, and of one sign.
    pub weight: i8,
    /// See there.
    pub same: bool,
}

const PLAIN: Layer = Layer { outputs: 24, taps: 3, pooled: false, zero_point: -128 };
const POOLED: Layer = Layer { pooled: true, ..PLAIN };
const CASE: Case = Case { name: "", input: [50, 24], layers: &[PLAIN], weight: 127, same: false };

/// All of them.
pub const CASES: &[Case] = &[
    // Bytes behind the last convolution; lengths that end in the middle of a tile, and before the first tile does.
    Case { name: "bytes", ..CASE },
    Case { name: "bytes-odd", input: [51, 31], layers: &[Layer { zero_point: 5, ..PLAIN }], ..CASE },
    Case { name: "bytes-ten", input: [10, 32], ..CASE },
    Case { name: "bytes-pooled", input: [46, 24], layers: &[POOLED], ..CASE },
    // Fields behind fields, rectified and not, pooled and not; every end that a tile of pairs can have.
    Case { name: "fields", input: [48, 24], layers: &[PLAIN, Layer { outputs: 5, ..PLAIN }], ..CASE },
    Case { name: "fields-table", input: [64, 20], layers: &[Layer { zero_point: 9, ..PLAIN }, PLAIN], ..CASE },
    Case { name: "fields-46", input: [46, 20], layers: &[PLAIN, PLAIN, PLAIN], ..CASE },
    Case { name: "fields-pooled", input: [100, 24], layers: &[POOLED, PLAIN], ..CASE },
    Case { name: "fields-pooled-44", input: [88, 24], layers: &[POOLED, POOLED], ..CASE },
    Case { name: "fields-pooled-46", input: [92, 32], layers: &[POOLED, Layer { zero_point: 0, ..POOLED }], ..CASE },
    Case { name: "fields-pooled-table", input: [104, 24], layers: &[Layer { zero_point: 1, ..POOLED }, PLAIN], ..CASE },
    // Pairs of channels behind fields, where a stage has few channels.
    Case { name: "pairs", layers: &[Layer { outputs: 9, ..PLAIN }, Layer { outputs: 3, ..PLAIN }], ..CASE },
    Case { name: "pairs-table", layers: &[Layer { outputs: 8, zero_point: -7, ..PLAIN }, PLAIN], ..CASE },
    Case { name: "pairs-pooled", input: [62, 28], layers: &[Layer { outputs: 8, ..POOLED }, PLAIN], ..CASE },
    // The same in front of a stage that is beyond the kernel.
    Case { name: "pairs-beyond", layers: &[Layer { outputs: 33, ..PLAIN }, PLAIN], same: true, ..CASE },
    Case {
        name: "pairs-beyond-table",
        layers: &[Layer { outputs: 33, zero_point: 4, ..PLAIN }, PLAIN],
        same: true,
        ..CASE
    },
    // Behind the kernel for one channel.
    Case { name: "mono", input: [96, 1], layers: &[Layer { taps: 5, ..POOLED }, POOLED, PLAIN], ..CASE },
    // The same, longer, so that its channels lie further apart than the kernel has loops for.
    Case {
        name: "mono-long",
        input: [400, 1],
        layers: &[Layer { taps: 5, ..POOLED }, Layer { outputs: 12, ..POOLED }, Layer { outputs: 12, ..PLAIN }],
        ..CASE
    },
    // The largest sums that the fields hold: 32 channels of one sign.
    Case { name: "largest", input: [50, 32], same: true, ..CASE },
    Case { name: "smallest", input: [50, 32], weight: -127, same: true, ..CASE },
    // One channel more, and the compiler takes another kernel.
    Case { name: "beyond", input: [50, 33], same: true, ..CASE },
];

impl Case {
    /// The network, its numbers random but always the same.
    pub fn graph(&self) -> QGraph {
        let mut rng = ChaCha8Rng::seed_from_u64(self.name.bytes().fold(1, |hash, b| hash * 31 % 65_521 + u64::from(b)));
        let tensor = |shape, zero_point| TensorInfo { shape, scale: 0.1, zero_point };
        let mut shape = [1, self.input[0], self.input[1]];
        let input = tensor(shape, 3);
        let mut layers = Vec::new();
        for (i, layer) in self.layers.iter().enumerate() {
            let (channels, weight) = (shape[2], self.weight);
            let count = layer.outputs * layer.taps * channels;
            let largest = weight.abs();
            let mut weights = (0..count).map(|_| rng.random_range(-largest..=largest)).collect::<Vec<_>>();
            if self.same {
                weights = vec![weight; count];
            }
            let mut add = |name: &str, op, shape| {
                layers.push(QLayer { name: format!("{name}.{i}"), op, output: tensor(shape, layer.zero_point) });
            };
            let geometry = Geometry {
                kernel: [1, layer.taps],
                stride: [1, 1],
                padding: [0, layer.taps / 2],
                dilation: [1, 1],
                groups: 1,
            };
            let scale = |multiplier| Scale { multiplier, shift: if self.same { -13 } else { -9 } };
            let parameters = Parameters {
                weights,
                bias: (0..layer.outputs).map(|_| rng.random_range(-20_000..=20_000)).collect(),
                scales: (0..layer.outputs).map(|_| scale(rng.random_range(1 << 30..=i32::MAX))).collect(),
                range: [-128, 127],
            };
            shape[2] = layer.outputs;
            add("convolution", QOp::Conv(geometry, parameters), shape);
            if layer.pooled {
                let pool = Geometry { kernel: [1, 2], stride: [1, 2], padding: [0, 0], dilation: [1, 1], groups: 1 };
                shape[1] /= 2;
                add("pooling", QOp::MaxPool(pool, [-128, 127]), shape);
            }
        }
        let encoder_layers = layers.len();
        QGraph { name: self.name.into(), input, layers, encoder_layers }
    }
}
