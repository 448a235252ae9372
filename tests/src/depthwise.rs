//! Networks with depthwise convolutions that make the kernel for the Cortex-M4 take each of its ways, for the host and the
//! devices.

use picoae_compiler::graph::{Geometry, Parameters, QGraph, QLayer, QOp, Scale, TensorInfo};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A depthwise convolution, and what follows it.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    /// What it shows.
    pub name: &'static str,
    /// Height, width and channels of the input; a height of 1 is a signal.
    pub input: [usize; 3],
    /// Rows and columns of the kernel.
    pub kernel: [usize; 2],
    /// Steps.
    pub stride: [usize; 2],
    /// Padding above and left, and as much below and right.
    pub padding: [usize; 2],
    /// Distances of the taps.
    pub dilation: [usize; 2],
    /// Output channels of a pointwise convolution behind it; 0: none.
    pub pointwise: usize,
    /// Whether a table follows.
    pub table: bool,
    /// Range of what comes out.
    pub range: [i32; 2],
    /// All weights; 0: random ones.
    pub weight: i8,
    /// Zero points of the input and of what comes out.
    pub zero_points: [i32; 2],
}

const SIGNAL: Case = Case {
    name: "",
    input: [1, 50, 8],
    kernel: [1, 3],
    stride: [1, 1],
    padding: [0, 1],
    dilation: [1, 1],
    pointwise: 0,
    table: false,
    range: [-128, 127],
    weight: 0,
    zero_points: [3, -7],
};
const IMAGE: Case = Case { input: [9, 11, 8], kernel: [3, 3], padding: [1, 1], ..SIGNAL };

/// All of them.
pub const CASES: &[Case] = &[
    // Signals: three taps, one, all nine; channels that are no multiple of four; steps and dilations.
    Case { name: "signal", ..SIGNAL },
    Case { name: "signal-five-channels", input: [1, 33, 5], ..SIGNAL },
    Case { name: "signal-seven-channels", input: [1, 41, 7], stride: [1, 2], ..SIGNAL },
    Case { name: "signal-four-channels", input: [1, 7, 4], kernel: [1, 1], padding: [0, 0], ..SIGNAL },
    Case { name: "signal-nine-taps", input: [1, 40, 6], kernel: [1, 9], padding: [0, 4], ..SIGNAL },
    Case { name: "signal-nine-taps-by-two", kernel: [1, 9], padding: [0, 8], stride: [1, 2], ..SIGNAL },
    Case { name: "signal-dilated", kernel: [1, 4], padding: [0, 3], dilation: [1, 3], ..SIGNAL },
    Case { name: "signal-one-output", input: [1, 5, 9], kernel: [1, 5], padding: [0, 0], ..SIGNAL },
    // Images.
    Case { name: "image", ..IMAGE },
    Case { name: "image-odd-channels", input: [7, 10, 9], ..IMAGE },
    Case { name: "image-by-two", input: [10, 13, 6], stride: [2, 2], ..IMAGE },
    Case { name: "image-uneven", kernel: [2, 4], padding: [1, 2], stride: [1, 3], input: [8, 14, 11], ..IMAGE },
    Case { name: "image-dilated", dilation: [2, 2], padding: [2, 2], ..IMAGE },
    Case { name: "image-pointwise-taps", kernel: [1, 1], padding: [0, 0], stride: [2, 1], ..IMAGE },
    Case { name: "image-to-a-column", input: [12, 3, 8], padding: [1, 0], ..IMAGE },
    // As long as real ones are.
    Case { name: "signal-long", input: [1, 96, 16], ..SIGNAL },
    Case { name: "image-large", input: [24, 24, 8], ..IMAGE },
    // What is stored: by a table, within a range, as pairs for the convolution behind it.
    Case { name: "signal-table", table: true, ..SIGNAL },
    Case { name: "image-range", range: [-100, 90], ..IMAGE },
    Case { name: "signal-pairs", pointwise: 6, ..SIGNAL },
    Case { name: "signal-pairs-odd-channels", input: [1, 35, 7], stride: [1, 2], pointwise: 9, ..SIGNAL },
    Case { name: "signal-pairs-table", table: true, pointwise: 8, ..SIGNAL },
    Case { name: "image-pairs", pointwise: 12, range: [-128, 100], ..IMAGE },
    Case { name: "image-pairs-odd-channels", input: [8, 9, 13], pointwise: 5, zero_points: [0, -128], ..IMAGE },
    // The largest sums.
    Case { name: "signal-largest", weight: 127, kernel: [1, 9], padding: [0, 4], ..SIGNAL },
    Case { name: "image-smallest", weight: -127, zero_points: [127, 127], ..IMAGE },
    Case { name: "image-highest", weight: 127, zero_points: [-128, -128], ..IMAGE },
];

impl Case {
    /// The network, its numbers random but always the same.
    pub fn graph(&self) -> QGraph {
        let mut rng = ChaCha8Rng::seed_from_u64(self.name.bytes().fold(1, |hash, b| hash * 31 % 65_521 + u64::from(b)));
        let tensor = |shape, zero_point| TensorInfo { shape, scale: 0.1, zero_point };
        let channels = self.input[2];
        let extent = |d: usize| {
            let reach = (self.kernel[d] - 1) * self.dilation[d] + 1;
            (self.input[d] + 2 * self.padding[d] - reach) / self.stride[d] + 1
        };
        let shape = [extent(0), extent(1), channels];
        let geometry = Geometry {
            kernel: self.kernel,
            stride: self.stride,
            padding: self.padding,
            dilation: self.dilation,
            groups: channels,
        };
        let taps = self.kernel[0] * self.kernel[1];
        let mut own = parameters(&mut rng, channels, taps);
        own.range = self.range;
        if self.weight != 0 {
            own.weights = vec![self.weight; channels * taps];
        }
        let mut layers = vec![QLayer {
            name: "depthwise".into(),
            op: QOp::Conv(geometry, own),
            output: tensor(shape, self.zero_points[1]),
        }];
        if self.table {
            let table = (-128..=127).map(|v: i32| if v < 9 { 9 + (v - 9) / 7 } else { v } as i8).collect();
            layers.push(QLayer { name: "table".into(), op: QOp::Table(table), output: tensor(shape, 9) });
        }
        if self.pointwise > 0 {
            let one = Geometry { kernel: [1, 1], stride: [1, 1], padding: [0, 0], dilation: [1, 1], groups: 1 };
            let op = QOp::Conv(one, parameters(&mut rng, self.pointwise, channels));
            let output = tensor([shape[0], shape[1], self.pointwise], 2);
            layers.push(QLayer { name: "pointwise".into(), op, output });
        }
        let encoder_layers = layers.len();
        QGraph { name: self.name.into(), input: tensor(self.input, self.zero_points[0]), layers, encoder_layers }
    }
}

/// Random numbers with which outputs spread over int8.
fn parameters(rng: &mut ChaCha8Rng, outputs: usize, terms: usize) -> Parameters {
    Parameters {
        weights: (0..outputs * terms).map(|_| rng.random_range(-127..=127) as i8).collect(),
        bias: (0..outputs).map(|_| rng.random_range(-5_000..=5_000)).collect(),
        scales: (0..outputs)
            .map(|_| Scale { multiplier: rng.random_range(1 << 30..=i32::MAX), shift: rng.random_range(-9..=-7) })
            .collect(),
        range: [-128, 127],
    }
}
