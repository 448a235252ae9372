//! NPY and NPZ files.
#![no_main]

use libfuzzer_sys::fuzz_target;
use picoae_fuzz::file::with_file;
use picoae_fuzz::limit::limited;
use picoae_fuzz_readers::{Manner, read};
use picoae_trainer::data::FormatConfig;

fuzz_target!(|bytes: &[u8]| limited(|| run(bytes)));

fn run(bytes: &[u8]) {
    let manner = Manner { format: FormatConfig { max_expanded: 16, ..FormatConfig::default() }, ..Manner::default() };
    with_file("in.npy", bytes, |path| {
        let _ = read(path, 4, &manner);
    });
}
