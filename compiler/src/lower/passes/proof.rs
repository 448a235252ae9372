//! For the tests of passes: random small chains of layers, and the proof that a pass keeps every bit of them.

use super::Pass;
use crate::graph::{Geometry, Parameters, QGraph, QLayer, QOp, Scale, TensorInfo};
use crate::lower::{Node, canonical, execute};
use crate::reference;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Layers one behind the other, with random parameters.
pub(super) struct Chain {
    pub(super) graph: QGraph,
    random: ChaCha8Rng,
}

impl Chain {
    pub(super) fn new(shape: [usize; 3], seed: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let zero_point = random.random_range(-128..=127);
        let input = TensorInfo { shape, scale: 0.1, zero_point };
        Self { graph: QGraph { name: "chain".into(), input, layers: Vec::new(), encoder_layers: 1 }, random }
    }

    /// A number in `low..=high`.
    pub(super) fn pick(&mut self, low: usize, high: usize) -> usize {
        self.random.random_range(low..=high)
    }

    /// A pair of numbers in `low..=high`.
    pub(super) fn pair(&mut self, low: usize, high: usize) -> [usize; 2] {
        [self.pick(low, high), self.pick(low, high)]
    }

    pub(super) fn shape(&self) -> [usize; 3] {
        self.graph.output().shape
    }

    /// A layer that moves values.
    pub(super) fn moved(mut self, op: QOp, shape: [usize; 3]) -> Self {
        let output = TensorInfo { shape, ..*self.graph.output() };
        self.push(op, output);
        self
    }

    /// A layer that makes values.
    pub(super) fn made(mut self, op: QOp, shape: [usize; 3]) -> Self {
        let zero_point = self.random.random_range(-128..=127);
        let output = TensorInfo { shape, scale: 0.1, zero_point };
        self.push(op, output);
        self
    }

    fn push(&mut self, op: QOp, output: TensorInfo) {
        self.graph.layers.push(QLayer { name: format!("layer.{}", self.graph.layers.len()), op, output });
        self.graph.encoder_layers = self.graph.layers.len();
    }

    /// The latent lies behind layer `i`.
    pub(super) fn latent(mut self, i: usize) -> Self {
        self.graph.encoder_layers = i + 1;
        self
    }

    pub(super) fn parameters(&mut self, outputs: usize, terms: usize) -> Parameters {
        let random = &mut self.random;
        let shift = -(4.5 + (terms as f64).log2() / 2.0) as i32 - random.random_range(0..3);
        let scale = |random: &mut ChaCha8Rng| Scale { multiplier: random.random_range(1 << 30..=i32::MAX), shift };
        let scales = if random.random_bool(0.3) { 1 } else { outputs };
        Parameters {
            weights: (0..outputs * terms).map(|_| random.random_range(-127..=127_i32) as i8).collect(),
            bias: (0..outputs).map(|_| random.random_range(-9_000..9_000)).collect(),
            scales: (0..scales).map(|_| scale(random)).collect(),
            range: if random.random_bool(0.3) {
                [random.random_range(-128..=0), random.random_range(0..=127)]
            } else {
                [-128, 127]
            },
        }
    }

    /// A convolution with the outputs that PyTorch gives it.
    pub(super) fn conv(mut self, outputs: usize, g: Geometry) -> Self {
        let [height, width, channels] = self.shape();
        let parameters = self.parameters(outputs, g.kernel[0] * g.kernel[1] * channels / g.groups);
        let extent = |d: usize, extent: usize| {
            let span = (g.kernel[d] - 1) * g.dilation[d] + 1;
            (extent + 2 * g.padding[d]).saturating_sub(span) / g.stride[d] + 1
        };
        self.made(QOp::Conv(g, parameters), [extent(0, height), extent(1, width), outputs])
    }

    /// A transposed convolution, its output cut or extended by `more`.
    pub(super) fn conv_transpose(mut self, outputs: usize, g: Geometry, more: isize) -> Self {
        let [height, width, channels] = self.shape();
        let parameters = self.parameters(outputs, g.kernel[0] * g.kernel[1] * channels);
        let extent = |d: usize, extent: usize| {
            let full = ((extent - 1) * g.stride[d] + g.kernel[d]) as isize;
            (full - 2 * g.padding[d] as isize + more).clamp(1, full + g.stride[d] as isize - g.padding[d] as isize)
                as usize
        };
        self.made(QOp::ConvTranspose(g, parameters), [extent(0, height), extent(1, width), outputs])
    }

    /// A table, rising or not.
    pub(super) fn table(mut self, rises: bool) -> Self {
        let mut table: Vec<i8> = (0..256).map(|_| self.random.random_range(-128..=127_i32) as i8).collect();
        if rises {
            table.sort_unstable();
        }
        let shape = self.shape();
        self.made(QOp::Table(table), shape)
    }

    /// Max pooling; `round_up` counts windows that begin inside the map.
    pub(super) fn max_pool(self, kernel: [usize; 2], stride: [usize; 2], padding: [usize; 2], round_up: bool) -> Self {
        let [height, width, channels] = self.shape();
        let extent = |d: usize, extent: usize| {
            let free = (extent + 2 * padding[d]).saturating_sub(kernel[d]);
            let windows = if round_up { free.div_ceil(stride[d]) } else { free / stride[d] } + 1;
            windows.min((extent + 2 * padding[d]).div_ceil(stride[d]))
        };
        let shape = [extent(0, height), extent(1, width), channels];
        let range = if self.graph.layers.len().is_multiple_of(2) { [-128, 127] } else { [-60, 80] };
        let g = Geometry { kernel, stride, padding, dilation: [1, 1], groups: 1 };
        self.moved(QOp::MaxPool(g, range), shape)
    }

    pub(super) fn upsample(self, factor: [usize; 2]) -> Self {
        let [height, width, channels] = self.shape();
        self.moved(QOp::Upsample(factor), [height * factor[0], width * factor[1], channels])
    }

    pub(super) fn pad(self, sides: [usize; 4]) -> Self {
        let [height, width, channels] = self.shape();
        self.moved(QOp::Pad(sides), [height + sides[0] + sides[1], width + sides[2] + sides[3], channels])
    }

    pub(super) fn trim(self, size: [usize; 2]) -> Self {
        let channels = self.shape()[2];
        self.moved(QOp::Trim, [size[0], size[1], channels])
    }

    pub(super) fn reshape(self, shape: [usize; 3]) -> Self {
        self.moved(QOp::Reshape, shape)
    }

    pub(super) fn linear(mut self, shape: [usize; 3]) -> Self {
        let outputs = shape.iter().product();
        let inputs = self.graph.output().len();
        let parameters = self.parameters(outputs, inputs);
        self.made(QOp::Linear(parameters), shape)
    }

    /// Runs `passes` one after the other and compares outputs and latents with those of the nodes in front of the last
    /// one, and with the reference executor's; gives the nodes.
    pub(super) fn proves(&mut self, passes: &[Pass]) -> Vec<Node> {
        let graph = &self.graph;
        let mut nodes = canonical::nodes(graph).unwrap();
        for (_, _, run) in passes {
            nodes = run(nodes);
        }
        for seed in 0..4 {
            let input: Vec<i8> = match seed {
                0 => vec![-128; graph.input.len()],
                1 => vec![127; graph.input.len()],
                _ => (0..graph.input.len()).map(|_| self.random.next_u32() as i8).collect(),
            };
            let want = reference::trace(graph, &input);
            let got = execute(&nodes, &input);
            let latent = nodes.iter().position(|n| n.is_latent).expect("the latent vanished");
            assert_eq!(got.last(), want.last(), "{graph:?}");
            assert_eq!(got[latent], want[graph.encoder_layers], "latent of {graph:?}");
        }
        nodes
    }
}

/// Geometry without dilation and groups.
pub(super) fn geometry(kernel: [usize; 2], stride: [usize; 2], padding: [usize; 2]) -> Geometry {
    Geometry { kernel, stride, padding, dilation: [1, 1], groups: 1 }
}

/// The names of the nodes' operators.
pub(super) fn labels(nodes: &[Node]) -> Vec<&'static str> {
    nodes.iter().map(Node::label).collect()
}
