//! How raw samples become int8: the runtime's records, made of a recording's mean and standard deviation and of the network's
//! input scale.

use super::data::Data;
use crate::error::{Error, Result};
use crate::graph::TensorInfo;
use picoae::plan::{CountsEncoding, PhysicalEncoding, SampleKind, Span};

/// Most bits of a count's distance from the lowest one that go into the product. A product has 31 bits, 23 of them behind the
/// point, so what is left for the multiplier has as many.
const DISTANCE_BITS: u32 = 16;

/// How a channel was brought to the network's range: (sample − mean) / std.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChannelScaling {
    /// In the sample's unit.
    pub mean: f64,
    /// In the sample's unit, above 0.
    pub std: f64,
}

impl ChannelScaling {
    /// Samples that are the network's values already.
    pub const IDENTITY: Self = Self { mean: 0.0, std: 1.0 };
}

/// What goes into the device: raw samples of a kind, and how they were brought to the network's range.
#[derive(Debug, Clone, PartialEq)]
pub struct InputEncoding {
    /// What samples are.
    pub kind: SampleKind,
    /// One a channel of the input; none where samples are the network's values already.
    pub channels: Vec<ChannelScaling>,
}

impl Default for InputEncoding {
    /// Physical values that are the network's already.
    fn default() -> Self {
        Self { kind: SampleKind::Physical, channels: Vec::new() }
    }
}

impl InputEncoding {
    /// The same scaling for each of `channels` channels.
    pub fn alike(kind: SampleKind, scaling: ChannelScaling, channels: usize) -> Self {
        Self { kind, channels: vec![scaling; channels] }
    }

    /// Puts the records into `data`.
    ///
    /// # Errors
    /// [`Error::Invalid`] unless there is one scaling a channel, and where one has numbers that no record can hold.
    pub(super) fn records(&self, input: &TensorInfo, data: &mut Data) -> Result<Span> {
        let [.., channels] = input.shape;
        if !(self.channels.is_empty() || self.channels.len() == channels) {
            return Err(Error::invalid(format!(
                "scalings of {} channels, the network's input has {channels}",
                self.channels.len()
            )));
        }
        let scalings = (0..channels).map(|c| self.channels.get(c).copied().unwrap_or(ChannelScaling::IDENTITY));
        let in_channel = |c: usize| move |what: String| Error::invalid(format!("channel {c} of the samples: {what}"));
        match self.kind {
            SampleKind::Counts => {
                let records = scalings.enumerate().map(|(c, s)| counts_encoding(s, input).map_err(in_channel(c)));
                Ok(data.push(&records.collect::<Result<Vec<_>>>()?))
            }
            _ => {
                let records = scalings.enumerate().map(|(c, s)| physical_encoding(s, input).map_err(in_channel(c)));
                Ok(data.push(&records.collect::<Result<Vec<_>>>()?))
            }
        }
    }
}

/// Samples an int8 value.
fn step_of(scaling: ChannelScaling, input: &TensorInfo) -> std::result::Result<f64, String> {
    let ChannelScaling { mean, std } = scaling;
    let step = std * f64::from(input.scale);
    if mean.is_finite() && step.is_finite() && step > 0.0 {
        return Ok(step);
    }
    Err(format!(
        "a mean of {mean} and a standard deviation of {std} are no scaling; both must be finite, the latter above 0"
    ))
}

/// The record for counts. What it computes is within 1/2 + 1/64 of (count − mean) / step + zero point for every count that it
/// takes for inside, and what is inside within as much of what the formula says: the multiplier is rounded (1/2 · 2¹⁶ · 2⁻²³ =
/// 1/256), and so is the distance where it has more than 16 bits (half of 1/128 of an int8 value at most).
fn counts_encoding(scaling: ChannelScaling, input: &TensorInfo) -> std::result::Result<CountsEncoding, String> {
    let step = step_of(scaling, input)?;
    let zero_point = f64::from(input.zero_point);
    let fraction = f64::from(1_u32 << CountsEncoding::FRACTION);
    let value = |count: f64| (count - scaling.mean) / step + zero_point;
    let count = |value: f64| scaling.mean + (value - zero_point) * step;
    // Values round upwards at a half.
    let lowest = count(-128.5).ceil().max(f64::from(i32::MIN));
    let highest = (count(127.5).ceil() - 1.0).min(f64::from(i32::MAX));
    if lowest > highest {
        let range = [count(-128.5), count(127.5)];
        return Err(format!(
            "int8 holds samples from {:.3} to {:.3}, and no count lies there; take the samples for physical values",
            range[0], range[1]
        ));
    }
    // Both are whole and within i32.
    let (low, highest) = (lowest as i32, highest as i32);
    let span = highest.wrapping_sub(low) as u32;
    let shift = (u32::BITS - span.leading_zeros()).saturating_sub(DISTANCE_BITS);
    let block = f64::from(1_u32 << shift);
    // A distance without its last bits is on average half a block too short.
    let bias = (value(lowest) + (block - 1.0) / 2.0 / step + 0.5) * fraction;
    let multiplier = if span == 0 { 0.0 } else { (fraction * block / step).round() };
    if multiplier > f64::from(u32::MAX) {
        return Err(format!("{step} counts an int8 value are too few"));
    }
    let encoding = CountsEncoding {
        low,
        high: low,
        multiplier: multiplier as u32,
        // The ends may lie beside −128 and 127 by what was rounded.
        bias: bias.round().clamp(-128.0 * fraction, 128.0 * fraction - 1.0) as i32,
        shift,
    };
    // The largest count whose value is still within int8. Values rise with the count, so halving finds it.
    let (mut inside, mut beyond) = (i64::from(low), i64::from(highest) + 1);
    while beyond - inside > 1 {
        let middle = inside + (beyond - inside) / 2;
        let fits = CountsEncoding { high: middle as i32, ..encoding }.is_valid();
        if fits { inside = middle } else { beyond = middle }
    }
    let encoding = CountsEncoding { high: inside as i32, ..encoding };
    if encoding.is_valid() { Ok(encoding) } else { Err(format!("{scaling:?} is beyond what counts can be scaled by")) }
}

/// The record for physical values.
fn physical_encoding(scaling: ChannelScaling, input: &TensorInfo) -> std::result::Result<PhysicalEncoding, String> {
    let step = step_of(scaling, input)?;
    let (offset, gain) = (scaling.mean as f32, (1.0 / step) as f32);
    let encoding = PhysicalEncoding { offset, gain, center: input.zero_point as f32 + 128.5 };
    if encoding.is_valid() {
        return Ok(encoding);
    }
    Err(format!("{scaling:?} is beyond single precision"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// An input of one channel.
    fn input(scale: f32, zero_point: i32) -> TensorInfo {
        TensorInfo { shape: [1, 8, 1], scale, zero_point }
    }

    /// What the real-number formula says, not rounded.
    fn formula(sample: f64, scaling: ChannelScaling, input: &TensorInfo) -> f64 {
        (sample - scaling.mean) / (scaling.std * f64::from(input.scale)) + f64::from(input.zero_point)
    }

    /// Recordings of a converter: bits, how much of the range is used and where, and any int8 scale that calibration makes of it.
    fn recordings() -> impl Strategy<Value = (u32, ChannelScaling, TensorInfo)> {
        let bits = prop::sample::select(vec![8_u32, 12, 16, 24, 31]);
        (bits, 0.001..1.0_f64, -1.0..1.0_f64, 0.002..0.2_f32, -128..=127).prop_map(
            |(bits, used, offset, scale, zero)| {
                let range = f64::from(bits).exp2();
                // At least a count of deviation, as whole numbers that vary have.
                let scaling = ChannelScaling { mean: offset * range / 2.0, std: (used * range / 4.0).max(1.0) };
                (bits, scaling, input(scale, zero))
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn counts_are_what_the_formula_says(
            (bits, scaling, input) in recordings(),
            counts in prop::collection::vec(any::<i32>(), 24),
        ) {
            let Ok(encoding) = counts_encoding(scaling, &input) else {
                // Only where int8 reaches no count at all.
                let nearest = scaling.mean.round();
                prop_assert!(!(-128.4..127.4).contains(&formula(nearest, scaling, &input)));
                return Ok(());
            };
            prop_assert!(encoding.is_valid());
            let small = counts.iter().map(|count| count >> (32 - bits));
            let ends = [encoding.low, encoding.high].into_iter().flat_map(|end| [-1, 0, 1].map(|d| end.saturating_add(d)));
            for count in counts.iter().copied().chain(small).chain(ends).chain([i32::MIN, i32::MAX, 0]) {
                let exact = formula(f64::from(count), scaling, &input);
                let encoded = encoding.encode_counts(count);
                let value = f64::from(encoded.value);
                if encoded.outside {
                    let surely_inside = -128.5 + 1.0 / 64.0..127.5 - 1.0 / 64.0;
                    prop_assert!(!surely_inside.contains(&exact), "{count}: {exact}");
                    prop_assert_eq!(i32::from(encoded.value), if exact > 0.0 { 127 } else { -128 });
                } else {
                    prop_assert!((value - exact).abs() <= 0.5 + 1.0 / 64.0, "{count}: {exact} becomes {value}");
                }
            }
        }

        #[test]
        fn physical_values_are_what_the_formula_says(
            mean in -1e4..1e4_f32, std in 1e-3..1e3_f32, scale in 0.002..0.2_f32, zero in -128..=127, at in -200.0..200.0_f64,
        ) {
            let input = input(scale, zero);
            let scaling = ChannelScaling { mean: f64::from(mean), std: f64::from(std) };
            let encoding = physical_encoding(scaling, &input).unwrap();
            let sample = (f64::from(mean) + at * f64::from(std) * f64::from(scale)) as f32;
            let exact = formula(f64::from(sample), scaling, &input);
            let encoded = encoding.encode_physical(sample);
            if encoded.outside {
                prop_assert!(!(-128.5 + 1e-3..127.5 - 1e-3).contains(&exact), "{exact}");
                prop_assert_eq!(i32::from(encoded.value), if exact > 0.0 { 127 } else { -128 });
            } else {
                prop_assert!((f64::from(encoded.value) - exact).abs() <= 0.5 + 1e-3, "{exact} becomes {}", encoded.value);
            }
        }
    }

    #[test]
    fn scalings_that_are_none_are_refused() {
        let input = input(0.02, 0);
        for (mean, std) in [(0.0, 0.0), (f64::NAN, 1.0), (0.0, f64::INFINITY), (1e12, 1.0), (0.5, 1e-6)] {
            assert!(counts_encoding(ChannelScaling { mean, std }, &input).is_err(), "{mean} {std}");
        }
        for (mean, std) in [(0.0, 0.0), (f64::NAN, 1.0), (1e300, 1.0), (0.0, 1e-45)] {
            assert!(physical_encoding(ChannelScaling { mean, std }, &input).is_err(), "{mean} {std}");
        }
        let two = InputEncoding::alike(SampleKind::Counts, ChannelScaling::IDENTITY, 2);
        let error = two.records(&input, &mut Data::default()).unwrap_err();
        assert!(error.to_string().contains("2 channels, the network's input has 1"), "{error}");
    }

    #[test]
    fn a_constant_recording_has_one_count_inside() {
        let tiny = ChannelScaling { mean: 512.0, std: 1e-6 };
        let encoding = counts_encoding(tiny, &input(0.02, 5)).unwrap();
        assert_eq!((encoding.low, encoding.high), (512, 512));
        assert_eq!(encoding.encode_counts(512).value, 5);
        assert!(encoding.encode_counts(511).outside && encoding.encode_counts(513).outside);
    }

    #[test]
    fn pixels_are_what_they_were() {
        // Bytes as numbers from 0 to 1, as images are read.
        let (input, scaling) = (input(1.0 / 255.0, -128), ChannelScaling { mean: 0.0, std: 255.0 });
        let encoding = counts_encoding(scaling, &input).unwrap();
        for pixel in 0..=255 {
            let encoded = encoding.encode_counts(pixel);
            assert_eq!((i32::from(encoded.value), encoded.outside), (pixel - 128, false));
            assert_eq!(encoded.value, input.quantize(pixel as f32 / 255.0));
        }
        assert!(encoding.encode_counts(-1).outside && encoding.encode_counts(256).outside);
    }
}
