//! What each channel contributes to a score: its own squared residuals, beside what they usually are.

use super::encoding::{EncodedWindows, encode_range};
use super::scoring::integer_reconstructions;
use crate::data::Windows;
use crate::error::Result;
use picoae::{Model, Score};
use serde::{Deserialize, Serialize};

/// Validation windows that the usual error is learnt from, spread over all of them.
const WINDOWS: usize = 1000;

/// What is usual of a channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelNormal {
    /// Its name in the recording.
    pub name: String,
    /// Mean squared error of normal windows in this channel, in the square of the network's unit.
    pub mean_squared_error: f64,
}

/// A channel of a window.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChannelError {
    /// Its name.
    pub name: String,
    /// Mean squared error of the window in this channel, in the square of the network's unit.
    pub mean_squared_error: f64,
    /// The same, relative to what it usually is.
    pub times_usual: f64,
    /// How many of its samples int8 does not hold.
    pub outside: u32,
}

/// The scores of a range of windows as the device has them, and each one's channels where there are several.
pub struct ChannelScores {
    /// One score a window.
    pub scores: Vec<Score>,
    /// One list a window, empty where nothing is known of the channels.
    pub channels: Vec<Vec<ChannelError>>,
}

/// Learns from validation windows what is usual of each channel; nothing where there is only one.
///
/// # Errors
/// As [`integer_reconstructions`].
pub fn usual(model: &Model<'_>, validation: &Windows, names: &[String]) -> Result<Vec<ChannelNormal>> {
    let channels = usize::from(model.input().channels);
    if channels < 2 || names.len() != channels {
        return Ok(Vec::new());
    }
    let windows = validation.thinned(WINDOWS);
    let encoded = encode_range(&windows, 0..windows.len(), model)?;
    let (output, _) = integer_reconstructions(model, &encoded)?;
    let errors = squared_errors(model, &encoded.values, &output);
    let normal = |(name, error): (&String, f64)| ChannelNormal { name: name.clone(), mean_squared_error: error };
    Ok(names.iter().zip(errors).map(normal).collect())
}

/// Scores windows and says what each of the channels, of which `usual` is known, contributes.
///
/// # Errors
/// As [`integer_reconstructions`].
pub fn channel_scores(model: &Model<'_>, windows: &EncodedWindows, usual: &[ChannelNormal]) -> Result<ChannelScores> {
    let (output, scores) = integer_reconstructions(model, windows)?;
    let n = model.input().len().max(1);
    let pairs = windows.values.chunks(n).zip(output.chunks(n)).zip(windows.outside_by_channel());
    let channels = pairs.map(|((input, output), outside)| {
        let each = usual.iter().zip(squared_errors(model, input, output)).zip(outside);
        each.map(|((usual, error), outside)| usual.beside(error, *outside, model.input().scale)).collect()
    });
    Ok(ChannelScores { channels: channels.collect(), scores })
}

impl ChannelNormal {
    /// A channel's error beside what is usual, for an int8 input with steps of `scale`.
    pub fn beside(&self, error: f64, outside: u32, scale: f32) -> ChannelError {
        // A channel that is usually reconstructed without any error: an eighth of a quantization step is as good.
        let least = f64::from(scale).powi(2) / 64.0;
        let times_usual = error.max(least) / self.mean_squared_error.max(least);
        ChannelError { name: self.name.clone(), mean_squared_error: error, times_usual, outside }
    }
}

/// Mean squared error a channel over int8 values in the order `[…][channel]`.
fn squared_errors(model: &Model<'_>, input: &[i8], output: &[i8]) -> Vec<f64> {
    let info = model.input();
    let channels = usize::from(info.channels).max(1);
    let mut sums = vec![0_u64; channels];
    for (x, y) in input.chunks(channels).zip(output.chunks(channels)) {
        for ((x, y), sum) in x.iter().zip(y).zip(&mut sums) {
            *sum += u64::from((i32::from(*x) - i32::from(*y)).unsigned_abs().pow(2));
        }
    }
    let unit = f64::from(info.scale).powi(2) / (input.len() / channels).max(1) as f64;
    sums.into_iter().map(|sum| sum as f64 * unit).collect()
}

/// The channel that changes the score most: where there are samples outside, the one with most of them, else the one whose error
/// is furthest from what is usual of it, too large or too small. Not the one with the largest ratio: a fault in one channel
/// spreads a little over the others, which shows most in those that are usually reconstructed best.
pub fn most_unusual(channels: &[ChannelError]) -> Option<&ChannelError> {
    let change = |c: &ChannelError| (c.mean_squared_error - c.mean_squared_error / c.times_usual).abs();
    channels.iter().max_by(|a, b| a.outside.cmp(&b.outside).then(change(a).total_cmp(&change(b))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channel(name: &str, usual: f64, times_usual: f64, outside: u32) -> ChannelError {
        ChannelError { name: name.into(), mean_squared_error: usual * times_usual, times_usual, outside }
    }

    #[test]
    fn the_most_unusual_is_too_loud_or_too_quiet_or_outside() {
        let name = |channels: &[ChannelError]| most_unusual(channels).map(|c| c.name.clone());
        assert_eq!(name(&[]), None);
        assert_eq!(name(&[channel("a", 1.0, 1.1, 0), channel("b", 1.0, 3.0, 0)]).unwrap(), "b");
        assert_eq!(name(&[channel("a", 1.0, 0.1, 0), channel("b", 1.0, 1.5, 0)]).unwrap(), "a");
        assert_eq!(name(&[channel("a", 1.0, 1.0, 9), channel("b", 1.0, 3.0, 1)]).unwrap(), "a");
        assert_eq!(name(&[channel("a", 1.0, 4.0, 0), channel("b", 0.01, 20.0, 0)]).unwrap(), "a");
    }
}
