//! The same network over a longer signal: what an endless stream is compared with.

use super::{Geometry, QGraph, QLayer, QOp, TensorInfo};
use crate::error::{Error, Result};
use std::borrow::Cow;

impl QGraph {
    /// The network over a signal of `steps` steps, its input and its reconstruction; what made the window's length fit is left out.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a network that is none of a stream: images, layers over the whole window, a reconstruction of another
    /// length than its input.
    pub fn stretched(&self, steps: usize) -> Result<Self> {
        if !self.is_one_dimensional() {
            return Err(refused("its maps are images"));
        }
        let mut width = steps;
        let longer = |info: &TensorInfo, width: usize| TensorInfo { shape: [1, width, info.shape[2]], ..*info };
        let mut layers = Vec::with_capacity(self.layers.len());
        for (i, layer) in self.layers.iter().enumerate() {
            let op = match &layer.op {
                // Zeros behind the window's end, and their reconstruction: a stream has no end.
                QOp::Pad([0, 0, 0, _]) => Cow::Owned(QOp::Pad([0; 4])),
                QOp::Pad(_) => return Err(refused("it pads the start of a window")),
                QOp::Linear(_) => return Err(refused("a dense layer takes the whole window")),
                QOp::Reshape => return Err(refused("it reshapes the window")),
                other => Cow::Borrowed(other),
            };
            width = match op.as_ref() {
                QOp::Trim if width > steps => steps,
                op => behind(op, width).ok_or_else(|| refused(&format!("layer {i} has nothing left of its map")))?,
            };
            layers.push(QLayer { name: layer.name.clone(), op: op.into_owned(), output: longer(&layer.output, width) });
        }
        if width != steps {
            return Err(refused(&format!("its reconstruction of {steps} steps has {width}")));
        }
        Ok(Self { input: longer(&self.input, steps), layers, ..self.clone() })
    }

    /// Steps of the input that one step of the narrowest map stands for, and the most steps that one becomes again: windows of a stream begin
    /// at multiples of the former.
    pub fn strides(&self) -> [usize; 2] {
        let factor = |of: fn(&QOp) -> usize| self.layers.iter().map(|layer| of(&layer.op)).product();
        let down = factor(|op| match op {
            QOp::Conv(g, _) | QOp::MaxPool(g, _) | QOp::AvgPool(g) => g.stride[1],
            _ => 1,
        });
        let up = factor(|op| match op {
            QOp::ConvTranspose(g, _) => g.stride[1],
            QOp::Upsample(f) => f[1],
            _ => 1,
        });
        [down, up]
    }
}

fn refused(why: &str) -> Error {
    Error::invalid(format!(
        "this network scores window by window only, not an endless stream: {why}; leave lower.stream_hop out, or take a convolutional network \
         (linear, timeseries or conv)"
    ))
}

/// Width of the map that an operation makes of one.
fn behind(op: &QOp, width: usize) -> Option<usize> {
    let windows = |g: &Geometry| {
        let reach = g.dilation[1] * (g.kernel[1] - 1) + 1;
        Some((width + 2 * g.padding[1]).checked_sub(reach)? / g.stride[1] + 1)
    };
    match op {
        QOp::Conv(g, _) | QOp::MaxPool(g, _) | QOp::AvgPool(g) => windows(g),
        QOp::ConvTranspose(g, _) => ((width - 1) * g.stride[1] + g.kernel[1]).checked_sub(2 * g.padding[1]),
        QOp::Upsample(factor) => Some(width * factor[1]),
        _ => Some(width),
    }
    .filter(|width| *width > 0)
}
