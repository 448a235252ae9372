//! One column of numbers and nothing else, as a logger writes it.

use super::parts::{Day, counts, sine};
use crate::data::random::Stream;

pub(super) const FAULTS: &str = "3,000 samples with a burst of noise in samples 1400 to 1549";

/// 300,000 samples, or 3,000 with a burst.
pub(super) fn text(day: Day, random: &mut Stream) -> Vec<u8> {
    let (samples, faulty) = match day {
        Day::Normal => (300_000, 0..0),
        Day::Faulty => (3_000, 1400..1550),
    };
    let mut text = String::new();
    for i in 0..samples {
        let t = f64::from(i);
        let loud = if faulty.contains(&i) { 450.0 } else { 15.0 };
        let value = 2048.0 + 500.0 * sine(t / 100.0) + 200.0 * sine(t / 33.3 + 0.16);
        text.push_str(&format!("{}\n", counts(value + random.uniform([-loud, loud]))));
    }
    text.into_bytes()
}
