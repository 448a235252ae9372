//! Transposed convolution: multiply, then scatter.

use super::activation::Activation;
use super::feature_map::FeatureMap;
use super::float_op::{Backward, FloatOp, Io};
use super::gemm::{Matrix, multiply};
use super::kernel_window::KernelWindow;

/// A transposed convolution with bias and activation. Its kernel slides over the *output*, one place for each input
/// position; its weight lies as `[input, kernel row, kernel column, output]`.
pub(crate) struct ConvTranspose {
    pub(crate) window: KernelWindow,
    /// Input channels.
    pub(crate) inputs: usize,
    pub(crate) activation: Activation,
    /// Where weight and bias begin in the table's flat vector.
    pub(crate) offsets: [usize; 2],
}

impl ConvTranspose {
    fn weights(&self) -> usize {
        self.inputs * self.window.width()
    }
}

impl FloatOp for ConvTranspose {
    fn label(&self) -> &'static str {
        "transposed convolution"
    }

    fn output(&self) -> FeatureMap {
        FeatureMap::new([self.window.channels, self.window.map[0], self.window.map[1]])
    }

    fn parameters(&self) -> Vec<u32> {
        let (taps, inputs, outputs) =
            (self.window.kernel[0] * self.window.kernel[1], self.inputs, self.window.channels);
        let mut order = Vec::with_capacity(self.weights() + outputs);
        for (i, t, o) in (0..inputs).flat_map(|i| (0..taps).flat_map(move |t| (0..outputs).map(move |o| (i, t, o)))) {
            order.push((self.offsets[0] + (i * outputs + o) * taps + t) as u32);
        }
        order.extend((0..outputs).map(|o| (self.offsets[1] + o) as u32));
        order
    }

    fn scratch_len(&self, samples: usize) -> usize {
        self.window.len() * self.window.group(samples)
    }

    fn macs(&self) -> usize {
        self.window.len() * self.inputs
    }

    fn forward(&self, io: &Io<'_>, x: &[f32], y: &mut [f32], scratch: &mut [f32]) {
        let (weight, bias) = io.parameters.split_at(self.weights());
        let (rows, width) = (self.window.rows(), self.window.width());
        let group = self.window.group(io.samples);
        for first in (0..io.samples).step_by(group) {
            let count = group.min(io.samples - first);
            let from = &x[first * io.x.stride()..(first + count) * io.x.stride()];
            multiply(
                [rows * count, width, self.inputs],
                scratch,
                false,
                Matrix::rows(from, self.inputs),
                Matrix::rows(weight, width),
            );
            for i in 0..count {
                let into = io.y.of_mut(y, first + i);
                into.fill(0.0);
                self.window.scatter(&scratch[i * self.window.len()..(i + 1) * self.window.len()], into);
                self.activation.forward(into, bias);
            }
        }
    }

    fn backward(&self, io: &Io<'_>, pass: Backward<'_>) {
        let Backward { x, y, dy, mut dx, gradient, scratch } = pass;
        let (d_weight, d_bias) = gradient.split_at_mut(self.weights());
        let (rows, width) = (self.window.rows(), self.window.width());
        let weight = &io.parameters[..self.weights()];
        for i in 0..io.samples {
            self.activation.backward(io.dy.of_mut(dy, i), io.y.of(y, i), d_bias);
        }
        let group = self.window.group(io.samples);
        for first in (0..io.samples).step_by(group) {
            let count = group.min(io.samples - first);
            for i in 0..count {
                let matrix = &mut scratch[i * self.window.len()..(i + 1) * self.window.len()];
                self.window.gather(io.dy.of(dy, first + i), matrix);
            }
            let seen = Matrix::rows(scratch, width);
            let from = &x[first * io.x.stride()..(first + count) * io.x.stride()];
            multiply([self.inputs, width, rows * count], d_weight, true, Matrix::transposed(from, self.inputs), seen);
            if let Some(dx) = dx.as_deref_mut() {
                let weight = Matrix::transposed(weight, width);
                if io.dx.is_dense() {
                    let into = &mut dx[first * io.dx.stride()..(first + count) * io.dx.stride()];
                    multiply([rows * count, self.inputs, width], into, false, seen, weight);
                    continue;
                }
                for i in 0..count {
                    let seen = Matrix::rows(&scratch[i * self.window.len()..], width);
                    multiply([rows, self.inputs, width], io.dx.of_mut(dx, first + i), false, seen, weight);
                }
            }
        }
    }
}
