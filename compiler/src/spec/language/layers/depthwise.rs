//! A depthwise convolution as it is written.

use super::super::numbers::Numbers;
use super::super::place::Place;
use super::conv::{is_one, one};
use super::padding::Padding;
use crate::error::SpecFault;
use crate::spec::Layer;
use crate::spec::layers;
use serde::{Deserialize, Serialize};

/// `{ type = "depthwise", kernel = 3 }`: a convolution with a group a channel; as many channels behind it as in front.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Depthwise {
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
}

impl Depthwise {
    pub(in super::super) fn layer(&self, place: &Place) -> Result<Layer, SpecFault> {
        let channels = place.shape[0];
        let kernel = self.kernel.pair("kernel", place.one_dimensional, 1)?;
        let dilation = self.dilation.pair("dilation", place.one_dimensional, 1)?;
        Ok(Layer::Conv(layers::Conv {
            input: channels,
            output: channels,
            kernel,
            stride: self.stride.pair("stride", place.one_dimensional, 1)?,
            padding: self.padding.pair(place.one_dimensional, kernel, dilation)?,
            dilation,
            groups: channels,
        }))
    }
}
