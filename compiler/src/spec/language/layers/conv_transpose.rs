//! A transposed convolution as it is written.

use super::super::numbers::Numbers;
use super::super::place::Place;
use super::super::size::Size;
use super::conv::{is_one, one};
use crate::error::SpecFault;
use crate::spec::Layer;
use crate::spec::layers;
use serde::{Deserialize, Serialize};

/// `{ type = "conv_transpose", channels = 16, kernel = 4, stride = 2, padding = 1 }`: transposed convolution with bias.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConvTranspose {
    /// Output channels.
    pub channels: Size,
    /// Kernel extents.
    pub kernel: Numbers,
    /// Stride, 1.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub stride: Numbers,
    /// What is cut off each side of the full output, 0.
    #[serde(default = "zero", skip_serializing_if = "is_zero")]
    pub padding: Numbers,
}

fn zero() -> Numbers {
    Numbers::One(0)
}

fn is_zero(numbers: &Numbers) -> bool {
    *numbers == zero()
}

impl ConvTranspose {
    pub(in super::super) fn layer(&self, place: &Place) -> Result<Layer, SpecFault> {
        Ok(Layer::ConvTranspose(layers::ConvTranspose {
            input: place.shape[0],
            output: self.channels.channels("channels", place)?,
            kernel: self.kernel.pair("kernel", place.one_dimensional, 1)?,
            stride: self.stride.pair("stride", place.one_dimensional, 1)?,
            padding: self.padding.pair("padding", place.one_dimensional, 0)?,
        }))
    }
}
