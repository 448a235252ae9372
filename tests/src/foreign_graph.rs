//! Random integer networks with everything that a file of another tool can hold: windows that round up and reach beyond
//! their map, `same` padding, tall paddings, unequal strides, dilation, groups up to depthwise, overlapping and padded
//! poolings with ranges, transposed outputs cut or extended, linear layers from map to map, requantizations that shift to
//! the left or are 0.

use crate::random_graph::random_parameters;
use picoae_compiler::graph::{Geometry, Parameters, QGraph, QLayer, QOp, TensorInfo};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Most values between two layers.
const MOST: usize = 6_000;

/// A random network from a seed.
pub fn foreign_graph(seed: u64) -> QGraph {
    let mut rng = ChaCha8Rng::seed_from_u64(seed ^ 0xf0e1_9d2c);
    let signal = rng.random_bool(0.4);
    let height = if signal { 1 } else { rng.random_range(1..12) };
    let shape = [height, rng.random_range(1..if signal { 50 } else { 12 }), rng.random_range(1..5)];
    let input = TensorInfo { shape, scale: 0.05, zero_point: zero_point(&mut rng) };
    let count = rng.random_range(1..7);
    let mut layers: Vec<QLayer> = Vec::new();
    while layers.len() < count {
        let before = layers.last().map_or(input, |l: &QLayer| l.output);
        let Some((op, shape)) = Maker { rng: &mut rng, input: before.shape, signal }.layer() else { continue };
        if !(1..=MOST).contains(&shape.iter().product()) {
            continue;
        }
        let makes_values = matches!(op, QOp::Conv(..) | QOp::ConvTranspose(..) | QOp::Linear(_) | QOp::Table(_));
        let zero_point = if makes_values { zero_point(&mut rng) } else { before.zero_point };
        let output = TensorInfo { shape, scale: 0.05, zero_point };
        layers.push(QLayer { name: format!("layer.{}", layers.len()), op, output });
    }
    // As many values behind as in front would be scored against each other, but only an autoencoder's follow its input.
    let last = layers.last().map_or(input, |l| l.output);
    if last.len() == input.len() {
        let [height, width, channels] = last.shape;
        let output = TensorInfo { shape: [height, width + 1, channels], ..last };
        layers.push(QLayer { name: "longer".into(), op: QOp::Pad([0, 0, 0, 1]), output });
    }
    let encoder_layers = rng.random_range(1..=layers.len());
    QGraph { name: format!("foreign-{seed}"), input, layers, encoder_layers }
}

fn zero_point(rng: &mut impl Rng) -> i32 {
    match rng.random_range(0..4) {
        0 => -128,
        1 => 127,
        _ => rng.random_range(-128..=127),
    }
}

fn range(rng: &mut impl Rng) -> [i32; 2] {
    match rng.random_range(0..4) {
        0 => [rng.random_range(-128..=0), rng.random_range(0..=127)],
        1 => [rng.random_range(-20..=20); 2],
        _ => [-128, 127],
    }
}

/// Makes one layer behind a map.
struct Maker<'a, R> {
    rng: &'a mut R,
    /// Shape of the map.
    input: [usize; 3],
    signal: bool,
}

impl<R: Rng> Maker<'_, R> {
    fn number(&mut self, low: usize, high: usize) -> usize {
        self.rng.random_range(low..=high)
    }

    /// A pair, its first `still` in signals.
    fn pair(&mut self, low: usize, high: usize, still: usize) -> [usize; 2] {
        [if self.signal { still } else { self.number(low, high) }, self.number(low, high)]
    }

    fn layer(&mut self) -> Option<(QOp, [usize; 3])> {
        match self.number(0, 15) {
            0..=3 => self.conv(),
            4..=5 => self.conv_transpose(),
            6..=8 => Some(self.max_pool()),
            9 => self.avg_pool(),
            10 => self.linear(),
            11 => Some(self.table()),
            12..=13 => Some(self.upsample()),
            14 => Some(self.pad()),
            _ => Some(self.cut()),
        }
    }

    fn parameters(&mut self, outputs: usize, terms: usize) -> Parameters {
        let mut p = random_parameters(self.rng, outputs, terms);
        p.range = range(self.rng);
        match self.number(0, 9) {
            0 => p.scales.iter_mut().for_each(|s| s.shift = self.rng.random_range(-31..=30)),
            1 => p.scales.iter_mut().for_each(|s| s.multiplier = 0),
            2 => p.bias.iter_mut().for_each(|b| *b = self.rng.random_range(-1_000_000_000..=1_000_000_000)),
            _ => {}
        }
        p
    }

    /// An extent of the output that windows of `span` positions give: rounded down, rounded up, or as many as may be.
    fn windows(&mut self, extent: usize, span: usize, stride: usize, padding: usize) -> usize {
        let least = (extent + padding).checked_sub(span).map_or(1, |free| free / stride + 1);
        let most = (extent + 2 * padding).div_ceil(stride).max(least);
        self.number(least, most.min(least + 3))
    }

    fn conv(&mut self) -> Option<(QOp, [usize; 3])> {
        let [height, width, channels] = self.input;
        let groups = match self.number(0, 3) {
            0 => channels,
            1 if channels.is_multiple_of(2) => 2,
            _ => 1,
        };
        let outputs = groups * self.number(1, 4);
        let kernel = self.pair(1, 5, 1);
        let stride = self.pair(1, 4, 1);
        let dilation = if self.number(0, 2) == 0 { self.pair(1, 3, 1) } else { [1, 1] };
        let spans = [0, 1].map(|d| (kernel[d] - 1) * dilation[d] + 1);
        let padding = match self.number(0, 4) {
            // Beyond the kernel.
            0 => self.pair(0, 6, 0),
            1 => [0, 0],
            // `same`.
            2 => [0, 1].map(|d| {
                let output = self.input[d].div_ceil(stride[d]);
                ((output - 1) * stride[d] + spans[d]).saturating_sub(self.input[d]) / 2
            }),
            _ => [spans[0] / 2, spans[1] / 2],
        };
        let extents = [height, width];
        let output = [0, 1].map(|d| self.windows(extents[d], spans[d], stride[d], padding[d]));
        if self.signal && output[0] != 1 {
            return None;
        }
        let p = self.parameters(outputs, kernel[0] * kernel[1] * channels / groups);
        Some((QOp::Conv(Geometry { kernel, stride, padding, dilation, groups }, p), [output[0], output[1], outputs]))
    }

    fn conv_transpose(&mut self) -> Option<(QOp, [usize; 3])> {
        let [height, width, channels] = self.input;
        let outputs = self.number(1, 4);
        let kernel = self.pair(1, 5, 1);
        let stride = self.pair(1, 5, 1);
        let padding = self.pair(0, 3, 0);
        let extents = [height, width];
        let mut output = [1, 1];
        for d in 0..2 {
            let reached = (extents[d] - 1) * stride[d] + kernel[d];
            let most = (reached + stride[d]).checked_sub(padding[d]).filter(|most| *most > 0)?;
            output[d] = match self.number(0, 3) {
                0 => self.number(1, most),
                1 => most,
                _ => (extents[d] * stride[d]).min(most),
            };
        }
        if self.signal {
            output[0] = 1;
        }
        let p = self.parameters(outputs, kernel[0] * kernel[1] * channels);
        let geometry = Geometry { kernel, stride, padding, dilation: [1, 1], groups: 1 };
        Some((QOp::ConvTranspose(geometry, p), [output[0], output[1], outputs]))
    }

    fn max_pool(&mut self) -> (QOp, [usize; 3]) {
        let [height, width, channels] = self.input;
        let kernel = self.pair(1, 4, 1);
        let side_by_side = self.number(0, 2) > 0;
        let stride = if side_by_side { kernel } else { self.pair(1, 4, 1) };
        let padding =
            if self.number(0, 2) > 0 { [0, 0] } else { [self.number(0, kernel[0] - 1), self.number(0, kernel[1] - 1)] };
        let rows = if self.signal { 1 } else { self.windows(height, kernel[0], stride[0], padding[0]) };
        let columns = self.windows(width, kernel[1], stride[1], padding[1]);
        let geometry = Geometry { kernel, stride, padding, dilation: [1, 1], groups: 1 };
        (QOp::MaxPool(geometry, range(self.rng)), [rows, columns, channels])
    }

    fn avg_pool(&mut self) -> Option<(QOp, [usize; 3])> {
        let [height, width, channels] = self.input;
        let (kernel, stride) = (self.pair(1, 4, 1), self.pair(1, 4, 1));
        let rows = height.checked_sub(kernel[0])? / stride[0] + 1;
        let columns = width.checked_sub(kernel[1])? / stride[1] + 1;
        let geometry = Geometry { kernel, stride, padding: [0, 0], dilation: [1, 1], groups: 1 };
        Some((QOp::AvgPool(geometry), [rows, columns, channels]))
    }

    fn linear(&mut self) -> Option<(QOp, [usize; 3])> {
        let inputs: usize = self.input.iter().product();
        let outputs = match (self.number(0, 2), self.signal) {
            (0, true) => [1, self.number(1, 5), self.number(1, 4)],
            (0, false) => [self.number(1, 4), self.number(1, 4), self.number(1, 3)],
            _ => [1, 1, self.number(1, 16)],
        };
        let number = outputs.iter().product();
        (inputs <= 1_000).then(|| (QOp::Linear(self.parameters(number, inputs)), outputs))
    }

    fn table(&mut self) -> (QOp, [usize; 3]) {
        let mut table: Vec<i8> = (0..256).map(|_| self.rng.random_range(-128..=127_i32) as i8).collect();
        if self.number(0, 2) > 0 {
            table.sort_unstable();
        }
        (QOp::Table(table), self.input)
    }

    fn upsample(&mut self) -> (QOp, [usize; 3]) {
        let [height, width, channels] = self.input;
        let factor = self.pair(1, 4, 1);
        (QOp::Upsample(factor), [height * factor[0], width * factor[1], channels])
    }

    fn pad(&mut self) -> (QOp, [usize; 3]) {
        let [height, width, channels] = self.input;
        let (rows, columns) =
            (if self.signal { [0, 0] } else { self.pair(0, 4, 0) }, [self.number(0, 6), self.number(0, 6)]);
        let shape = [height + rows[0] + rows[1], width + columns[0] + columns[1], channels];
        (QOp::Pad([rows[0], rows[1], columns[0], columns[1]]), shape)
    }

    /// A trim, or other rows of the same values.
    fn cut(&mut self) -> (QOp, [usize; 3]) {
        let [height, width, channels] = self.input;
        if self.number(0, 3) > 0 {
            return (QOp::Trim, [self.number(1, height), self.number(1, width), channels]);
        }
        let values = height * width * channels;
        let divisor = |of: usize, rng: &mut R| {
            let divisors: Vec<usize> = (1..=of).filter(|d| of.is_multiple_of(*d)).collect();
            divisors[rng.random_range(0..divisors.len())]
        };
        let columns = divisor(values, self.rng);
        let rows = if self.signal { 1 } else { divisor(values / columns, self.rng) };
        (QOp::Reshape, [rows, columns, values / columns / rows])
    }
}
