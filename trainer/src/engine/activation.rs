//! Elementwise activations, fused with the bias in front of them.

use super::feature_map::FeatureMap;
use super::float_op::{Backward, FloatOp, Io};

/// An activation whose derivative can be told from its result.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Activation {
    Identity,
    Relu,
    Leaky(f32),
    Sigmoid,
}

impl Activation {
    /// Adds `bias` (one value a channel) to rows of channels and activates them.
    pub(crate) fn forward(self, values: &mut [f32], bias: &[f32]) {
        match self {
            Self::Identity => add(values, bias, |v| v),
            Self::Relu => add(values, bias, |v| v.max(0.0)),
            // Written without a branch so that it vectorizes; a slope above 1 needs the smaller one.
            Self::Leaky(slope) if slope <= 1.0 => add(values, bias, |v| v.max(slope * v)),
            Self::Leaky(slope) => add(values, bias, |v| v.min(slope * v)),
            Self::Sigmoid => add(values, bias, sigmoid),
        }
    }

    /// Turns the gradient by the results `y` into that by what was in front of bias and activation, in place, and adds
    /// its sums over positions to `bias`.
    pub(crate) fn backward(self, gradient: &mut [f32], y: &[f32], bias: &mut [f32]) {
        match self {
            Self::Identity => sum(gradient, y, bias, |g, _| g),
            Self::Relu => sum(gradient, y, bias, |g, y| if y > 0.0 { g } else { 0.0 }),
            Self::Leaky(slope) => sum(gradient, y, bias, |g, y| if y > 0.0 { g } else { slope * g }),
            Self::Sigmoid => sum(gradient, y, bias, |g, y| g * y * (1.0 - y)),
        }
    }
}

fn sigmoid(v: f32) -> f32 {
    1.0 / (1.0 + (-v).exp())
}

/// Rows of up to this many channels are handled several at a time, or the loop over channels would be too short.
const WIDE: usize = 64;

#[inline(always)]
fn add(values: &mut [f32], bias: &[f32], f: impl Fn(f32) -> f32) {
    let c = bias.len();
    if c < WIDE && WIDE.is_multiple_of(c) {
        let mut wide = [0f32; WIDE];
        wide.iter_mut().enumerate().for_each(|(i, b)| *b = bias[i % c]);
        let (rows, rest) = values.as_chunks_mut::<WIDE>();
        for row in rows {
            row.iter_mut().zip(&wide).for_each(|(v, b)| *v = f(*v + b));
        }
        rest.iter_mut().zip(&wide).for_each(|(v, b)| *v = f(*v + b));
        return;
    }
    for row in values.chunks_exact_mut(c) {
        row.iter_mut().zip(bias).for_each(|(v, b)| *v = f(*v + b));
    }
}

#[inline(always)]
fn sum(gradient: &mut [f32], y: &[f32], bias: &mut [f32], f: impl Fn(f32, f32) -> f32) {
    let c = bias.len();
    if c <= WIDE && WIDE.is_multiple_of(c) {
        let mut wide = [0f32; WIDE];
        let (rows, rest) = gradient.as_chunks_mut::<WIDE>();
        let (y_rows, y_rest) = y.as_chunks::<WIDE>();
        let step = |g: &mut f32, y: &f32, b: &mut f32| {
            *g = f(*g, *y);
            *b += *g;
        };
        for (row, y) in rows.iter_mut().zip(y_rows) {
            row.iter_mut().zip(y).zip(&mut wide).for_each(|((g, y), b)| step(g, y, b));
        }
        rest.iter_mut().zip(y_rest).zip(&mut wide).for_each(|((g, y), b)| step(g, y, b));
        wide.iter().enumerate().for_each(|(i, b)| bias[i % c] += b);
        return;
    }
    for (row, y) in gradient.chunks_exact_mut(c).zip(y.chunks_exact(c)) {
        for ((g, y), b) in row.iter_mut().zip(y).zip(bias.iter_mut()) {
            *g = f(*g, *y);
            *b += *g;
        }
    }
}

/// An activation that has nothing in front of it to be fused into.
pub(crate) struct ActivationOp {
    pub(crate) activation: Activation,
    pub(crate) map: FeatureMap,
}

impl FloatOp for ActivationOp {
    fn label(&self) -> &'static str {
        "activation"
    }

    fn output(&self) -> FeatureMap {
        self.map
    }

    fn forward(&self, io: &Io<'_>, x: &[f32], y: &mut [f32], _scratch: &mut [f32]) {
        for i in 0..io.samples {
            let row = io.y.of_mut(y, i);
            row.copy_from_slice(io.x.of(x, i));
            self.activation.forward(row, &[0.0]);
        }
    }

    fn backward(&self, io: &Io<'_>, pass: Backward<'_>) {
        let Backward { y, dy, dx, .. } = pass;
        let Some(dx) = dx else { return };
        for i in 0..io.samples {
            let row = io.dx.of_mut(dx, i);
            row.copy_from_slice(io.dy.of(dy, i));
            self.activation.backward(row, io.y.of(y, i), &mut [0.0]);
        }
    }
}
