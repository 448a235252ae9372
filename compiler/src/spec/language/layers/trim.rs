//! A crop as it is written.

use super::super::numbers::Numbers;
use super::super::place::Place;
use crate::error::SpecFault;
use crate::spec::Layer;
use crate::spec::layers;
use serde::de::{self, SeqAccess, Visitor, value::SeqAccessDeserializer};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// `{ type = "trim", size = "input" }`: keeps the first samples (the upper left corner of an image), as many as the input has,
/// or so many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trim {
    /// What is kept.
    pub size: Kept,
}

/// What a crop keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// Samples, or `[height, width]`.
    Numbers(Numbers),
    /// As much as the network's input has.
    Input,
}

impl Trim {
    pub(in super::super) fn layer(&self, place: &Place) -> Result<Layer, SpecFault> {
        let size = match &self.size {
            Kept::Numbers(numbers) => numbers.pair("size", place.one_dimensional, 1)?,
            Kept::Input => [place.input[1], place.input[2]],
        };
        Ok(Layer::Trim(layers::Trim { size }))
    }
}

impl Serialize for Kept {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Numbers(numbers) => numbers.serialize(serializer),
            Self::Input => serializer.serialize_str("input"),
        }
    }
}

impl<'de> Deserialize<'de> for Kept {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(KeptVisitor)
    }
}

struct KeptVisitor;

impl<'de> Visitor<'de> for KeptVisitor {
    type Value = Kept;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number, [height, width] or \"input\"")
    }

    fn visit_u64<E: de::Error>(self, v: u64) -> Result<Kept, E> {
        let n = usize::try_from(v).map_err(|_| E::invalid_value(de::Unexpected::Unsigned(v), &self))?;
        Ok(Kept::Numbers(Numbers::One(n)))
    }

    fn visit_i64<E: de::Error>(self, v: i64) -> Result<Kept, E> {
        let n = usize::try_from(v).map_err(|_| E::invalid_value(de::Unexpected::Signed(v), &self))?;
        Ok(Kept::Numbers(Numbers::One(n)))
    }

    fn visit_str<E: de::Error>(self, v: &str) -> Result<Kept, E> {
        if v == "input" { Ok(Kept::Input) } else { Err(E::invalid_value(de::Unexpected::Str(v), &self)) }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Kept, A::Error> {
        Numbers::deserialize(SeqAccessDeserializer::new(seq)).map(Kept::Numbers)
    }
}
