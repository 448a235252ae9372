//! A size that is a number or follows from something else.

use super::place::Place;
use crate::error::SpecFault;
use crate::sizes::product;
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A number of channels or values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// This many.
    Number(usize),
    /// `"latent"`: the network's key `latent`.
    Latent,
    /// `"input"`: as many as the data have (channels of a convolution, values of a linear layer).
    Input,
    /// `"flattened"`: as the map in front of the last `flatten` had.
    Flattened,
}

impl Size {
    const NAMES: [(&'static str, Self); 3] =
        [("latent", Self::Latent), ("input", Self::Input), ("flattened", Self::Flattened)];

    /// The number of channels that `key` asks for.
    pub(super) fn channels(self, key: &'static str, place: &Place) -> Result<usize, SpecFault> {
        self.number(key, place, |shape| Some(shape[0]))
    }

    /// The number of values that `key` asks for.
    pub(super) fn values(self, key: &'static str, place: &Place) -> Result<usize, SpecFault> {
        self.number(key, place, |shape| product(shape))
    }

    fn number(
        self,
        key: &'static str,
        place: &Place,
        of: impl Fn(&[usize; 3]) -> Option<usize>,
    ) -> Result<usize, SpecFault> {
        let missing =
            |value: &str, expected: &str| SpecFault::Key { key, value: value.into(), expected: expected.into() };
        let number = match self {
            Self::Number(n) => n,
            Self::Latent => {
                place.latent.ok_or_else(|| missing("\"latent\"", "a network with the key latent, or a number here"))?
            }
            Self::Input => of(&place.input).ok_or(SpecFault::Overflow)?,
            Self::Flattened => {
                let shape = place.flattened.as_ref();
                of(shape.ok_or_else(|| missing("\"flattened\"", "a flatten layer in front of this one"))?)
                    .ok_or(SpecFault::Overflow)?
            }
        };
        if number == 0 { Err(missing("0", "at least 1")) } else { Ok(number) }
    }
}

impl Serialize for Size {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (self, Self::NAMES.iter().find(|(_, size)| size == self)) {
            (Self::Number(n), _) => n.serialize(serializer),
            (_, Some((name, _))) => serializer.serialize_str(name),
            (_, None) => Err(serde::ser::Error::custom("a size without a name")),
        }
    }
}

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SizeVisitor)
    }
}

struct SizeVisitor;

impl Visitor<'_> for SizeVisitor {
    type Value = Size;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number, \"latent\", \"input\" or \"flattened\"")
    }

    fn visit_u64<E: de::Error>(self, v: u64) -> Result<Size, E> {
        usize::try_from(v).map(Size::Number).map_err(|_| E::invalid_value(de::Unexpected::Unsigned(v), &self))
    }

    fn visit_i64<E: de::Error>(self, v: i64) -> Result<Size, E> {
        usize::try_from(v).map(Size::Number).map_err(|_| E::invalid_value(de::Unexpected::Signed(v), &self))
    }

    fn visit_str<E: de::Error>(self, v: &str) -> Result<Size, E> {
        let found = Size::NAMES.iter().find(|(name, _)| *name == v);
        found.map(|(_, size)| *size).ok_or_else(|| E::invalid_value(de::Unexpected::Str(v), &self))
    }
}
