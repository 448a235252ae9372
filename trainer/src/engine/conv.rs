//! Convolution of any geometry: gather, then multiply.

use super::activation::Activation;
use super::feature_map::FeatureMap;
use super::float_op::{Backward, FloatOp, Io};
use super::gemm::{Matrix, multiply};
use super::kernel_window::KernelWindow;

/// A convolution with bias and activation. Its weight lies as `[kernel row, kernel column, input, output]`.
pub(crate) struct Conv {
    pub(crate) window: KernelWindow,
    pub(crate) output: FeatureMap,
    pub(crate) activation: Activation,
    /// Where weight and bias begin in the table's flat vector.
    pub(crate) offsets: [usize; 2],
}

impl Conv {
    fn weights(&self) -> usize {
        self.window.width() * self.output.channels
    }

    /// Gathers `count` samples from sample `first` on; gives the matrices for multiplying.
    fn gather<'s>(&self, io: &Io<'_>, x: &[f32], first: usize, count: usize, scratch: &'s mut [f32]) -> Matrix<'s> {
        let w = &self.window;
        if w.is_transposed() {
            w.gather_transposed(io.x.of(x, first), scratch);
            return Matrix::transposed(scratch, w.rows());
        }
        for i in 0..count {
            w.gather(io.x.of(x, first + i), &mut scratch[i * w.len()..(i + 1) * w.len()]);
        }
        Matrix::rows(scratch, w.width())
    }

    fn group(&self, samples: usize) -> usize {
        if self.window.is_transposed() { 1 } else { self.window.group(samples) }
    }
}

impl FloatOp for Conv {
    fn label(&self) -> &'static str {
        "convolution"
    }

    fn output(&self) -> FeatureMap {
        self.output
    }

    fn parameters(&self) -> Vec<u32> {
        let (taps, inputs, outputs) =
            (self.window.kernel[0] * self.window.kernel[1], self.window.channels, self.output.channels);
        let mut order = Vec::with_capacity(self.weights() + outputs);
        for (t, i, o) in (0..taps).flat_map(|t| (0..inputs).flat_map(move |i| (0..outputs).map(move |o| (t, i, o)))) {
            order.push((self.offsets[0] + (o * inputs + i) * taps + t) as u32);
        }
        order.extend((0..outputs).map(|o| (self.offsets[1] + o) as u32));
        order
    }

    fn scratch_len(&self, samples: usize) -> usize {
        self.window.len() * self.group(samples)
    }

    fn macs(&self) -> usize {
        self.window.len() * self.output.channels
    }

    fn forward(&self, io: &Io<'_>, x: &[f32], y: &mut [f32], scratch: &mut [f32]) {
        let (weight, bias) = io.parameters.split_at(self.weights());
        let (rows, width, outputs) = (self.window.rows(), self.window.width(), self.output.channels);
        // Between samples with room for zeros one product cannot write.
        let group = if io.y.is_dense() { self.group(io.samples) } else { 1 };
        for first in (0..io.samples).step_by(group) {
            let count = group.min(io.samples - first);
            let seen = self.gather(io, x, first, count, scratch);
            let out = match count {
                1 => io.y.of_mut(y, first),
                _ => &mut y[first * io.y.stride()..(first + count) * io.y.stride()],
            };
            multiply([rows * count, outputs, width], out, false, seen, Matrix::rows(weight, outputs));
            self.activation.forward(out, bias);
        }
    }

    fn backward(&self, io: &Io<'_>, pass: Backward<'_>) {
        let Backward { x, y, dy, mut dx, gradient, scratch } = pass;
        let (d_weight, d_bias) = gradient.split_at_mut(self.weights());
        let (rows, width, outputs) = (self.window.rows(), self.window.width(), self.output.channels);
        let dy = &mut dy[..io.samples * io.dy.stride()];
        if io.y.is_dense() {
            self.activation.backward(dy, &y[..io.samples * io.y.stride()], d_bias);
        } else {
            for i in 0..io.samples {
                self.activation.backward(io.dy.of_mut(dy, i), io.y.of(y, i), d_bias);
            }
        }
        let weight = &io.parameters[..self.weights()];
        let group = self.group(io.samples);
        for first in (0..io.samples).step_by(group) {
            let count = group.min(io.samples - first);
            let seen = self.gather(io, x, first, count, scratch);
            let dz = &dy[first * io.dy.stride()..(first + count) * io.dy.stride()];
            multiply([width, outputs, rows * count], d_weight, true, seen.t(), Matrix::rows(dz, outputs));
            let Some(dx) = dx.as_deref_mut() else { continue };
            multiply(
                [rows * count, width, outputs],
                scratch,
                false,
                Matrix::rows(dz, outputs),
                Matrix::transposed(weight, outputs),
            );
            for i in 0..count {
                let into = io.dx.of_mut(dx, first + i);
                into.fill(0.0);
                self.window.scatter(&scratch[i * self.window.len()..(i + 1) * self.window.len()], into);
            }
        }
    }
}
