//! Faults made up in held-out windows, to compare networks by where nothing is labelled.

use super::prepare::Prepared;
use crate::data::random::Stream;
use crate::data::{SampleEncoding, Samples, Windows};

/// Windows of each kind.
const EACH: usize = 100;

/// Sizes in standard deviations of a channel.
const OFFSET: f64 = 0.5;
const RAMP: f64 = 1.5;
const NOISE: f64 = 0.5;

/// Names of the kinds.
pub(super) const KINDS: [&str; 5] = ["offset", "ramp", "noise in a stretch", "smaller", "stands still in a stretch"];

/// Of each kind as many windows, made of normal test windows (validation windows where there are none), in the sensor's unit and
/// then normalized.
pub(super) fn faults(prepared: &Prepared, seed: u64) -> Vec<Windows> {
    let windows = if prepared.test.is_empty() { &prepared.validation } else { &prepared.test };
    let normalizer = &prepared.normalizer;
    let channels = normalizer.channels.len().max(1);
    let count = windows.len().min(EACH);
    let mut random = Stream::new(seed, "made-up faults");
    (0..KINDS.len())
        .map(|kind| {
            let mut samples = Samples::new(windows.shape());
            for i in 0..count {
                let from = samples.values.len();
                samples.values.extend_from_slice(windows.raw(i * windows.len() / count));
                let (mean, std) = (
                    |c: usize| normalizer.channels.get(c).map_or(0.0, |n| f64::from(n.mean)),
                    |c: usize| normalizer.channels.get(c).map_or(1.0, |n| f64::from(n.std)),
                );
                spoil(kind, &mut samples.values[from..], channels, &mut random, mean, std);
                if normalizer.encoding == SampleEncoding::Counts {
                    samples.values[from..].iter_mut().for_each(|v| *v = v.round());
                }
            }
            Windows::from(samples).normalized(normalizer)
        })
        .collect()
}

fn spoil(
    kind: usize,
    window: &mut [f32],
    channels: usize,
    random: &mut Stream,
    mean: impl Fn(usize) -> f64,
    std: impl Fn(usize) -> f64,
) {
    let steps = window.len() / channels;
    let sign = random.sign();
    let length = (steps / 4).max(1);
    let start = random.between([0, steps - length]);
    let held: Vec<f32> = window[start * channels..(start + 1) * channels].to_vec();
    for (step, values) in window.chunks_mut(channels).enumerate() {
        let inside = (start..start + length).contains(&step);
        for (c, value) in values.iter_mut().enumerate() {
            let v = f64::from(*value);
            let spoiled = match kind {
                0 => v + sign * OFFSET * std(c),
                1 => v + sign * RAMP * std(c) * (step as f64 / steps as f64 - 0.5),
                2 if inside => v + random.normal(NOISE * std(c)),
                3 => mean(c) + 0.7 * (v - mean(c)),
                4 if inside => f64::from(held[c]),
                _ => v,
            };
            *value = spoiled as f32;
        }
    }
}
