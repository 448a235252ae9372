//! WAV files.
#![no_main]

use libfuzzer_sys::fuzz_target;
use picoae_fuzz::file::with_file;
use picoae_fuzz::limit::limited;
use picoae_trainer::data::{FormatConfig, LabelConfig, RecordingSource};

fuzz_target!(|bytes: &[u8]| limited(|| run(bytes)));

fn run(bytes: &[u8]) {
    with_file("in.wav", bytes, |path| {
        let files = [path.to_path_buf()];
        let (format, labels) = (FormatConfig { max_expanded: 16, ..FormatConfig::default() }, LabelConfig::default());
        let source = RecordingSource {
            files: &files,
            channels: &[],
            window: Some(4),
            rate: None,
            exclude: &[],
            format: &format,
            labels: &labels,
        };
        if let Ok(recording) = source.read() {
            assert!(recording.values.iter().all(|value| value.is_finite()));
            assert_eq!(recording.values.len(), recording.rows() * recording.width());
        }
    });
}
