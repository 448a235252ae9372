//! Zeros on both sides of each axis.

use super::super::numbers::Numbers;
use crate::error::SpecFault;
use crate::sizes::span;
use serde::de::{self, SeqAccess, Visitor, value::SeqAccessDeserializer};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Padding of a convolution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Padding {
    /// So much on both sides of each axis.
    Numbers(Numbers),
    /// `"same"`: as much as keeps an extent at stride 1; the kernel's span must be odd.
    Same,
}

impl Default for Padding {
    fn default() -> Self {
        Self::Numbers(Numbers::One(0))
    }
}

impl Padding {
    pub(super) fn is_none(&self) -> bool {
        *self == Self::default()
    }

    pub(super) fn pair(
        &self,
        one_dimensional: bool,
        kernel: [usize; 2],
        dilation: [usize; 2],
    ) -> Result<[usize; 2], SpecFault> {
        match self {
            Self::Numbers(numbers) => numbers.pair("padding", one_dimensional, 0),
            Self::Same => {
                let mut padding = [0; 2];
                for axis in 0..2 {
                    let span = span(kernel[axis], dilation[axis]).ok_or(SpecFault::Overflow)?;
                    if span.is_multiple_of(2) {
                        let expected = "an odd kernel, or an even dilation, for padding \"same\"".into();
                        return Err(SpecFault::Key { key: "kernel", value: kernel[axis].to_string(), expected });
                    }
                    padding[axis] = span / 2;
                }
                Ok(padding)
            }
        }
    }
}

impl Serialize for Padding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Numbers(numbers) => numbers.serialize(serializer),
            Self::Same => serializer.serialize_str("same"),
        }
    }
}

impl<'de> Deserialize<'de> for Padding {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PaddingVisitor)
    }
}

struct PaddingVisitor;

impl<'de> Visitor<'de> for PaddingVisitor {
    type Value = Padding;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number, [vertical, horizontal] or \"same\"")
    }

    fn visit_u64<E: de::Error>(self, v: u64) -> Result<Padding, E> {
        let n = usize::try_from(v).map_err(|_| E::invalid_value(de::Unexpected::Unsigned(v), &self))?;
        Ok(Padding::Numbers(Numbers::One(n)))
    }

    fn visit_i64<E: de::Error>(self, v: i64) -> Result<Padding, E> {
        let n = usize::try_from(v).map_err(|_| E::invalid_value(de::Unexpected::Signed(v), &self))?;
        Ok(Padding::Numbers(Numbers::One(n)))
    }

    fn visit_str<E: de::Error>(self, v: &str) -> Result<Padding, E> {
        if v == "same" { Ok(Padding::Same) } else { Err(E::invalid_value(de::Unexpected::Str(v), &self)) }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Padding, A::Error> {
        Numbers::deserialize(SeqAccessDeserializer::new(seq)).map(Padding::Numbers)
    }
}
