//! The sound of a motor under a slowly changing load, as WAV.

use super::parts::{Day, Shaft, sine};
use crate::data::random::Stream;

pub(super) const FAULTS: &str = "10 seconds; something grinds from 4.0 s to 5.5 s";

/// Samples a second.
const RATE: u32 = 8000;

/// A minute, or ten seconds with a fault.
pub(super) fn wav(day: Day, random: &mut Stream) -> Vec<u8> {
    let seconds = if day == Day::Normal { 60 } else { 10 };
    let rate = f64::from(RATE);
    let mut shaft = Shaft::new(48.3, rate, 2e-5);
    let mut samples = Vec::new();
    let mut rumble = 0.0;
    for i in 0..seconds * RATE {
        let second = f64::from(i) / rate;
        let grinds = day == Day::Faulty && (4.0..5.5).contains(&second);
        let turns = shaft.next(random);
        let load = 1.0 + 0.15 * sine(second / 7.3);
        let hum = 5200.0 * sine(turns) + 2100.0 * sine(2.0 * turns + 0.1) + 900.0 * sine(5.0 * turns + 0.4);
        rumble = 0.9 * rumble + random.normal(120.0);
        let grinding = if grinds { random.normal(1500.0) * (0.5 + 0.5 * sine(3.0 * turns)) } else { 0.0 };
        let value = load * hum + rumble + grinding;
        samples.extend((value.round().clamp(-32768.0, 32767.0) as i16).to_le_bytes());
    }
    with_header(&samples)
}

/// Mono samples of 16 bits as a WAV file.
fn with_header(samples: &[u8]) -> Vec<u8> {
    let length = samples.len() as u32;
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((36 + length).to_le_bytes());
    bytes.extend(b"WAVEfmt ");
    bytes.extend(16_u32.to_le_bytes());
    // PCM, one channel; samples and bytes a second; bytes and bits a sample.
    [1_u16, 1].iter().for_each(|v| bytes.extend(v.to_le_bytes()));
    [RATE, 2 * RATE].iter().for_each(|v| bytes.extend(v.to_le_bytes()));
    [2_u16, 16].iter().for_each(|v| bytes.extend(v.to_le_bytes()));
    bytes.extend(b"data");
    bytes.extend(length.to_le_bytes());
    bytes.extend(samples);
    bytes
}
