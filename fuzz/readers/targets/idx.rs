//! IDX files of images, and of labels beside sound images.
#![no_main]

use libfuzzer_sys::fuzz_target;
use picoae_fuzz::file::with_file;
use picoae_fuzz::limit::limited;
use picoae_trainer::data::idx::{Idx, read_images};
use picoae_trainer::data::images;

fuzz_target!(|bytes: &[u8]| limited(|| run(bytes)));

fn run(bytes: &[u8]) {
    if let Ok(idx) = Idx::parse(bytes) {
        assert_eq!(idx.to_bytes(), bytes);
    }
    let sound = Idx { dims: vec![3, 2, 2], values: (0..12).collect() }.to_bytes();
    with_file("in.idx", bytes, |path| {
        if let Ok(samples) = read_images(path, None) {
            assert_eq!(samples.values.len(), samples.len() * samples.sample_len());
        }
        let _ = images::read(path, [1, 2, 2]);
        with_file("images.idx", &sound, |images| {
            if let Ok(samples) = read_images(images, Some(path)) {
                assert_eq!((samples.len(), samples.labels.len()), (3, 3));
            }
        });
    });
}
