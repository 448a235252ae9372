//! Pooling as it is written.

use super::super::numbers::Numbers;
use super::super::place::Place;
use crate::error::SpecFault;
use crate::spec::Layer;
use crate::spec::layers::{AvgPool, MaxPool};
use serde::{Deserialize, Serialize};

/// `{ type = "max_pool", kernel = 2 }` or `"avg_pool"`: stride = kernel; what is left over at the end is dropped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pool {
    /// Window extents.
    pub kernel: Numbers,
}

impl Pool {
    pub(in super::super) fn max(&self, place: &Place) -> Result<Layer, SpecFault> {
        Ok(Layer::MaxPool(MaxPool { kernel: self.kernel.pair("kernel", place.one_dimensional, 1)? }))
    }

    pub(in super::super) fn average(&self, place: &Place) -> Result<Layer, SpecFault> {
        Ok(Layer::AvgPool(AvgPool { kernel: self.kernel.pair("kernel", place.one_dimensional, 1)? }))
    }
}
