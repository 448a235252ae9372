//! Largest value of each window.

use super::feature_map::FeatureMap;
use super::float_op::{Backward, FloatOp, Io};
use super::kernel_window::KernelWindow;

/// Max pooling with windows side by side. Where several values are the largest, the first takes the whole gradient, as
/// in PyTorch.
pub(crate) struct MaxPool {
    pub(crate) window: KernelWindow,
}

impl FloatOp for MaxPool {
    fn label(&self) -> &'static str {
        "max pooling"
    }

    fn output(&self) -> FeatureMap {
        FeatureMap::new([self.window.channels, self.window.places[0], self.window.places[1]])
    }

    fn forward(&self, io: &Io<'_>, x: &[f32], y: &mut [f32], _scratch: &mut [f32]) {
        let c = self.window.channels;
        for i in 0..io.samples {
            let from = io.x.of(x, i);
            for (place, out) in io.y.of_mut(y, i).chunks_exact_mut(c).enumerate() {
                for (n, at) in self.window.positions(place).enumerate() {
                    let seen = &from[at * c..(at + 1) * c];
                    if n == 0 {
                        out.copy_from_slice(seen);
                    } else {
                        out.iter_mut().zip(seen).for_each(|(o, v)| *o = if *v > *o { *v } else { *o });
                    }
                }
            }
        }
    }

    fn backward(&self, io: &Io<'_>, pass: Backward<'_>) {
        let Backward { x, y, dy, dx, .. } = pass;
        let Some(dx) = dx else { return };
        let c = self.window.channels;
        for i in 0..io.samples {
            let (from, into) = (io.x.of(x, i), io.dx.of_mut(dx, i));
            if !self.window.covers() {
                into.fill(0.0);
            }
            let rows = io.dy.of_mut(dy, i).chunks_exact_mut(c).zip(io.y.of(y, i).chunks_exact(c));
            for (place, (left, y)) in rows.enumerate() {
                for at in self.window.positions(place) {
                    let (seen, out) = (&from[at * c..(at + 1) * c], &mut into[at * c..(at + 1) * c]);
                    for (((o, v), y), left) in out.iter_mut().zip(seen).zip(y).zip(left.iter_mut()) {
                        let hit = *v == *y;
                        *o = if hit { *left } else { 0.0 };
                        *left = if hit { 0.0 } else { *left };
                    }
                }
            }
        }
    }
}
