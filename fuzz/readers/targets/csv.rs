//! Text files. The first three bytes choose how they are read; what is behind them is the file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use picoae_fuzz::file::with_file;
use picoae_fuzz::limit::limited;
use picoae_fuzz_readers::{Manner, read};
use picoae_trainer::data::{ColumnRef, FormatConfig, HeaderRule, LabelConfig, Layout, Missing, read_marks};

fuzz_target!(|bytes: &[u8]| limited(|| run(bytes)));

fn run(bytes: &[u8]) {
    let Some((&[bits, window, hop], text)) = bytes.split_first_chunk() else { return };
    let channels = match bits / 3 % 4 {
        0 | 1 => vec![],
        2 => vec![ColumnRef::Index(usize::from(bits / 24))],
        _ => vec![ColumnRef::Name("value".into())],
    };
    let format = FormatConfig {
        layout: [Layout::Auto, Layout::Column, Layout::Rows][usize::from(bits % 3)],
        header: [HeaderRule::Auto, HeaderRule::Yes, HeaderRule::No][usize::from(bits / 12 % 3)],
        missing: [Missing::Error, Missing::Split, Missing::Hold][usize::from(bits / 5 % 3)],
        delimiter: (bits > 200).then_some(';'),
        ..FormatConfig::default()
    };
    let labels = LabelConfig { normal: vec!["0".into(), "normal".into()], ..LabelConfig::default() };
    let window = usize::from(window).max(1);
    let manner = Manner { channels, format, labels };
    with_file("in.csv", text, |path| {
        if let Some(recording) = read(path, window, &manner) {
            let length = recording.window.unwrap_or(window);
            let cut = recording.cut(length, usize::from(hop).max(1));
            for i in 0..cut.normal.len() {
                assert_eq!(cut.normal.raw(i).len(), length * recording.width());
            }
        }
        let _ = read_marks(path);
    });
}
