//! One-dimensional convolution of stride 1, with nearest upsampling in front of it folded in.
//!
//! In channels-last order what the kernel sees at one place is one contiguous stretch, and the next place is one position
//! further, so the gathered matrix is the map itself with overlapping rows: nothing is copied. With an upsampling by f in
//! front, outputs f·i … f·i + f − 1 all see the same few inputs, with sums of kernel elements as weights; so it is a
//! convolution over the short map with f times the output channels, and what it writes is the long map already.

use super::activation::Activation;
use super::feature_map::FeatureMap;
use super::float_op::{Backward, FloatOp, Io};
use super::gemm::{Matrix, multiply};

/// A convolution with bias and activation. Its weight lies as `[kernel element, input, output]`.
pub(crate) struct SlidingConv {
    pub(crate) inputs: usize,
    pub(crate) outputs: usize,
    pub(crate) kernel: usize,
    /// Zeros on both sides, at most `kernel` − 1.
    pub(crate) padding: usize,
    /// Nearest upsampling in front of it; above 1 only for an odd kernel and (kernel − 1)/2 of padding.
    pub(crate) factor: usize,
    /// Width in front of the upsampling.
    pub(crate) width: usize,
    pub(crate) activation: Activation,
    /// Where weight and bias begin in the table's flat vector.
    pub(crate) offsets: [usize; 2],
}

impl SlidingConv {
    /// Whether a convolution of this kernel and padding can take an upsampling by `factor`.
    pub(crate) fn takes(kernel: usize, padding: usize, factor: usize) -> bool {
        padding < kernel && (factor == 1 || kernel == 2 * padding + 1)
    }

    /// Zeros on both sides of the short map.
    fn folded_padding(&self) -> usize {
        self.padding.div_ceil(self.factor)
    }

    /// Kernel elements over the short map.
    fn folded_kernel(&self) -> usize {
        if self.factor == 1 { self.kernel } else { 2 * self.folded_padding() + 1 }
    }

    /// Output channels of the folded convolution.
    fn folded_outputs(&self) -> usize {
        self.outputs * self.factor
    }

    /// Places of the folded convolution.
    fn places(&self) -> usize {
        self.width + 2 * self.folded_padding() + 1 - self.folded_kernel()
    }

    fn weights(&self) -> usize {
        self.kernel * self.inputs * self.outputs
    }

    fn folded_weights(&self) -> usize {
        self.folded_kernel() * self.inputs * self.folded_outputs()
    }

    /// For output phase `phase` and kernel element `j` the element of the folded kernel that sees the same input.
    fn folded(&self, phase: usize, j: usize) -> usize {
        (phase + j + self.folded_padding() * self.factor - self.padding) / self.factor
    }

    /// Calls `f` with the offsets of matching rows (of `outputs` values) in the kernel and in the folded kernel.
    fn each_row(&self, mut f: impl FnMut(usize, usize)) {
        for (phase, j) in (0..self.factor).flat_map(|p| (0..self.kernel).map(move |j| (p, j))) {
            for i in 0..self.inputs {
                let own = (j * self.inputs + i) * self.outputs;
                let folded = ((self.folded(phase, j) * self.inputs + i) * self.factor + phase) * self.outputs;
                f(own, folded);
            }
        }
    }
}

impl FloatOp for SlidingConv {
    fn label(&self) -> &'static str {
        if self.factor == 1 { "convolution" } else { "upsampling + convolution" }
    }

    fn output(&self) -> FeatureMap {
        FeatureMap::new([self.outputs, 1, self.places() * self.factor])
    }

    fn input_halo(&self) -> [usize; 2] {
        [self.folded_padding(); 2]
    }

    fn gradient_halo(&self) -> [usize; 2] {
        // In positions of the long map.
        [(self.folded_kernel() - 1 - self.folded_padding()) * self.factor; 2]
    }

    fn parameters(&self) -> Vec<u32> {
        let mut order = Vec::with_capacity(self.weights() + self.outputs);
        for (j, i) in (0..self.kernel).flat_map(|j| (0..self.inputs).map(move |i| (j, i))) {
            let at = |o: usize| (self.offsets[0] + (o * self.inputs + i) * self.kernel + j) as u32;
            order.extend((0..self.outputs).map(at));
        }
        order.extend((0..self.outputs).map(|o| (self.offsets[1] + o) as u32));
        order
    }

    fn prepared_len(&self) -> usize {
        2 * self.folded_weights()
    }

    /// The folded kernel, and the same with its elements in reverse and inputs and outputs swapped, which makes the
    /// input's gradient a convolution too.
    fn prepare(&self, parameters: &[f32], prepared: &mut [f32]) {
        let (folded, reversed) = prepared.split_at_mut(self.folded_weights());
        folded.fill(0.0);
        self.each_row(|own, into| {
            let row = &parameters[own..own + self.outputs];
            folded[into..into + self.outputs].iter_mut().zip(row).for_each(|(f, w)| *f += w);
        });
        let (k, inputs, outputs) = (self.folded_kernel(), self.inputs, self.folded_outputs());
        for (j, i) in (0..k).flat_map(|j| (0..inputs).map(move |i| (j, i))) {
            for o in 0..outputs {
                reversed[((k - 1 - j) * outputs + o) * inputs + i] = folded[(j * inputs + i) * outputs + o];
            }
        }
    }

    fn scratch_len(&self, _samples: usize) -> usize {
        self.folded_weights()
    }

    fn macs(&self) -> usize {
        self.places() * self.folded_weights()
    }

    fn forward(&self, io: &Io<'_>, x: &[f32], y: &mut [f32], _scratch: &mut [f32]) {
        let bias = &io.parameters[self.weights()..];
        let outputs = self.folded_outputs();
        let size = [self.places(), outputs, self.folded_kernel() * self.inputs];
        for i in 0..io.samples {
            let seen = Matrix { data: io.x.padded(x, i), row: self.inputs, column: 1 };
            let out = io.y.of_mut(y, i);
            multiply(size, out, false, seen, Matrix::rows(io.prepared, outputs));
            self.activation.forward(out, bias);
        }
    }

    fn backward(&self, io: &Io<'_>, pass: Backward<'_>) {
        let Backward { x, y, dy, mut dx, gradient, scratch } = pass;
        let (d_weight, d_bias) = gradient.split_at_mut(self.weights());
        let (k, outputs, inputs) = (self.folded_kernel(), self.folded_outputs(), self.inputs);
        let d_folded = &mut scratch[..self.folded_weights()];
        io.dy.clear_halos(dy, io.samples);
        for i in 0..io.samples {
            let dz = io.dy.of_mut(dy, i);
            self.activation.backward(dz, io.y.of(y, i), d_bias);
            let seen = Matrix { data: io.x.padded(x, i), row: 1, column: inputs };
            multiply([k * inputs, outputs, self.places()], d_folded, i > 0, seen, Matrix::rows(dz, outputs));
            if let Some(dx) = dx.as_deref_mut() {
                let behind = Matrix { data: io.dy.padded(dy, i), row: outputs, column: 1 };
                let reversed = Matrix::rows(&io.prepared[self.folded_weights()..], inputs);
                multiply([self.width, inputs, k * outputs], io.dx.of_mut(dx, i), false, behind, reversed);
            }
        }
        self.each_row(|own, from| {
            let row = &d_folded[from..from + self.outputs];
            d_weight[own..own + self.outputs].iter_mut().zip(row).for_each(|(w, f)| *w += f);
        });
    }
}
