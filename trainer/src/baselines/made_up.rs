//! Windows for tests: two channels of one wave that starts at nearly the same phase, and faults in them.

use super::all::all;
use super::baseline::{Baseline, windows};
use crate::data::random::Stream;
use crate::evaluate::roc_auc;
use std::f64::consts::{PI, TAU};

pub(super) const CHANNELS: usize = 2;
/// Values of a window of 40 steps.
pub(super) const D: usize = 40 * CHANNELS;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    None,
    /// Half a period late: as loud as always.
    Late,
    /// The same wave in more noise.
    Noise,
}

/// `count` windows with a fault, one behind the other.
pub(super) fn windows_of(fault: Fault, count: usize, seed: u64) -> Vec<f32> {
    let mut random = Stream::new(seed, "tests/baselines");
    let noise = if fault == Fault::Noise { 0.5 } else { 0.1 };
    let mut values = Vec::with_capacity(count * D);
    for _ in 0..count {
        let phase = random.normal(0.2) + if fault == Fault::Late { PI } else { 0.0 };
        let loud = 1.0 + random.normal(0.05);
        for step in 0..D / CHANNELS {
            let at = TAU * step as f64 / 20.0 + phase;
            values.push((loud * at.sin() + random.normal(noise)) as f32);
            values.push((2.0 * loud * at.cos() + random.normal(noise)) as f32);
        }
    }
    values
}

/// Of each baseline the area under the receiver operating characteristic, a fault against normal windows.
pub(super) fn aucs(fault: Fault) -> Vec<(&'static str, f64)> {
    let train = windows_of(Fault::None, 500, 1);
    let (normal, abnormal) = (windows_of(Fault::None, 200, 2), windows_of(fault, 200, 3));
    let auc = |baseline: Box<dyn Baseline + Send + Sync>| {
        let scores = |of| windows(of, D).map(|w| baseline.score(w)).collect::<Vec<f64>>();
        (baseline.name(), roc_auc(&scores(&normal), &scores(&abnormal)))
    };
    all(&train, D, CHANNELS, 7).into_iter().map(auc).collect()
}
