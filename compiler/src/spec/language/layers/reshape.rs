//! A reshape as it is written.

use super::super::place::Place;
use crate::error::SpecFault;
use crate::spec::Layer;
use crate::spec::layers;
use serde::de::{self, SeqAccess, Visitor, value::SeqAccessDeserializer};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// `{ type = "reshape", shape = "flattened" }`: back to the shape in front of the last `flatten`, or to
/// `[channels, height, width]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reshape {
    /// The new shape.
    pub shape: Target,
}

/// What a reshape makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// `[channels, height, width]`.
    Shape([usize; 3]),
    /// The shape in front of the last `flatten`.
    Flattened,
    /// The shape of the network's input.
    Input,
}

impl Reshape {
    pub(in super::super) fn layer(&self, place: &Place) -> Result<Layer, SpecFault> {
        let shape = match self.shape {
            Target::Shape(shape) => shape,
            Target::Input => place.input,
            Target::Flattened => place.flattened.ok_or_else(|| SpecFault::Key {
                key: "shape",
                value: "\"flattened\"".into(),
                expected: "a flatten layer in front of this one".into(),
            })?,
        };
        Ok(Layer::Reshape(layers::Reshape { shape }))
    }
}

impl Serialize for Target {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Shape(shape) => shape.serialize(serializer),
            Self::Flattened => serializer.serialize_str("flattened"),
            Self::Input => serializer.serialize_str("input"),
        }
    }
}

impl<'de> Deserialize<'de> for Target {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TargetVisitor)
    }
}

struct TargetVisitor;

impl<'de> Visitor<'de> for TargetVisitor {
    type Value = Target;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[channels, height, width], \"flattened\" or \"input\"")
    }

    fn visit_str<E: de::Error>(self, v: &str) -> Result<Target, E> {
        match v {
            "flattened" => Ok(Target::Flattened),
            "input" => Ok(Target::Input),
            _ => Err(E::invalid_value(de::Unexpected::Str(v), &self)),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Target, A::Error> {
        <[usize; 3]>::deserialize(SeqAccessDeserializer::new(seq)).map(Target::Shape)
    }
}
