//! The usual course of the input: what the coarse part of the score is learnt from.

use super::encoding::encode_range;
use super::scoring::chunks;
use crate::data::{Independent, Windows};
use crate::error::Result;
use crate::evaluate::{Blocks, FloatCoarse, coarse};
use picoae::Model;
use picoae_compiler::lower::CoarseNumbers;
use serde::{Deserialize, Serialize};

/// The coarse part's numbers, for both networks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coarse {
    /// For the float network.
    pub float: FloatCoarse,
    /// For the integer network.
    pub integers: CoarseNumbers,
}

impl Coarse {
    /// From training windows, as the network and as `model` takes them.
    ///
    /// # Errors
    /// [`crate::Error::Invalid`] without a window; where the model takes counts and a value is none.
    pub fn fit(blocks: Blocks, train: &Windows, model: &Model<'_>) -> Result<Self> {
        let independent = Independent::of(train).0;
        let n = train.sample_len().max(1);
        let (mut floats, mut integers) = (Vec::with_capacity(train.len()), Vec::with_capacity(train.len()));
        for range in chunks(train.len()) {
            floats.extend(train.batch(range.clone()).chunks(n).map(|window| blocks.sums(window)));
            let encoded = encode_range(train, range, model)?;
            integers.extend(encoded.values.chunks(n).map(|window| blocks.sums(window)));
        }
        Ok(Self {
            float: FloatCoarse::fit(blocks, &floats, independent)?,
            integers: coarse::numbers(blocks, &integers, independent)?,
        })
    }
}
