//! Fully connected layer.

use super::activation::Activation;
use super::feature_map::FeatureMap;
use super::float_op::{Backward, FloatOp, Io};
use super::gemm::{Matrix, multiply, multiply_into};

/// A linear layer with bias and activation. Its weight lies as `[output, input]`, both in the order of the maps beside it;
/// outputs that nothing depends on come last and are not computed.
pub(crate) struct Linear {
    pub(crate) inputs: usize,
    /// FeatureMap behind it, live values only.
    pub(crate) output: FeatureMap,
    pub(crate) activation: Activation,
    /// Where weight and bias begin in the table's flat vector.
    pub(crate) offsets: [usize; 2],
    /// PyTorch's number of each input in the order of the map in front.
    pub(crate) input_order: Vec<u32>,
    /// PyTorch's number of each output in the order of the map behind; those that are not computed at the end.
    pub(crate) output_order: Vec<u32>,
}

impl FloatOp for Linear {
    fn label(&self) -> &'static str {
        "linear"
    }

    fn output(&self) -> FeatureMap {
        self.output
    }

    fn parameters(&self) -> Vec<u32> {
        let mut order = Vec::with_capacity(self.output_order.len() * (self.inputs + 1));
        for &o in &self.output_order {
            let row = self.offsets[0] + o as usize * self.inputs;
            order.extend(self.input_order.iter().map(|i| (row + *i as usize) as u32));
        }
        order.extend(self.output_order.iter().map(|o| (self.offsets[1] + *o as usize) as u32));
        order
    }

    fn macs(&self) -> usize {
        self.inputs * self.output.len()
    }

    fn forward(&self, io: &Io<'_>, x: &[f32], y: &mut [f32], _scratch: &mut [f32]) {
        let (weight, bias) = io.parameters.split_at(self.output_order.len() * self.inputs);
        let (n, live) = (io.samples, self.output.len());
        multiply_into(
            [n, live, self.inputs],
            &mut y[io.y.first()..],
            io.y.stride(),
            false,
            Matrix::rows(x, self.inputs),
            Matrix::transposed(weight, self.inputs),
        );
        for i in 0..n {
            self.activation.forward(io.y.of_mut(y, i), &bias[..live]);
        }
    }

    fn backward(&self, io: &Io<'_>, pass: Backward<'_>) {
        let Backward { x, y, dy, dx, gradient, .. } = pass;
        let (n, live) = (io.samples, self.output.len());
        let (d_weight, d_bias) = gradient.split_at_mut(self.output_order.len() * self.inputs);
        let dy = &mut dy[..n * live];
        if io.y.is_dense() {
            self.activation.backward(dy, &y[..n * live], &mut d_bias[..live]);
        } else {
            for (i, dy) in dy.chunks_exact_mut(live).enumerate() {
                self.activation.backward(dy, io.y.of(y, i), &mut d_bias[..live]);
            }
        }
        let (input, gradients) = (Matrix::rows(x, self.inputs), Matrix::rows(dy, live));
        multiply([live, self.inputs, n], d_weight, true, gradients.t(), input);
        if let Some(dx) = dx {
            let weight = Matrix::rows(io.parameters, self.inputs);
            let (first, stride) = (io.dx.first(), io.dx.stride());
            multiply_into([n, self.inputs, live], &mut dx[first..], stride, false, gradients, weight);
        }
    }
}
