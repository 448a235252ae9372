//! Networks of convolutions whose windows touch, which make `block_dense` take each of its ways, for the host and the devices.

use picoae_compiler::graph::{Geometry, Parameters, QGraph, QLayer, QOp, Scale, TensorInfo};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// An encoder of blocks, a decoder of them, or both.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    /// What it shows.
    pub name: &'static str,
    /// Blocks of a window.
    pub blocks: usize,
    /// Steps of a block.
    pub block: usize,
    /// Channels of the signal.
    pub channels: usize,
    /// Values that a block becomes.
    pub latent: usize,
    /// Steps behind the last block, which no output depends on.
    pub left: usize,
    /// Whether it has an encoder; else the latent goes in.
    pub encoder: bool,
    /// Whether it has a decoder; else the latent comes out.
    pub decoder: bool,
    /// Whether a table follows each.
    pub table: bool,
    /// Range of what comes out of each.
    pub range: [i32; 2],
    /// All weights; 0: random ones.
    pub weight: i8,
    /// Whether all channels have one scale.
    pub alike: bool,
    /// Zero points of the signal and of the latent.
    pub zero_points: [i32; 2],
}

const LINEAR: Case = Case {
    name: "",
    blocks: 4,
    block: 25,
    channels: 1,
    latent: 9,
    left: 0,
    encoder: true,
    decoder: true,
    table: false,
    range: [-128, 127],
    weight: 0,
    alike: false,
    zero_points: [3, -5],
};
const ENCODER: Case = Case { decoder: false, ..LINEAR };
const DECODER: Case = Case { encoder: false, ..LINEAR };

/// All of them.
pub const CASES: &[Case] = &[
    // As long as real ones are.
    Case { name: "linear", block: 250, latent: 17, ..LINEAR },
    Case { name: "linear-three-channels", block: 100, channels: 3, latent: 20, blocks: 3, ..LINEAR },
    // Groups of one to four outputs; values that are whole words and that are not.
    Case { name: "latent-one", latent: 1, ..LINEAR },
    Case { name: "latent-two", latent: 2, block: 26, ..LINEAR },
    Case { name: "latent-three", latent: 3, block: 27, ..LINEAR },
    Case { name: "latent-four", latent: 4, block: 28, ..LINEAR },
    Case { name: "latent-five", latent: 5, block: 37, blocks: 1, ..LINEAR },
    Case { name: "latent-sixteen", latent: 16, block: 32, ..LINEAR },
    // More values than are widened at once, and more outputs than a batch.
    Case { name: "latent-many", latent: 77, block: 131, blocks: 2, ..LINEAR },
    Case { name: "block-prime", latent: 6, block: 127, blocks: 3, ..LINEAR },
    Case { name: "block-shortest", block: 4, channels: 5, latent: 3, blocks: 9, ..LINEAR },
    Case { name: "channels-two", block: 15, channels: 2, latent: 7, ..LINEAR },
    Case { name: "channels-four", block: 9, channels: 4, latent: 11, ..LINEAR },
    Case { name: "channels-alike", block: 21, channels: 3, latent: 8, alike: true, ..LINEAR },
    Case { name: "steps-left", left: 7, blocks: 3, ..ENCODER },
    // One shape alone.
    Case { name: "encoder", ..ENCODER },
    Case { name: "encoder-alike", alike: true, block: 50, ..ENCODER },
    Case { name: "decoder", ..DECODER },
    Case { name: "decoder-channels", channels: 3, block: 33, ..DECODER },
    // What is stored: by a table, within a range, rectified.
    Case { name: "table", table: true, ..LINEAR },
    Case { name: "range", range: [-100, 90], channels: 2, ..LINEAR },
    Case { name: "rectified", range: [-5, 127], block: 64, ..LINEAR },
    // The largest sums.
    Case { name: "largest", weight: 127, block: 250, latent: 17, zero_points: [0, 0], ..LINEAR },
    Case { name: "smallest", weight: -127, block: 250, latent: 17, zero_points: [127, 127], ..LINEAR },
    Case { name: "highest", weight: 127, block: 64, zero_points: [-128, -128], ..LINEAR },
];

impl Case {
    /// The network, its numbers random but always the same.
    pub fn graph(&self) -> QGraph {
        let mut rng = ChaCha8Rng::seed_from_u64(self.name.bytes().fold(1, |hash, b| hash * 31 % 65_521 + u64::from(b)));
        let tensor = |width, channels, zero_point| TensorInfo { shape: [1, width, channels], scale: 0.03, zero_point };
        let touching =
            Geometry { kernel: [1, self.block], stride: [1, self.block], padding: [0, 0], dilation: [1, 1], groups: 1 };
        let [signal_zero, latent_zero] = self.zero_points;
        let steps = self.blocks * self.block;
        let signal = tensor(steps, self.channels, signal_zero);
        let latent = tensor(self.blocks, self.latent, latent_zero);
        let mut layers = Vec::new();
        let mut add = |name: &str, op, output: &TensorInfo| {
            layers.push(QLayer { name: name.into(), op, output: *output });
            if self.table {
                let low = output.zero_point;
                let table = (-128..=127).map(|v: i32| if v < low { low + (v - low) / 7 } else { v } as i8).collect();
                layers.push(QLayer { name: format!("{name}-table"), op: QOp::Table(table), output: *output });
            }
            layers.len()
        };
        let mut encoder_layers = 0;
        if self.encoder {
            let own = self.parameters(&mut rng, self.latent, self.block * self.channels);
            encoder_layers = add("encoder", QOp::Conv(touching, own), &latent);
        }
        if self.decoder {
            let own = self.parameters(&mut rng, self.channels, self.block * self.latent);
            let layers = add("decoder", QOp::ConvTranspose(touching, own), &signal);
            encoder_layers = if self.encoder { encoder_layers } else { layers };
        }
        let input = if self.encoder { tensor(steps + self.left, self.channels, signal_zero) } else { latent };
        QGraph { name: self.name.into(), input, layers, encoder_layers }
    }

    /// Random numbers with which outputs spread over int8. Of a transposed convolution `terms` are those of a whole block.
    fn parameters(&self, rng: &mut ChaCha8Rng, outputs: usize, terms: usize) -> Parameters {
        let shift = -7 - (terms as f64).sqrt().log2() as i32 / 2;
        let scale = |rng: &mut ChaCha8Rng| Scale { multiplier: rng.random_range(1 << 30..=i32::MAX), shift };
        let shared = scale(rng);
        Parameters {
            weights: (0..outputs * terms)
                .map(|_| if self.weight == 0 { rng.random_range(-127..=127) } else { self.weight })
                .collect(),
            bias: (0..outputs).map(|_| rng.random_range(-5_000..=5_000)).collect(),
            scales: (0..outputs).map(|_| if self.alike { shared } else { scale(rng) }).collect(),
            range: self.range,
        }
    }
}
