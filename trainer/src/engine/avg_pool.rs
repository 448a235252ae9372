//! Mean of each window.

use super::feature_map::FeatureMap;
use super::float_op::{Backward, FloatOp, Io};
use super::kernel_window::KernelWindow;

/// Mean pooling with windows side by side.
pub(crate) struct AvgPool {
    pub(crate) window: KernelWindow,
}

impl AvgPool {
    fn share(&self) -> f32 {
        1.0 / (self.window.kernel[0] * self.window.kernel[1]) as f32
    }
}

impl FloatOp for AvgPool {
    fn label(&self) -> &'static str {
        "mean pooling"
    }

    fn output(&self) -> FeatureMap {
        FeatureMap::new([self.window.channels, self.window.places[0], self.window.places[1]])
    }

    fn forward(&self, io: &Io<'_>, x: &[f32], y: &mut [f32], _scratch: &mut [f32]) {
        let (c, share) = (self.window.channels, self.share());
        for i in 0..io.samples {
            let from = io.x.of(x, i);
            for (place, out) in io.y.of_mut(y, i).chunks_exact_mut(c).enumerate() {
                out.fill(0.0);
                for at in self.window.positions(place) {
                    out.iter_mut().zip(&from[at * c..(at + 1) * c]).for_each(|(o, v)| *o += v);
                }
                out.iter_mut().for_each(|o| *o *= share);
            }
        }
    }

    fn backward(&self, io: &Io<'_>, pass: Backward<'_>) {
        let Backward { dy, dx, .. } = pass;
        let Some(dx) = dx else { return };
        let (c, share) = (self.window.channels, self.share());
        for i in 0..io.samples {
            let into = io.dx.of_mut(dx, i);
            into.fill(0.0);
            for (place, gradient) in io.dy.of(dy, i).chunks_exact(c).enumerate() {
                for at in self.window.positions(place) {
                    into[at * c..(at + 1) * c].iter_mut().zip(gradient).for_each(|(o, g)| *o = g * share);
                }
            }
        }
    }
}
