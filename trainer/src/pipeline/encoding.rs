//! Raw samples as a device takes them: by the runtime's function, with what stands in the artifact.

use crate::data::{Normalizer, SampleEncoding, Samples};
use crate::error::{Error, Result};
use picoae::{Encoded, Encodings, Model, SampleKind};
use picoae_compiler::graph::TensorInfo;
use picoae_compiler::lower::{ChannelScaling, InputEncoding};

/// What an artifact for a network with this input keeps of how samples were brought to its range.
pub fn input_encoding(normalizer: &Normalizer, input: &TensorInfo) -> InputEncoding {
    let scaling = ChannelScaling { mean: normalizer.mean.into(), std: normalizer.std.into() };
    let kind = match normalizer.encoding {
        SampleEncoding::Counts => SampleKind::Counts,
        SampleEncoding::Physical => SampleKind::Physical,
    };
    InputEncoding::alike(kind, scaling, input.shape[2])
}

/// Windows as the network takes them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EncodedWindows {
    /// Int8 values in the order `[h][w][c]`, window by window.
    pub values: Vec<i8>,
    /// For each window, how many of its samples int8 does not hold.
    pub outside: Vec<u32>,
}

impl EncodedWindows {
    /// The first `count` windows, or all.
    pub fn first(&self, count: usize) -> Self {
        let count = count.min(self.outside.len());
        let values = self.values.len() / self.outside.len().max(1) * count;
        Self { values: self.values[..values].to_vec(), outside: self.outside[..count].to_vec() }
    }
}

/// Raw samples, in the order `[h][w][c]`, as `model` takes them.
///
/// # Errors
/// [`Error::Invalid`] where the model takes counts and a value is none.
pub fn encode_samples(raw: &Samples, model: &Model<'_>) -> Result<EncodedWindows> {
    let mut windows = EncodedWindows::default();
    windows.values.reserve(raw.values.len());
    let encodings = model.encodings();
    let channels = usize::from(model.input().channels).max(1);
    for window in raw.iter() {
        let mut outside = 0;
        for (i, sample) in window.iter().enumerate() {
            let encoded = encode(&encodings, i % channels, *sample)?;
            windows.values.push(encoded.value);
            outside += u32::from(encoded.outside);
        }
        windows.outside.push(outside);
    }
    Ok(windows)
}

fn encode(encodings: &Encodings<'_>, channel: usize, sample: f32) -> Result<Encoded> {
    match encodings {
        Encodings::Counts(channels) => Ok(channels[channel].encode_counts(count(sample)?)),
        Encodings::Physical(channels) => Ok(channels[channel].encode_physical(sample)),
        _ => Err(Error::invalid("the artifact takes samples of a kind that this version does not know")),
    }
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
    use crate::pipeline::{integer_scores, quantized};
    use crate::{data::random::Stream, network::Autoencoder};
    use picoae_compiler::lower::{Options, lower};
    use picoae_compiler::quantize::QuantizeConfig;
    use picoae_compiler::spec;

    /// Counts with an offset, one window's third stuck at a rail.
    fn recording(bits: u32) -> Samples {
        let mut random = Stream::new(7, "tests/encoding");
        let half = f64::from(1_u32 << (bits - 1));
        let mut raw = Samples::new([1, 1, 1000]);
        for i in 0..4000 {
            let value = half * (0.3 + 0.2 * (0.05 * f64::from(i)).sin() + random.normal(0.01));
            let stuck = (2300..2633).contains(&i);
            raw.values.push(if stuck { half as f32 - 1.0 } else { value.round() as f32 });
        }
        raw
    }

    /// What the workstation scores at once is what the runtime makes of the counts, pushed step by step.
    #[test]
    fn scores_are_those_of_pushed_counts() {
        for bits in [8, 12, 16, 24] {
            let raw = recording(bits);
            let normalizer = Normalizer::fit(crate::data::Normalization::Standardize, &raw.select(&[0, 1]));
            assert_eq!(normalizer.encoding, SampleEncoding::Counts);
            let mut samples = raw.clone();
            normalizer.apply(&mut samples.values);
            let network = Autoencoder::new(&spec::timeseries(), 3).unwrap();
            let config = QuantizeConfig { calibration_windows: 2, ..QuantizeConfig::default() };
            let graph = quantized(&network, &samples.select(&[0, 1]), &config).unwrap();
            let input = input_encoding(&normalizer, &graph.input);
            let lowered = lower(&graph, &Options { input, ..Options::default() }).unwrap();
            let model = lowered.model().unwrap();
            let windows = encode_samples(&raw, &model).unwrap();
            assert_eq!(windows.first(1).outside, windows.outside[..1]);
            assert!(windows.outside[0] <= 20 && windows.outside[2] >= 300, "{bits} bits: {:?}", windows.outside);
            let scores = integer_scores(&model, &windows).unwrap().scores;
            let mut scorer = lowered.scorer().unwrap();
            for (window, score) in raw.iter().zip(scores) {
                let counts: Vec<i32> = window.iter().map(|v| *v as i32).collect();
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
