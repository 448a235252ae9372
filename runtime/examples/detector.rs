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

/// Stands for a converter of 12 bits: a normal window, then one with a burst of noise.
fn samples() -> impl Iterator<Item = i16> {
    let files: [&[u8]; 2] = [include_bytes!("pump/normal.i16"), include_bytes!("pump/burst.i16")];
    files.into_iter().flat_map(|file| file.chunks_exact(2)).map(|count| i16::from_le_bytes([count[0], count[1]]))
}

/// Prints a verdict a window.
pub(crate) fn main() {
    let detector = DETECTOR.take();
    let mut alarms = Vec::new();
    for sample in samples() {
        if let Some(verdict) = detector.push(sample) {
            let score = verdict.score;
            print!("total {}, largest segment {}, {} outside", score.total, score.segment_max, score.outside);
            match verdict.breach {
                Some(breach) => println!(": alarm, {} {} its limit", breach.part.name(), breach.side.name()),
                None => println!(": normal"),
            }
            alarms.push(verdict.is_anomaly());
        }
    }
    assert_eq!(alarms, [false, true]);
}
