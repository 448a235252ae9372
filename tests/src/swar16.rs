//! Networks that make `swar16` take each of its ways, for the host and the devices.

use picoae_compiler::graph::{Geometry, Parameters, QGraph, QLayer, QOp, Scale, TensorInfo};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// One convolution between perhaps an upsampling and perhaps a pooling.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    /// What it shows.
    pub name: &'static str,
    /// Height, width and channels of the input; height 1 makes a signal.
    pub input: [usize; 3],
    /// Output channels.
    pub outputs: usize,
    /// Kernel and stride in both directions (signals: horizontally).
    pub kernel: usize,
    /// See there.
    pub stride: usize,
    /// Factor of a nearest upsampling in front.
    pub upsampling: usize,
    /// Window and step of a max pooling behind.
    pub pool: usize,
    /// Weights are at most this large; `same`: exactly, and of one sign.
    pub weight: i8,
    /// See there.
    pub same: bool,
    /// Biases are at most this large.
    pub bias: i32,
    /// Shift of the requantization.
    pub shift: i32,
    /// Zero point of the output.
    pub zero_point: i32,
    /// Whether all output channels have one scale.
    pub one_scale: bool,
}

const SIGNAL: Case = Case {
    name: "",
    input: [1, 45, 4],
    outputs: 5,
    kernel: 3,
    stride: 1,
    upsampling: 1,
    pool: 1,
    weight: 127,
    same: false,
    bias: 20_000,
    shift: -8,
    zero_point: -5,
    one_scale: false,
};
const IMAGE: Case = Case { input: [9, 9, 6], ..SIGNAL };

/// All of them.
pub const CASES: &[Case] = &[
    // Requantization by the definition: shifts to the left, none, accumulators beyond what digits can take.
    Case { name: "exact-left", shift: 1, weight: 2, bias: 100, ..SIGNAL },
    Case { name: "exact-none", shift: 0, weight: 2, bias: 100, pool: 2, ..SIGNAL },
    Case { name: "exact-large", shift: -18, bias: 400_000_000, pool: 3, ..SIGNAL },
    Case { name: "exact-sliced", shift: 1, weight: 3, input: [14, 14, 64], outputs: 12, pool: 2, ..IMAGE },
    Case { name: "exact-image", shift: 1, weight: 2, bias: 100, ..IMAGE },
    // Affine requantization in two digits and, for large accumulators, in three; rectified and not.
    Case { name: "digits-rectified", zero_point: -128, pool: 2, ..SIGNAL },
    Case { name: "large", shift: -9, bias: 1_500_000, outputs: 16, ..SIGNAL },
    Case { name: "large-rectified", shift: -9, bias: 1_500_000, outputs: 16, zero_point: -128, ..SIGNAL },
    Case { name: "large-image", shift: -9, bias: 1_500_000, outputs: 16, zero_point: -128, pool: 2, ..IMAGE },
    // Weights of 9 bits: as words, as halves; larger ones go to the portable operator.
    Case { name: "nine-bits", upsampling: 2, weight: 127, same: true, ..SIGNAL },
    Case { name: "nine-bits-image", upsampling: 2, weight: 63, same: true, ..IMAGE },
    Case { name: "halves", upsampling: 2, kernel: 5, input: [1, 40, 32], outputs: 21, ..SIGNAL },
    Case { name: "halves-odd", upsampling: 2, kernel: 5, input: [1, 40, 33], outputs: 21, ..SIGNAL },
    Case { name: "too-large", upsampling: 3, kernel: 5, weight: 127, same: true, ..SIGNAL },
    // Pooling windows that are not two.
    Case { name: "pool-three", pool: 3, ..SIGNAL },
    Case { name: "pool-four", pool: 2, ..IMAGE },
    Case { name: "pool-nine", pool: 3, ..IMAGE },
    // The polynomial: one and two products a split in both streams, taps that are left over, odd widths, many lines.
    Case { name: "triple-each", weight: 127, input: [1, 61, 16], ..SIGNAL },
    Case { name: "triple-twice", weight: 63, input: [1, 61, 16], ..SIGNAL },
    Case { name: "five", kernel: 5, weight: 50, ..SIGNAL },
    Case { name: "seven", kernel: 7, weight: 127, outputs: 9, ..SIGNAL },
    Case { name: "triple-image", weight: 63, ..IMAGE },
    Case { name: "five-image", kernel: 5, weight: 63, ..IMAGE },
    Case { name: "upsampled-triples", upsampling: 2, kernel: 5, weight: 60, ..SIGNAL },
    Case { name: "mixed", upsampling: 2, kernel: 5, weight: 100, outputs: 24, input: [1, 61, 2], ..SIGNAL },
    // Bytes: two rows at a time, slices, odd channels, strides.
    Case { name: "two-rows", input: [7, 7, 32], outputs: 24, ..IMAGE },
    Case { name: "two-rows-odd", input: [7, 7, 31], outputs: 17, ..IMAGE },
    Case { name: "sliced", input: [14, 14, 64], outputs: 12, stride: 1, ..IMAGE },
    Case { name: "sliced-odd", input: [13, 15, 63], outputs: 8, stride: 1, ..IMAGE },
    Case { name: "strided", input: [13, 13, 32], outputs: 12, stride: 2, ..IMAGE },
    Case { name: "one-channel", input: [1, 64, 1], outputs: 7, kernel: 5, pool: 2, ..SIGNAL },
    Case { name: "one-output", input: [1, 33, 9], outputs: 1, upsampling: 2, weight: 60, ..SIGNAL },
    // Two branches in the lanes, within what they hold and beyond it.
    Case { name: "dual-phase", input: [1, 33, 8], outputs: 1, upsampling: 2, weight: 40, ..SIGNAL },
    Case { name: "dual-phase-five", input: [1, 33, 16], outputs: 1, upsampling: 2, kernel: 5, weight: 80, ..SIGNAL },
    // A signal of one channel, five taps, one scale for all.
    Case { name: "sliding", input: [1, 83, 1], outputs: 7, kernel: 5, one_scale: true, ..SIGNAL },
    Case {
        name: "sliding-relu",
        input: [1, 83, 1],
        outputs: 6,
        kernel: 5,
        one_scale: true,
        zero_point: -128,
        ..SIGNAL
    },
    Case { name: "sliding-pool", input: [1, 92, 1], outputs: 8, kernel: 5, one_scale: true, pool: 2, ..SIGNAL },
    Case {
        name: "sliding-pool-relu",
        input: [1, 130, 1],
        outputs: 8,
        kernel: 5,
        one_scale: true,
        pool: 2,
        zero_point: -128,
        ..SIGNAL
    },
    Case { name: "dual-phase-image", input: [7, 6, 16], outputs: 1, upsampling: 2, weight: 60, ..IMAGE },
];

impl Case {
    /// The network, its numbers random but always the same.
    pub fn graph(&self) -> QGraph {
        let mut rng = ChaCha8Rng::seed_from_u64(self.name.bytes().fold(1, |hash, b| hash * 31 % 65_521 + u64::from(b)));
        let signal = self.input[0] == 1;
        let both = |n: usize, vertical: usize| if signal { [vertical, n] } else { [n, n] };
        let mut shape = self.input;
        let tensor = |shape, zero_point| TensorInfo { shape, scale: 0.1, zero_point };
        let input = tensor(shape, 3);
        let mut layers = Vec::new();
        let mut add = |name: &str, op, shape, zero_point| {
            layers.push(QLayer { name: name.into(), op, output: tensor(shape, zero_point) });
        };
        if self.upsampling > 1 {
            let factor = both(self.upsampling, 1);
            shape = [shape[0] * factor[0], shape[1] * factor[1], shape[2]];
            add("upsampling", QOp::Upsample(factor), shape, 3);
        }
        let geometry = Geometry {
            kernel: both(self.kernel, 1),
            stride: both(self.stride, 1),
            padding: both(self.kernel / 2, 0),
            dilation: [1, 1],
            groups: 1,
        };
        let terms = geometry.kernel[0] * geometry.kernel[1] * shape[2];
        let weight = self.weight;
        let weights = (0..self.outputs * terms)
            .map(|_| if self.same { weight } else { rng.random_range(-weight..=weight) })
            .collect();
        let bias = (0..self.outputs).map(|_| rng.random_range(-self.bias..=self.bias)).collect();
        let scales = if self.one_scale { 1 } else { self.outputs };
        let scales = (0..scales)
            .map(|_| Scale { multiplier: rng.random_range(1 << 30..=i32::MAX), shift: self.shift })
            .collect();
        let out = |d: usize| (shape[d] + 2 * geometry.padding[d] - geometry.kernel[d]) / geometry.stride[d] + 1;
        shape = [out(0), out(1), self.outputs];
        let parameters = Parameters { weights, bias, scales, range: [-128, 127] };
        add("convolution", QOp::Conv(geometry, parameters), shape, self.zero_point);
        if self.pool > 1 {
            let window = both(self.pool, 1);
            let pool = Geometry { kernel: window, stride: window, padding: [0, 0], dilation: [1, 1], groups: 1 };
            shape = [shape[0] / window[0], shape[1] / window[1], shape[2]];
            add("pooling", QOp::MaxPool(pool, [-128, 127]), shape, self.zero_point);
        }
        let encoder_layers = layers.len();
        QGraph { name: self.name.into(), input, layers, encoder_layers }
    }
}
