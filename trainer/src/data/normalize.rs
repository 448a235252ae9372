//! One affine map a data set, so that a network sees values of order 1 whatever the sensor's unit.

use super::Samples;
use serde::{Deserialize, Serialize};

/// How a data set is brought to the network's range.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Normalization {
    /// As it is.
    #[default]
    None,
    /// The training samples' mean to 0 and their standard deviation to 1.
    Standardize,
}

/// What a recording's values are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SampleEncoding {
    /// Whole numbers of at most 24 bits, as a converter gives them.
    Counts,
    /// Numbers in a physical unit.
    #[default]
    Physical,
}

impl SampleEncoding {
    /// Counts where every value is one that single precision can tell from its neighbours.
    pub fn of(values: &[f32]) -> Self {
        const LARGEST: f32 = (1 << 24) as f32;
        let whole = |v: &f32| v.abs() <= LARGEST && v.fract() == 0.0;
        if !values.is_empty() && values.iter().all(whole) { Self::Counts } else { Self::Physical }
    }
}

/// (value − mean) / std, learnt from training samples and kept with a run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Normalizer {
    /// In the sensor's unit.
    pub mean: f32,
    /// In the sensor's unit, above 0.
    pub std: f32,
    /// What the sensor's values are.
    #[serde(default)]
    pub encoding: SampleEncoding,
}

impl Default for Normalizer {
    /// Changes nothing.
    fn default() -> Self {
        Self { mean: 0.0, std: 1.0, encoding: SampleEncoding::Physical }
    }
}

impl Normalizer {
    /// Learns the map from training samples. A constant signal is only shifted.
    pub fn fit(kind: Normalization, samples: &Samples) -> Self {
        let n = samples.values.len() as f64;
        let encoding = SampleEncoding::of(&samples.values);
        if kind == Normalization::None || samples.is_empty() {
            return Self { encoding, ..Self::default() };
        }
        let mean = samples.values.iter().map(|&v| f64::from(v)).sum::<f64>() / n;
        let squares = samples.values.iter().map(|&v| (f64::from(v) - mean) * (f64::from(v) - mean));
        let std = (squares.sum::<f64>() / n).sqrt() as f32;
        Self { mean: mean as f32, std: if std > 0.0 { std } else { 1.0 }, encoding }
    }

    /// Sensor values to network values, in place.
    pub fn apply(&self, values: &mut [f32]) {
        values.iter_mut().for_each(|v| *v = (*v - self.mean) / self.std);
    }

    /// Network values back to sensor values, in place.
    pub fn invert(&self, values: &mut [f32]) {
        values.iter_mut().for_each(|v| *v = *v * self.std + self.mean);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(values: Vec<f32>) -> Samples {
        Samples { shape: [1, 1, 2], values, labels: vec![] }
    }

    #[test]
    fn standardizes_raw_counts_and_comes_back() {
        let raw = samples((0..1000u16).map(|i| 995.0 + f32::from(i % 37)).collect());
        let n = Normalizer::fit(Normalization::Standardize, &raw);
        let mut values = raw.values.clone();
        n.apply(&mut values);
        let mean = values.iter().sum::<f32>() / 1000.0;
        let variance = values.iter().map(|v| v * v).sum::<f32>() / 1000.0;
        assert!(mean.abs() < 1e-3 && (variance - 1.0).abs() < 1e-3, "{mean} {variance}");
        n.invert(&mut values);
        assert!(values.iter().zip(&raw.values).all(|(a, b)| (a - b).abs() < 1e-3));
        let text = toml::to_string(&n).unwrap();
        assert_eq!(toml::from_str::<Normalizer>(&text).unwrap(), n);
        assert_eq!(n.encoding, SampleEncoding::Counts);
    }

    #[test]
    fn none_and_constant_signals_stay_finite() {
        assert_eq!(Normalizer::fit(Normalization::None, &samples(vec![5.5, 7.0])), Normalizer::default());
        let constant = Normalizer::fit(Normalization::Standardize, &samples(vec![5.0, 5.0]));
        assert_eq!(constant, Normalizer { mean: 5.0, std: 1.0, encoding: SampleEncoding::Counts });
    }

    #[test]
    fn counts_are_whole_numbers_of_a_converter() {
        assert_eq!(SampleEncoding::of(&[0.0, -8_388_608.0, 8_388_607.0]), SampleEncoding::Counts);
        for physical in [&[][..], &[0.5], &[1.0, f32::NAN], &[f32::INFINITY], &[1e9]] {
            assert_eq!(SampleEncoding::of(physical), SampleEncoding::Physical);
        }
    }
}
