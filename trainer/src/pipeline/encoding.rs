//! Raw samples as a device takes them: by the runtime's function, with what stands in the artifact.

use crate::config::LowerConfig;
use crate::data::{ChannelNormalization, Normalizer, SampleEncoding, Windows};
use crate::error::{Error, Result};
use picoae::{Encoded, Encodings, Model, SampleKind};
use picoae_compiler::lower::{ChannelScaling, InputEncoding, Options};
use std::ops::Range;

/// The options of lowering a network whose samples are normalized so.
pub fn options(config: &LowerConfig, normalizer: &Normalizer) -> Options {
    Options { input: input_encoding(normalizer), ..config.options() }
}

/// What an artifact keeps of how samples were brought to the network's range.
pub fn input_encoding(normalizer: &Normalizer) -> InputEncoding {
    let scaling = |c: &ChannelNormalization| ChannelScaling { mean: c.mean.into(), std: c.std.into() };
    let kind = match normalizer.encoding {
        SampleEncoding::Counts => SampleKind::Counts,
        SampleEncoding::Physical => SampleKind::Physical,
    };
    InputEncoding { kind, channels: normalizer.channels.iter().map(scaling).collect() }
}

/// Windows as the network takes them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EncodedWindows {
    /// Int8 values in the order `[h][w][c]`, window by window.
    pub values: Vec<i8>,
    /// How many of its samples int8 does not hold, `[window][channel]`.
    pub outside: Vec<u32>,
    /// Channels of a sample.
    pub channels: usize,
}

impl EncodedWindows {
    /// How many of its samples int8 does not hold, a channel at a time, for each window.
    pub fn outside_by_channel(&self) -> impl Iterator<Item = &[u32]> {
        self.outside.chunks(self.channels.max(1))
    }
}

/// The raw samples of a range of windows, in the order `[h][w][c]`, as `model` takes them.
///
/// # Errors
/// [`Error::Invalid`] where the model takes counts and a value is none.
pub fn encode_range(windows: &Windows, range: Range<usize>, model: &Model<'_>) -> Result<EncodedWindows> {
    let encodings = model.encodings();
    let channels = usize::from(model.input().channels).max(1);
    let mut encoded = EncodedWindows { channels, ..EncodedWindows::default() };
    encoded.values.reserve(range.len() * windows.sample_len());
    for window in range {
        let from = encoded.outside.len();
        encoded.outside.resize(from + channels, 0);
        for (i, sample) in windows.raw(window).iter().enumerate() {
            let sample = encode(&encodings, i % channels, *sample)?;
            encoded.values.push(sample.value);
            encoded.outside[from + i % channels] += u32::from(sample.outside);
        }
    }
    Ok(encoded)
}

/// The raw samples of a window as words, little-endian: counts as they are, physical values as their bits.
///
/// # Errors
/// As [`encode_range`].
pub fn device_words(windows: &Windows, window: usize, model: &Model<'_>) -> Result<Vec<u8>> {
    let counts = model.sample_kind() == SampleKind::Counts;
    let word = |sample: &f32| -> Result<[u8; 4]> {
        Ok(if counts { count(*sample)?.to_le_bytes() } else { sample.to_bits().to_le_bytes() })
    };
    Ok(windows.raw(window).iter().map(word).collect::<Result<Vec<_>>>()?.concat())
}

fn encode(encodings: &Encodings<'_>, channel: usize, sample: f32) -> Result<Encoded> {
    match encodings {
        Encodings::Counts(channels) => Ok(channels[channel].encode_counts(count(sample)?)),
        Encodings::Physical(channels) => Ok(channels[channel].encode_physical(sample)),
        _ => Err(Error::invalid("the artifact takes samples of a kind that this version does not know")),
    }
}

/// A sample as a model of counts takes it.
///
/// # Errors
/// [`Error::Invalid`] where it is no count.
pub(super) fn device_count(sample: f32) -> Result<i32> {
    count(sample)
}

/// The first of some samples that `model` does not take, by its index.
pub fn first_refused(samples: &[f32], model: &Model<'_>) -> Option<(usize, Error)> {
    if model.sample_kind() != SampleKind::Counts {
        return None;
    }
    samples.iter().enumerate().find_map(|(i, sample)| Some((i, count(*sample).err()?)))
}

/// The count that a number is.
fn count(sample: f32) -> Result<i32> {
    // −2³¹ and 2³¹ are numbers of single precision; between them every whole one is an i32.
    if sample.fract() == 0.0 && (-2_147_483_648.0..2_147_483_648.0).contains(&sample) {
        return Ok(sample as i32);
    }
    Err(Error::invalid(format!(
        "the value {sample} is no count, and the model was trained on counts (whole numbers); give it the converter's own numbers, \
         or train on a recording in this unit"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{Normalization, Samples, random::Stream};
    use crate::network::Autoencoder;
    use crate::pipeline::{integer_scores, quantized};
    use picoae_compiler::lower::lower;
    use picoae_compiler::quantize::QuantizeConfig;
    use picoae_compiler::spec;

    /// Counts with an offset, one window's third stuck at a rail.
    fn recording(bits: u32) -> Windows {
        let mut random = Stream::new(7, "tests/encoding");
        let half = f64::from(1_u32 << (bits - 1));
        let mut raw = Samples::new([1, 1, 1000]);
        for i in 0..4000 {
            let value = half * (0.3 + 0.2 * (0.05 * f64::from(i)).sin() + random.normal(0.01));
            let stuck = (2300..2633).contains(&i);
            raw.values.push(if stuck { half as f32 - 1.0 } else { value.round() as f32 });
        }
        raw.into()
    }

    /// What the workstation scores at once is what the runtime makes of the counts, pushed step by step.
    #[test]
    fn scores_are_those_of_pushed_counts() {
        for bits in [8, 12, 16, 24] {
            let raw = recording(bits);
            let train = raw.range(0..2);
            let (normalizer, _) = Normalizer::fit(Normalization::Standardize, &train, SampleEncoding::Counts);
            let network = Autoencoder::new(&spec::timeseries(), 3).unwrap();
            let config = QuantizeConfig { calibration_windows: 2, ..QuantizeConfig::default() };
            let graph = quantized(&network, &train.normalized(&normalizer), &config).unwrap();
            let lowered = lower(&graph, &options(&LowerConfig::default(), &normalizer)).unwrap();
            let model = lowered.model().unwrap();
            let windows = encode_range(&raw, 0..4, &model).unwrap();
            assert_eq!(encode_range(&raw, 2..3, &model).unwrap().outside, windows.outside[2..3]);
            assert!(windows.outside[0] <= 20 && windows.outside[2] >= 300, "{bits} bits: {:?}", windows.outside);
            let scores = integer_scores(&model, &windows).unwrap().scores;
            let mut scorer = lowered.scorer().unwrap();
            for (i, score) in scores.into_iter().enumerate() {
                let counts: Vec<i32> = raw.raw(i).iter().map(|v| *v as i32).collect();
                assert_eq!(scorer.score_counts(&counts).unwrap(), score, "{bits} bits");
                let pushed = counts.iter().filter_map(|count| scorer.push_counts(&[*count]).unwrap()).last();
                assert_eq!(pushed, Some(score), "{bits} bits");
            }
        }
    }

    #[test]
    fn what_is_no_count_is_refused() {
        for bad in [0.5, f32::NAN, f32::INFINITY, 2_147_483_648.0] {
            assert!(count(bad).unwrap_err().to_string().contains("is no count"));
        }
        assert_eq!((count(-2_147_483_648.0).unwrap(), count(-0.0).unwrap()), (i32::MIN, 0));
    }
}
