//! One layer as it is written: a table, or its name where it has no keys.

use super::layers::{Bare, Conv, ConvTranspose, Depthwise, LeakyRelu, Linear, Pool, Reshape, Trim, Upsample, ZeroPad};
use super::place::Place;
use crate::error::SpecFault;
use crate::spec::Layer;
use serde::de::value::{MapAccessDeserializer, MapDeserializer};
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A layer of a list. What follows from the layer in front is not written; a plain number is an extent of a signal, or both of
/// an image.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type", remote = "Self")]
pub enum LayerConfig {
    /// Convolution.
    Conv(Conv),
    /// Convolution of each channel by itself.
    Depthwise(Depthwise),
    /// Transposed convolution.
    ConvTranspose(ConvTranspose),
    /// Fully connected.
    Linear(Linear),
    /// max(x, 0).
    Relu(Bare),
    /// x where x ≥ 0, else slope · x.
    LeakyRelu(LeakyRelu),
    /// 1 / (1 + e⁻ˣ).
    Sigmoid(Bare),
    /// x.
    Identity(Bare),
    /// Largest value of each window.
    MaxPool(Pool),
    /// Mean of each window.
    AvgPool(Pool),
    /// Nearest upsampling.
    Upsample(Upsample),
    /// Zeros around the map.
    ZeroPad(ZeroPad),
    /// All values in one line.
    Flatten(Bare),
    /// The same values in another shape.
    Reshape(Reshape),
    /// The first samples, or the upper left corner.
    Trim(Trim),
}

impl LayerConfig {
    /// The layer in its place.
    pub(super) fn layer(&self, place: &Place) -> Result<Layer, SpecFault> {
        match self {
            Self::Conv(layer) => layer.layer(place),
            Self::Depthwise(layer) => layer.layer(place),
            Self::ConvTranspose(layer) => layer.layer(place),
            Self::Linear(layer) => layer.layer(place),
            Self::Relu(Bare {}) => Ok(Layer::Relu),
            Self::LeakyRelu(layer) => layer.layer(),
            Self::Sigmoid(Bare {}) => Ok(Layer::Sigmoid),
            Self::Identity(Bare {}) => Ok(Layer::Identity),
            Self::MaxPool(layer) => layer.max(place),
            Self::AvgPool(layer) => layer.average(place),
            Self::Upsample(layer) => layer.layer(place),
            Self::ZeroPad(layer) => layer.layer(place),
            Self::Flatten(Bare {}) => Ok(Layer::Flatten),
            Self::Reshape(layer) => layer.layer(place),
            Self::Trim(layer) => layer.layer(place),
        }
    }

    /// Whether the key `latent` says something about it.
    pub(super) fn takes_latent(&self) -> bool {
        use super::size::Size::Latent;
        match self {
            Self::Conv(layer) => layer.channels == Latent,
            Self::ConvTranspose(layer) => layer.channels == Latent,
            Self::Linear(layer) => layer.outputs == Latent,
            _ => false,
        }
    }
}

impl Serialize for LayerConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Relu(_) => serializer.serialize_str("relu"),
            Self::Sigmoid(_) => serializer.serialize_str("sigmoid"),
            Self::Identity(_) => serializer.serialize_str("identity"),
            Self::Flatten(_) => serializer.serialize_str("flatten"),
            other => Self::serialize(other, serializer),
        }
    }
}

impl<'de> Deserialize<'de> for LayerConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LayerVisitor)
    }
}

struct LayerVisitor;

impl<'de> Visitor<'de> for LayerVisitor {
    type Value = LayerConfig;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a layer: { type = \"conv\", … } or a name such as \"relu\"")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<LayerConfig, E> {
        LayerConfig::deserialize(MapDeserializer::new(std::iter::once(("type", name))))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<LayerConfig, A::Error> {
        LayerConfig::deserialize(MapAccessDeserializer::new(map))
    }
}
