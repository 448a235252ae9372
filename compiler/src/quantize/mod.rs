//! Post-training quantization: from float weights and a few normal windows to the integer network.
//!
//! Source of the scheme: TensorFlow Lite's 8-bit quantization specification (weights symmetric per output channel,
//! activations asymmetric per tensor, int32 biases).

mod build;
mod conv;
mod linear;
mod parameters;
mod ranges;
mod tables;
mod tensor;

pub use build::quantize;
pub use ranges::{Range, Ranges};
pub use tensor::{quantize_weights, tensor_for};

use serde::{Deserialize, Serialize};

/// How to quantize.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct QuantizeConfig {
    /// The input's range is the calibration data's, times this, so that a fault is not clipped away before it is seen; by default
    /// 1.25, for signals of several channels 2: they are often slow, and what they drift to lies beyond what was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headroom: Option<f32>,
    /// How many training windows the activation ranges are measured on.
    pub calibration_windows: usize,
    /// Share of a layer's values, in percent, that its range must hold; 100 is the whole range.
    pub percentile: f32,
}

impl Default for QuantizeConfig {
    fn default() -> Self {
        Self { headroom: None, calibration_windows: 512, percentile: 100.0 }
    }
}

impl QuantizeConfig {
    /// The headroom of an input of `[channels, height, width]`.
    pub fn headroom_for(&self, [channels, height, _]: [usize; 3]) -> f32 {
        self.headroom.unwrap_or(if height == 1 && channels > 1 { 2.0 } else { 1.25 })
    }

    /// Checks the values.
    ///
    /// # Errors
    /// [`crate::Error::Setting`] naming the key and what it may be.
    pub fn check(&self) -> crate::Result<()> {
        let bad = |key, value: &dyn std::fmt::Display, expected| {
            Err(crate::Error::Setting { key, value: value.to_string(), expected })
        };
        if let Some(headroom) = self.headroom.filter(|headroom| !(headroom.is_finite() && *headroom >= 1.0)) {
            return bad("quantize.headroom", &headroom, "a factor of at least 1");
        }
        if self.calibration_windows == 0 {
            return bad("quantize.calibration_windows", &0, "at least 1");
        }
        if !(self.percentile > 50.0 && self.percentile <= 100.0) {
            return bad("quantize.percentile", &self.percentile, "above 50 and at most 100");
        }
        Ok(())
    }
}
