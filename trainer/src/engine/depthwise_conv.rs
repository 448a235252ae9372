//! Depthwise convolution: each channel with a kernel of its own, all channels of a position at once.

use super::activation::Activation;
use super::feature_map::FeatureMap;
use super::float_op::{Backward, FloatOp, Io};
use super::kernel_window::KernelWindow;

/// A depthwise convolution (as many groups as input and output channels) with bias and activation. Its weight lies as
/// `[kernel row, kernel column, channel]`.
pub(crate) struct DepthwiseConv {
    pub(crate) window: KernelWindow,
    pub(crate) activation: Activation,
    /// Where weight and bias begin in the table's flat vector.
    pub(crate) offsets: [usize; 2],
}

impl DepthwiseConv {
    fn weights(&self) -> usize {
        self.window.width()
    }
}

impl FloatOp for DepthwiseConv {
    fn label(&self) -> &'static str {
        "depthwise convolution"
    }

    fn output(&self) -> FeatureMap {
        FeatureMap::new([self.window.channels, self.window.places[0], self.window.places[1]])
    }

    fn parameters(&self) -> Vec<u32> {
        let (taps, channels) = (self.window.kernel[0] * self.window.kernel[1], self.window.channels);
        let weight = (0..taps).flat_map(|t| (0..channels).map(move |c| c * taps + t));
        let weight = weight.map(|at| (self.offsets[0] + at) as u32);
        weight.chain((0..channels).map(|c| (self.offsets[1] + c) as u32)).collect()
    }

    fn macs(&self) -> usize {
        self.window.len()
    }

    fn forward(&self, io: &Io<'_>, x: &[f32], y: &mut [f32], _scratch: &mut [f32]) {
        let (weight, bias) = io.parameters.split_at(self.weights());
        let c = self.window.channels;
        for sample in 0..io.samples {
            let (from, into) = (io.x.of(x, sample), io.y.of_mut(y, sample));
            into.fill(0.0);
            self.window.each_seen(|element, place, position| {
                let (weight, seen) = (&weight[element * c..][..c], &from[position * c..][..c]);
                into[place * c..][..c].iter_mut().zip(weight).zip(seen).for_each(|((y, w), x)| *y += w * x);
            });
            self.activation.forward(into, bias);
        }
    }

    fn backward(&self, io: &Io<'_>, pass: Backward<'_>) {
        let Backward { x, y, dy, mut dx, gradient, .. } = pass;
        let (d_weight, d_bias) = gradient.split_at_mut(self.weights());
        let c = self.window.channels;
        for sample in 0..io.samples {
            let from = io.x.of(x, sample);
            let dz = io.dy.of_mut(dy, sample);
            self.activation.backward(dz, io.y.of(y, sample), d_bias);
            self.window.each_seen(|element, place, position| {
                let (seen, dz) = (&from[position * c..][..c], &dz[place * c..][..c]);
                d_weight[element * c..][..c].iter_mut().zip(dz).zip(seen).for_each(|((d, z), x)| *d += z * x);
            });
            let Some(dx) = dx.as_deref_mut() else { continue };
            let into = io.dx.of_mut(dx, sample);
            into.fill(0.0);
            self.window.each_seen(|element, place, position| {
                let (weight, dz) = (&io.parameters[element * c..][..c], &dz[place * c..][..c]);
                into[position * c..][..c].iter_mut().zip(dz).zip(weight).for_each(|((d, z), w)| *d += z * w);
            });
        }
    }
}
