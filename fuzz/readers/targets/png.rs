//! PNG pictures of 4 × 4 pixels, and of the size that the file states where that is small.
#![no_main]

use libfuzzer_sys::fuzz_target;
use picoae_fuzz::file::with_file;
use picoae_fuzz::limit::limited;
use picoae_trainer::data::images;

fuzz_target!(|bytes: &[u8]| limited(|| run(bytes)));

fn run(bytes: &[u8]) {
    let stated = |at: usize| bytes.get(at..at + 4).and_then(|b| Some(u32::from_be_bytes(b.try_into().ok()?) as usize));
    let stated = stated(16).zip(stated(20)).filter(|(width, height)| *width <= 64 && *height <= 64);
    let (width, height) = stated.unwrap_or((4, 4));
    with_file("in.png", bytes, |path| {
        if let Ok(samples) = images::read(path, [1, height, width]) {
            assert_eq!(samples.values.len(), samples.len() * width * height);
            assert!(samples.values.iter().all(|value| (0.0..=1.0).contains(value)));
        }
    });
}
