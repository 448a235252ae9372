//! Ranges of the activations, measured on normal data.

use super::QuantizeConfig;
use crate::error::Error;
use crate::spec::Architecture;

/// Smallest and largest value of a tensor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// Smallest.
    pub min: f32,
    /// Largest.
    pub max: f32,
}

impl Range {
    /// Holds nothing yet.
    pub const EMPTY: Self = Self { min: f32::INFINITY, max: f32::NEG_INFINITY };

    /// Grows to hold `percentile` percent of `values` (100: all), cutting the same share at both ends.
    pub fn include(&mut self, values: &[f32], percentile: f32) {
        let (low, high) = if percentile >= 100.0 {
            values.iter().fold((f32::INFINITY, f32::NEG_INFINITY), |(l, h), v| (l.min(*v), h.max(*v)))
        } else {
            let mut sorted = values.to_vec();
            sorted.sort_by(f32::total_cmp);
            let cut = (values.len() as f32 * (100.0 - percentile) / 200.0) as usize;
            match (sorted.get(cut), sorted.get(sorted.len().saturating_sub(cut + 1))) {
                (Some(l), Some(h)) => (*l, *h),
                _ => return,
            }
        };
        self.min = self.min.min(low);
        self.max = self.max.max(high);
    }
}

/// Ranges of a network: its input's, and the output's of each layer.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranges {
    /// Of the samples.
    pub input: Range,
    /// Of each layer's output, in order.
    pub layers: Vec<Range>,
}

impl Ranges {
    /// Measures on the first `calibration_windows` windows of `values`, `[window][channel][height][width]`. `activations`
    /// gives every layer's output for a batch: the float values and the number of windows in it.
    ///
    /// # Errors
    /// [`Error::NoWindow`] without a window; whatever `activations` returns.
    pub fn measure<E: From<Error>>(
        architecture: &Architecture,
        values: &[f32],
        config: &QuantizeConfig,
        mut activations: impl FnMut(&[f32], usize) -> std::result::Result<Vec<Vec<f32>>, E>,
    ) -> std::result::Result<Self, E> {
        const BATCH: usize = 32;
        let n: usize = architecture.input.iter().product();
        let count = values.len().checked_div(n).unwrap_or(0).min(config.calibration_windows);
        if count == 0 {
            return Err(Error::NoWindow.into());
        }
        let layers = architecture.layers()?.len();
        let mut ranges = Self { input: Range::EMPTY, layers: vec![Range::EMPTY; layers] };
        for batch in values[..count * n].chunks(BATCH * n) {
            ranges.input.include(batch, 100.0);
            for (range, values) in ranges.layers.iter_mut().zip(activations(batch, batch.len() / n)?) {
                range.include(&values, config.percentile);
            }
        }
        Ok(ranges)
    }
}
