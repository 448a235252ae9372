//! Windows of sines and noise.

use super::config::SignalConfig;
use crate::data::random::Stream;
use std::f64::consts::TAU;

/// The sines of a window: amplitude, frequency in cycles a window, phase in turns.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sines(Vec<[f64; 3]>);

impl Sines {
    /// Draws them from ranges of amplitudes and frequencies.
    pub(super) fn draw(
        config: &SignalConfig,
        amplitudes: &[[f64; 2]],
        frequencies: &[[f64; 2]],
        random: &mut Stream,
    ) -> Self {
        let sine =
            |(a, f): (&[f64; 2], &[f64; 2])| [random.uniform(*a), random.uniform(*f), random.uniform(config.phase)];
        Self(amplitudes.iter().zip(frequencies).map(sine).collect())
    }

    /// The window that they make with noise of a standard deviation; `turn` is by how much they are further at each sample, in turns.
    pub(super) fn window(&self, n: usize, noise: f64, turn: impl Fn(usize) -> f64, random: &mut Stream) -> Vec<f64> {
        (0..n)
            .map(|i| {
                let (x, further) = (i as f64 / n as f64, turn(i));
                let clean: f64 =
                    self.0.iter().map(|[a, f, phase]| a * libm::sin(TAU * (f * x + phase + further))).sum();
                clean + random.normal(noise)
            })
            .collect()
    }
}

/// A fresh window without a fault, its sines from the given frequency ranges (cycles a window).
pub(super) fn normal_window(config: &SignalConfig, frequencies: &[[f64; 2]], random: &mut Stream) -> Vec<f64> {
    Sines::draw(config, &config.amplitudes, frequencies, random).window(config.window, config.noise, |_| 0.0, random)
}
