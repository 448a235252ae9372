//! A depthwise convolution as it is written.

use super::super::numbers::Numbers;
use super::super::place::Place;
use super::super::size::Size;
use super::conv::{Conv, is_one, one};
use super::padding::Padding;
use crate::error::SpecFault;
use crate::spec::Layer;
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
        let Self { kernel, stride, padding, dilation } = self.clone();
        Conv { channels: Size::Number(channels), kernel, stride, padding, dilation, groups: channels }.layer(place)
    }
}
