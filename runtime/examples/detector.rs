//! A sensor that notices by itself: the model is compiled in, a static detector takes sample by sample.
//!
//! `cargo run -p picoae --example detector`

use static_cell::ConstStaticCell;

/// What `picoae export` wrote; in a firmware `include!(concat!(env!("OUT_DIR"), "/device.rs"))` or a path of yours.
mod pump {
    #![allow(dead_code, unreachable_pub)]
    include!("pump/device.rs");
}

/// All 0 at the start, so it costs no flash; taken once.
static DETECTOR: ConstStaticCell<pump::Detector> = ConstStaticCell::new(pump::Detector::new());

/// Stands for a converter: a normal window, then one with a burst of noise.
fn samples() -> impl Iterator<Item = i8> {
    let recording = include_bytes!("pump/normal.i8").iter().chain(include_bytes!("pump/burst.i8"));
    recording.map(|byte| *byte as i8)
}

/// Prints a verdict a window.
pub(crate) fn main() {
    let detector = DETECTOR.take();
    let mut alarms = Vec::new();
    for sample in samples() {
        if let Some(verdict) = detector.push(sample) {
            println!(
                "total {} largest segment {}: {:?}",
                verdict.score.total, verdict.score.segment_max, verdict.decision
            );
            alarms.push(verdict.is_anomaly());
        }
    }
    assert_eq!(alarms, [false, true]);
}
