//! One affine map a channel, so that a network sees values of order 1 whatever the sensors' units.

use serde::{Deserialize, Serialize};

/// How a data set is brought to the network's range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Normalization {
    /// As it is.
    None,
    /// Each channel's mean to 0 and its standard deviation to 1, both of the training windows with what is far out read as the
    /// ends of the [usual range](super::Spread).
    Standardize,
}

/// What the values of a recording are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SampleEncoding {
    /// Whole numbers of a converter, of at most 24 bits.
    Counts,
    /// Numbers in a unit, f32.
    #[default]
    Physical,
}

/// The map of one channel.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelNormalization {
    /// In the sensor's unit.
    pub mean: f32,
    /// In the sensor's unit, above 0.
    pub std: f32,
}

/// (value − mean) / std a channel, learnt from training windows and kept with a run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Normalizer {
    /// One map a channel.
    pub channels: Vec<ChannelNormalization>,
    /// What the sensor's values are.
    pub encoding: SampleEncoding,
}

impl Normalizer {
    /// Changes nothing.
    pub fn identity(channels: usize) -> Self {
        Self::of(&vec![(0.0, 1.0); channels])
    }

    /// Of mean and standard deviation a channel.
    pub fn of(channels: &[(f32, f32)]) -> Self {
        let channels = channels.iter().map(|&(mean, std)| ChannelNormalization { mean, std }).collect();
        Self { channels, encoding: SampleEncoding::default() }
    }

    /// Sensor values `[…][channel]` to network values, in place.
    pub fn apply(&self, values: &mut [f32]) {
        self.each(values, |v, c| (v - c.mean) / c.std);
    }

    /// Network values `[…][channel]` back to sensor values, in place.
    pub fn invert(&self, values: &mut [f32]) {
        self.each(values, |v, c| v * c.std + c.mean);
    }

    fn each(&self, values: &mut [f32], map: impl Fn(f32, &ChannelNormalization) -> f32) {
        if let [one] = &self.channels[..] {
            values.iter_mut().for_each(|v| *v = map(*v, one));
            return;
        }
        for row in values.chunks_mut(self.channels.len().max(1)) {
            row.iter_mut().zip(&self.channels).for_each(|(v, c)| *v = map(*v, c));
        }
    }
}
