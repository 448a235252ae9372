//! Three axes of an accelerometer on a fan, with time stamps, as a data logger writes them.

use super::parts::{Day, Shaft, counts, sine};
use crate::data::random::Stream;

pub(super) const FAULTS: &str =
    "30 seconds; a bearing knocks on the axis ay from 10 s to 14 s, a blade's dirt shakes ax from 20 s to 24 s";

/// Samples a second.
const RATE: f64 = 400.0;

/// Five minutes, or 30 seconds with faults.
pub(super) fn text(day: Day, random: &mut Stream) -> Vec<u8> {
    let (samples, hour) = if day == Day::Normal { (120_000, 8) } else { (12_000, 9) };
    let mut text = String::from("time,ax,ay,az\n");
    let mut shaft = Shaft::new(24.7, RATE, 4e-4);
    let mut knock = 0.0;
    for i in 0..samples {
        let second = f64::from(i) / RATE;
        let during = |from: f64| day == Day::Faulty && (from..from + 4.0).contains(&second);
        let turns = shaft.next(random);
        let dirt = if during(20.0) { 1.9 } else { 1.0 };
        // A knock rings for some samples; about nine come in a second.
        knock = if during(10.0) && i % 43 == 0 { 700.0 } else { -0.7 * knock };
        let x = dirt * 310.0 * sine(turns) + 60.0 * sine(2.0 * turns + 0.06) + random.normal(25.0);
        let y = 240.0 * sine(turns + 0.22) + 90.0 * sine(3.0 * turns) + knock + random.normal(25.0);
        let z = 820.0 + 130.0 * sine(2.0 * turns + 0.32) + random.normal(20.0);
        let [x, y, z] = [x, y, z].map(|v| counts(2048.0 + v));
        let ms = i64::from(i) * 5 / 2;
        let (minute, whole, ms) = (ms / 60_000, ms / 1000 % 60, ms % 1000);
        text.push_str(&format!("2026-03-02T{hour:02}:{minute:02}:{whole:02}.{ms:03}Z,{x},{y},{z}\n"));
    }
    text.into_bytes()
}
