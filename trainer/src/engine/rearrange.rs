//! Layers that only move values: nearest upsampling, zero padding, trimming, flattening and reshaping.

use super::feature_map::FeatureMap;
use super::float_op::{Backward, FloatOp, Io};

/// Marks a row that nothing moves to.
const ZERO: u32 = u32::MAX;

/// Row i of the output is row `source[i]` of the input or zero; a row is `width` values.
pub(crate) struct Rearrange {
    label: &'static str,
    width: usize,
    output: FeatureMap,
    source: Vec<u32>,
}

impl Rearrange {
    /// Moves whole positions with their channels: `source` gives the input's position for the output's `[row, column]`.
    fn positions(
        label: &'static str,
        input: FeatureMap,
        [height, width]: [usize; 2],
        from: impl Fn(usize, usize) -> Option<(usize, usize)>,
    ) -> Self {
        let places = (0..height).flat_map(|y| (0..width).map(move |x| (y, x)));
        let source = places
            .map(|(y, x)| match from(y, x) {
                Some((y, x)) if y < input.height && x < input.width => (y * input.width + x) as u32,
                _ => ZERO,
            })
            .collect();
        Self { label, width: input.channels, output: FeatureMap::new([input.channels, height, width]), source }
    }

    /// Nearest upsampling; the output may be cut short.
    pub(crate) fn upsample(input: FeatureMap, output: [usize; 2], [fy, fx]: [usize; 2]) -> Self {
        Self::positions("upsampling", input, output, |y, x| Some((y / fy, x / fx)))
    }

    /// Zeros above and to the left (and wherever else the output is larger than the input).
    pub(crate) fn zero_pad(input: FeatureMap, output: [usize; 2], [top, left]: [usize; 2]) -> Self {
        Self::positions("zero padding", input, output, |y, x| Some((y.checked_sub(top)?, x.checked_sub(left)?)))
    }

    /// The top-left corner.
    pub(crate) fn trim(input: FeatureMap, output: [usize; 2]) -> Self {
        Self::positions("trimming", input, output, |y, x| Some((y, x)))
    }

    /// Single values in another order.
    pub(crate) fn values(output: FeatureMap, source: Vec<u32>) -> Self {
        Self { label: "reordering", width: 1, output, source }
    }
}

impl FloatOp for Rearrange {
    fn label(&self) -> &'static str {
        self.label
    }

    fn output(&self) -> FeatureMap {
        self.output
    }

    fn forward(&self, io: &Io<'_>, x: &[f32], y: &mut [f32], _scratch: &mut [f32]) {
        let c = self.width;
        for i in 0..io.samples {
            let from = io.x.of(x, i);
            for (row, source) in io.y.of_mut(y, i).chunks_exact_mut(c).zip(&self.source) {
                match *source {
                    ZERO => row.fill(0.0),
                    s => row.copy_from_slice(&from[s as usize * c..(s as usize + 1) * c]),
                }
            }
        }
    }

    fn backward(&self, io: &Io<'_>, pass: Backward<'_>) {
        let Backward { dy, dx, .. } = pass;
        let Some(dx) = dx else { return };
        let c = self.width;
        for i in 0..io.samples {
            let into = io.dx.of_mut(dx, i);
            into.fill(0.0);
            for (row, source) in io.dy.of(dy, i).chunks_exact(c).zip(&self.source).filter(|(_, s)| **s != ZERO) {
                let at = *source as usize * c;
                into[at..at + c].iter_mut().zip(row).for_each(|(o, g)| *o += g);
            }
        }
    }
}
