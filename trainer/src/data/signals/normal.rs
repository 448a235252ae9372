//! Windows without a fault.

use super::config::SignalConfig;
use crate::data::random::Stream;
use std::f64::consts::TAU;

/// A fresh window without a fault, its sines from the given frequency ranges (cycles a window).
pub(super) fn normal_window(config: &SignalConfig, frequencies: &[[f64; 2]], random: &mut Stream) -> Vec<f64> {
    let sines: Vec<[f64; 3]> = config
        .amplitudes
        .iter()
        .zip(frequencies)
        .map(|(&a, &f)| [random.uniform(a), random.uniform(f), random.uniform(config.phase)])
        .collect();
    let n = config.window;
    (0..n)
        .map(|i| {
            let x = i as f64 / n as f64;
            let clean: f64 = sines.iter().map(|[a, f, phase]| a * libm::sin(TAU * (f * x + phase))).sum();
            clean + random.normal(config.noise)
        })
        .collect()
}
