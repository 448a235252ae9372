//! CSV files. The first three bytes choose how they are read; what is behind them is the file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use picoae_fuzz::file::with_file;
use picoae_fuzz::limit::limited;
use picoae_trainer::data::{ColumnRef, CsvConfig, CsvShape, read_column, read_marks, read_windows};

fuzz_target!(|bytes: &[u8]| limited(|| run(bytes)));

fn run(bytes: &[u8]) {
    let Some((&[manner, window, hop], text)) = bytes.split_first_chunk() else { return };
    let column = |bits: u8| match bits % 4 {
        0 | 1 => None,
        2 => Some(ColumnRef::Index(usize::from(bits / 4))),
        _ => Some(ColumnRef::Name("value".into())),
    };
    let config = CsvConfig {
        layout: [CsvShape::Auto, CsvShape::Column, CsvShape::Rows][usize::from(manner % 3)],
        column: column(manner / 3 % 8),
        label: column(manner / 24 % 8),
        hop: usize::from(hop),
        delimiter: if manner > 200 { ';' } else { ',' },
    };
    let window = usize::from(window);
    with_file("in.csv", text, |path| {
        if let Ok(windows) = read_windows(path, window, &config) {
            let samples = &windows.samples;
            assert_eq!(samples.values.len(), samples.len() * window);
            assert!(samples.values.iter().all(|value| value.is_finite()));
            assert!(samples.labels.iter().all(|label| usize::from(*label) < windows.names.len()));
            assert!(samples.labels.is_empty() || samples.labels.len() == samples.len());
        }
        if let Ok(values) = read_column(path, &config) {
            assert!(values.iter().all(|value| value.is_finite()));
        }
        let _ = read_marks(path);
    });
}
