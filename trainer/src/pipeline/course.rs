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

/// Mean and deviation of each channel's int8 values, in 1/256 of a step.
///
/// # Errors
/// As [`Coarse::fit`].
pub(super) fn moments(train: &Windows, model: &Model<'_>) -> Result<Vec<(i16, u16)>> {
    let channels = usize::from(model.input().channels).max(1);
    let (mut count, mut sums) = (0.0, vec![[0.0_f64; 2]; channels]);
    for range in chunks(train.len()) {
        for step in encode_range(train, range, model)?.values.chunks(channels) {
            count += 1.0;
            for (sum, value) in sums.iter_mut().zip(step) {
                let value = f64::from(*value);
                *sum = [sum[0] + value, sum[1] + value * value];
            }
        }
    }
    let of = |[sum, squares]: &[f64; 2]| {
        let mean = sum / count;
        let deviation = (squares / count - mean * mean).max(0.0).sqrt();
        ((256.0 * mean).round() as i16, (256.0 * deviation).round() as u16)
    };
    Ok(sums.iter().map(of).collect())
}
