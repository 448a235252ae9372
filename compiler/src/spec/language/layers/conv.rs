//! A convolution as it is written.

use super::super::numbers::Numbers;
use super::super::place::Place;
use super::super::size::Size;
use super::padding::Padding;
use crate::error::SpecFault;
use crate::spec::Layer;
use crate::spec::layers;
use serde::{Deserialize, Serialize};

/// `{ type = "conv", channels = 16, kernel = 5 }`: convolution with bias, input channels from the layer in front.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conv {
    /// Output channels.
    pub channels: Size,
    /// Kernel extents.
    pub kernel: Numbers,
    /// Stride, 1.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub stride: Numbers,
    /// Zero padding on both sides of each axis, 0.
    #[serde(default, skip_serializing_if = "Padding::is_none")]
    pub padding: Padding,
    /// Distance between neighbouring taps, 1.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub dilation: Numbers,
    /// Channel groups, 1: output group `g` sees input group `g` alone.
    #[serde(default = "one_group", skip_serializing_if = "is_one_group")]
    pub groups: usize,
}

pub(super) fn one() -> Numbers {
    Numbers::One(1)
}

pub(super) fn is_one(numbers: &Numbers) -> bool {
    *numbers == Numbers::One(1)
}

fn one_group() -> usize {
    1
}

fn is_one_group(groups: &usize) -> bool {
    *groups == 1
}

impl Conv {
    pub(in super::super) fn layer(&self, place: &Place) -> Result<Layer, SpecFault> {
        let kernel = self.kernel.pair("kernel", place.one_dimensional, 1)?;
        let dilation = self.dilation.pair("dilation", place.one_dimensional, 1)?;
        Ok(Layer::Conv(layers::Conv {
            input: place.shape[0],
            output: self.channels.channels("channels", place)?,
            kernel,
            stride: self.stride.pair("stride", place.one_dimensional, 1)?,
            padding: self.padding.pair(place.one_dimensional, kernel, dilation)?,
            dilation,
            groups: self.groups,
        }))
    }
}
