//! Learning a normalization.

use super::spread::{Spread, spread};
use super::{Normalization, Normalizer, SampleEncoding, Windows};

impl Normalizer {
    /// Learns the map from training windows, and says how their values spread. A constant channel is only shifted.
    pub fn fit(kind: Normalization, train: &Windows, encoding: SampleEncoding) -> (Self, Vec<Spread>) {
        let spreads: Vec<Spread> = (0..train.shape()[0]).map(|c| spread(|| train.channel(c))).collect();
        let mut map = match kind {
            Normalization::None => Self::identity(spreads.len()),
            Normalization::Standardize => {
                let std = |s: &Spread| if s.std > 0.0 { s.std } else { 1.0 };
                Self::of(&spreads.iter().map(|s| (s.mean as f32, std(s) as f32)).collect::<Vec<_>>())
            }
        };
        map.encoding = encoding;
        (map, spreads)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ChannelNormalization, Samples};
    use super::*;

    fn windows(channels: usize, values: Vec<f32>) -> Windows {
        Samples { shape: [channels, 1, 2], values, labels: vec![] }.into()
    }

    #[test]
    fn standardizes_each_channel_and_comes_back() {
        let raw: Vec<f32> = (0..2000u16).flat_map(|i| [995.0 + f32::from(i % 37), f32::from(i % 11) / 100.0]).collect();
        let (n, _) = Normalizer::fit(Normalization::Standardize, &windows(2, raw.clone()), SampleEncoding::Physical);
        let mut values = raw.clone();
        n.apply(&mut values);
        for channel in 0..2 {
            let of = || values.iter().skip(channel).step_by(2);
            let mean = of().sum::<f32>() / 2000.0;
            let variance = of().map(|v| v * v).sum::<f32>() / 2000.0;
            assert!(mean.abs() < 1e-3 && (variance - 1.0).abs() < 1e-3, "{mean} {variance}");
        }
        n.invert(&mut values);
        assert!(values.iter().zip(&raw).all(|(a, b)| (a - b).abs() < 1e-3));
        let text = serde_json::to_string(&n).unwrap();
        assert_eq!(serde_json::from_str::<Normalizer>(&text).unwrap(), n);
    }

    #[test]
    fn none_and_constant_signals_stay_finite() {
        let fit = |kind, values| Normalizer::fit(kind, &windows(1, values), SampleEncoding::Counts).0;
        assert_eq!(fit(Normalization::None, vec![5.0, 7.0]).channels, Normalizer::identity(1).channels);
        let constant = fit(Normalization::Standardize, vec![5.0, 5.0]);
        assert_eq!(constant.channels, [ChannelNormalization { mean: 5.0, std: 1.0 }]);
        assert_eq!(constant.encoding, SampleEncoding::Counts);
    }

    #[test]
    fn a_glitch_does_not_set_the_range() {
        let clean: Vec<f32> = (0..60_000u32).map(|i| 2048.0 + (i % 250) as f32).collect();
        let fit = |values| Normalizer::fit(Normalization::Standardize, &windows(1, values), SampleEncoding::Counts);
        let (good, _) = fit(clean.clone());
        for glitch in [65_535.0, 1e30, -1e6] {
            let mut bad = clean.clone();
            bad[1_234] = glitch;
            let (map, spreads) = fit(bad);
            let [a, b] = [&good, &map].map(|n| n.channels[0]);
            assert!((a.mean - b.mean).abs() < 0.1 && (a.std / b.std - 1.0).abs() < 0.01, "{a:?} {b:?}");
            assert_eq!(spreads[0].beyond, 1);
        }
    }
}
