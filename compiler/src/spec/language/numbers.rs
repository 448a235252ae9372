//! A number, or a list where one number is not enough.

use crate::error::SpecFault;
use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A number or a list: `5`, `[3, 5]`, `[[3, 5], [3, 3]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Numbers {
    /// One for all.
    One(usize),
    /// One each.
    List(Vec<Numbers>),
}

impl Numbers {
    /// `[vertical, horizontal]` of an extent: a number is both, or the horizontal one of a signal, whose vertical one is
    /// `unit` (1 for what multiplies, 0 for what adds).
    pub(super) fn pair(&self, key: &'static str, one_dimensional: bool, unit: usize) -> Result<[usize; 2], SpecFault> {
        match self {
            Self::One(n) if one_dimensional => Ok([unit, *n]),
            Self::One(n) => Ok([*n, *n]),
            Self::List(list) => match list.as_slice() {
                [Self::One(vertical), Self::One(horizontal)] => Ok([*vertical, *horizontal]),
                _ => Err(self.fault(key, "a number or [vertical, horizontal]")),
            },
        }
    }

    /// `[top, bottom, left, right]`: a number is all of them (left and right of a signal), two are a signal's left and right.
    pub(super) fn sides(&self, key: &'static str, one_dimensional: bool) -> Result<[usize; 4], SpecFault> {
        let list = match self {
            Self::One(n) if one_dimensional => return Ok([0, 0, *n, *n]),
            Self::One(n) => return Ok([*n; 4]),
            Self::List(list) => list.as_slice(),
        };
        match list {
            [Self::One(left), Self::One(right)] if one_dimensional => Ok([0, 0, *left, *right]),
            [Self::One(top), Self::One(bottom), Self::One(left), Self::One(right)] => {
                Ok([*top, *bottom, *left, *right])
            }
            _ if one_dimensional => Err(self.fault(key, "a number or [left, right]")),
            _ => Err(self.fault(key, "a number or [top, bottom, left, right]")),
        }
    }

    /// One entry for each of `steps`.
    pub(super) fn each(&self, key: &'static str, steps: usize) -> Result<Vec<Self>, SpecFault> {
        match self {
            Self::One(n) => Ok(vec![Self::One(*n); steps]),
            Self::List(list) if list.len() == steps => Ok(list.clone()),
            Self::List(_) => {
                let expected = format!("one number, or a list of {steps}: one for each entry of channels");
                Err(SpecFault::Key { key, value: self.to_string(), expected })
            }
        }
    }

    fn fault(&self, key: &'static str, expected: &str) -> SpecFault {
        SpecFault::Key { key, value: self.to_string(), expected: expected.into() }
    }
}

impl From<usize> for Numbers {
    fn from(n: usize) -> Self {
        Self::One(n)
    }
}

impl fmt::Display for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(n) => write!(f, "{n}"),
            Self::List(list) => {
                let all: Vec<String> = list.iter().map(ToString::to_string).collect();
                write!(f, "[{}]", all.join(", "))
            }
        }
    }
}

impl Serialize for Numbers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::One(n) => n.serialize(serializer),
            Self::List(list) => list.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Numbers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumbersVisitor)
    }
}

struct NumbersVisitor;

impl<'de> Visitor<'de> for NumbersVisitor {
    type Value = Numbers;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number of at least 0 or a list of such")
    }

    fn visit_u64<E: de::Error>(self, v: u64) -> Result<Numbers, E> {
        usize::try_from(v).map(Numbers::One).map_err(|_| E::invalid_value(de::Unexpected::Unsigned(v), &self))
    }

    fn visit_i64<E: de::Error>(self, v: i64) -> Result<Numbers, E> {
        usize::try_from(v).map(Numbers::One).map_err(|_| E::invalid_value(de::Unexpected::Signed(v), &self))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Numbers, A::Error> {
        let mut list = Vec::new();
        while let Some(numbers) = seq.next_element()? {
            list.push(numbers);
        }
        Ok(Numbers::List(list))
    }
}
