//! What stands behind a layer of a short form.

use crate::spec::Layer;
use crate::spec::layers::LeakyRelu;
use serde::{Deserialize, Serialize};

/// A function of every value by itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    /// No layer.
    #[default]
    None,
    /// max(x, 0).
    Relu,
    /// x where x ≥ 0, else x / 100.
    LeakyRelu,
    /// 1 / (1 + e⁻ˣ).
    Sigmoid,
    /// A layer that leaves its input as it is.
    Identity,
}

impl Activation {
    /// The layer, if it is one.
    pub(super) fn layer(self) -> Option<Layer> {
        match self {
            Self::None => None,
            Self::Relu => Some(Layer::Relu),
            Self::LeakyRelu => Some(Layer::LeakyRelu(LeakyRelu { slope: 0.01 })),
            Self::Sigmoid => Some(Layer::Sigmoid),
            Self::Identity => Some(Layer::Identity),
        }
    }
}
