//! Convolution in channel groups: a dense one a group, on the group's own channels.

use super::activation::Activation;
use super::feature_map::FeatureMap;
use super::float_op::{Backward, FloatOp, Io};
use super::gemm::{Matrix, multiply};
use super::kernel_window::KernelWindow;

/// A grouped convolution with bias and activation. Its weight lies as `[group, kernel row, kernel column, input of the group,
/// output of the group]`.
pub(crate) struct GroupedConv {
    /// The kernel over one group's channels.
    pub(crate) window: KernelWindow,
    pub(crate) groups: usize,
    pub(crate) output: FeatureMap,
    pub(crate) activation: Activation,
    /// Where weight and bias begin in the table's flat vector.
    pub(crate) offsets: [usize; 2],
}

impl GroupedConv {
    /// Output channels of a group.
    fn outputs(&self) -> usize {
        self.output.channels / self.groups
    }

    /// Weights of a group.
    fn group_weights(&self) -> usize {
        self.window.width() * self.outputs()
    }

    fn weights(&self) -> usize {
        self.group_weights() * self.groups
    }

    /// Scratch memory as what a group sees of the map, the gathered matrix, and what the group makes.
    fn parts<'s>(&self, scratch: &'s mut [f32]) -> [&'s mut [f32]; 3] {
        let seen = self.window.map[0] * self.window.map[1] * self.window.channels;
        let (seen, rest) = scratch.split_at_mut(seen);
        let (matrix, rest) = rest.split_at_mut(self.window.len());
        [seen, matrix, &mut rest[..self.window.rows() * self.outputs()]]
    }
}

/// Copies channels `first..first + count` of all positions out of a map of `channels`.
fn take(map: &[f32], channels: usize, first: usize, count: usize, into: &mut [f32]) {
    for (into, position) in into.chunks_exact_mut(count).zip(map.chunks_exact(channels)) {
        into.copy_from_slice(&position[first..first + count]);
    }
}

/// The inverse of [`take`].
fn put(from: &[f32], channels: usize, first: usize, count: usize, map: &mut [f32]) {
    for (from, position) in from.chunks_exact(count).zip(map.chunks_exact_mut(channels)) {
        position[first..first + count].copy_from_slice(from);
    }
}

impl FloatOp for GroupedConv {
    fn label(&self) -> &'static str {
        "grouped convolution"
    }

    fn output(&self) -> FeatureMap {
        self.output
    }

    fn parameters(&self) -> Vec<u32> {
        let (taps, inputs, outputs) =
            (self.window.kernel[0] * self.window.kernel[1], self.window.channels, self.outputs());
        let mut order = Vec::with_capacity(self.weights() + self.output.channels);
        for (g, t) in (0..self.groups).flat_map(|g| (0..taps).map(move |t| (g, t))) {
            for (i, o) in (0..inputs).flat_map(|i| (0..outputs).map(move |o| (i, o))) {
                order.push((self.offsets[0] + ((g * outputs + o) * inputs + i) * taps + t) as u32);
            }
        }
        order.extend((0..self.output.channels).map(|o| (self.offsets[1] + o) as u32));
        order
    }

    fn scratch_len(&self, _samples: usize) -> usize {
        let seen = self.window.map[0] * self.window.map[1] * self.window.channels;
        seen + self.window.len() + self.window.rows() * self.outputs()
    }

    fn macs(&self) -> usize {
        self.window.len() * self.output.channels
    }

    fn forward(&self, io: &Io<'_>, x: &[f32], y: &mut [f32], scratch: &mut [f32]) {
        let (weight, bias) = io.parameters.split_at(self.weights());
        let (rows, width, inputs, outputs) =
            (self.window.rows(), self.window.width(), self.window.channels, self.outputs());
        let [seen, matrix, made] = self.parts(scratch);
        for sample in 0..io.samples {
            let (from, into) = (io.x.of(x, sample), io.y.of_mut(y, sample));
            for (g, weight) in weight.chunks_exact(self.group_weights()).enumerate() {
                take(from, io.x.channels, g * inputs, inputs, seen);
                self.window.gather(seen, matrix);
                let size = [rows, outputs, width];
                multiply(size, made, false, Matrix::rows(matrix, width), Matrix::rows(weight, outputs));
                put(made, self.output.channels, g * outputs, outputs, into);
            }
            self.activation.forward(into, bias);
        }
    }

    fn backward(&self, io: &Io<'_>, pass: Backward<'_>) {
        let Backward { x, y, dy, mut dx, gradient, scratch } = pass;
        let (d_weight, d_bias) = gradient.split_at_mut(self.weights());
        let (rows, width, inputs, outputs) =
            (self.window.rows(), self.window.width(), self.window.channels, self.outputs());
        let weights = self.group_weights();
        let [seen, matrix, dz] = self.parts(scratch);
        for sample in 0..io.samples {
            let from = io.x.of(x, sample);
            let by_output = io.dy.of_mut(dy, sample);
            self.activation.backward(by_output, io.y.of(y, sample), d_bias);
            for g in 0..self.groups {
                let own = g * weights..(g + 1) * weights;
                take(by_output, self.output.channels, g * outputs, outputs, dz);
                take(from, io.x.channels, g * inputs, inputs, seen);
                self.window.gather(seen, matrix);
                let gathered = Matrix::rows(matrix, width);
                let size = [width, outputs, rows];
                multiply(size, &mut d_weight[own.clone()], true, gathered.t(), Matrix::rows(dz, outputs));
                let Some(dx) = dx.as_deref_mut() else { continue };
                let weight = Matrix::transposed(&io.parameters[own], outputs);
                multiply([rows, width, outputs], matrix, false, Matrix::rows(dz, outputs), weight);
                seen.fill(0.0);
                self.window.scatter(matrix, seen);
                put(seen, io.dx.channels, g * inputs, inputs, io.dx.of_mut(dx, sample));
            }
        }
    }
}
