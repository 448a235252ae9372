//! Tests of the CSV reader: good files of each form, and one clear line for each bad one.

use super::csv::*;
use super::{CsvColumns, Samples, cut_around, write_windows};
use std::io::Write as _;
use std::path::PathBuf;

fn file(folder: &tempfile::TempDir, text: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.path().join("in.csv");
    std::fs::write(&path, text).unwrap();
    path
}

fn read(text: &str, window: usize, config: &CsvConfig) -> crate::Result<CsvWindows> {
    let folder = tempfile::tempdir().unwrap();
    read_windows(file(&folder, text), window, config)
}

/// The message without the folder, which differs each time.
fn error(text: &str, window: usize, config: &CsvConfig) -> String {
    let error = read(text, window, config).unwrap_err();
    assert_eq!(error.exit_code(), 2);
    let message = error.to_string();
    assert!(!message.contains('\n'), "{message}");
    message[message.find("in.csv").expect("the file is named")..].to_owned()
}

#[test]
fn one_column_with_and_without_header() {
    let hop1 = CsvConfig { hop: 1, ..CsvConfig::default() };
    for text in ["1\n2\n3\n4\n", "adc\n1\n2\n3\n4", "\u{feff}adc\r\n 1\r\n2 \r\n\r\n3\r\n4\r\n\r\n"] {
        let all = read(text, 2, &CsvConfig::default()).unwrap();
        assert_eq!((all.samples.values.as_slice(), all.continuous), ([1., 2., 3., 4.].as_slice(), true), "{text:?}");
        assert_eq!(read(text, 2, &hop1).unwrap().samples.values, [1., 2., 2., 3., 3., 4.]);
    }
}

#[test]
fn one_window_a_row_with_labels() {
    let plain = read("1,2,3\n4,5,6\n", 3, &CsvConfig::default()).unwrap();
    assert_eq!((plain.samples.len(), plain.continuous, plain.samples.labels.len()), (2, false, 0));
    let text = "a,label,b\n1,step,2\n3,normal,4\n5,step,6\n7,burst,8\n";
    let labelled = read(text, 2, &CsvConfig::default()).unwrap();
    assert_eq!(labelled.samples.values, [1., 2., 3., 4., 5., 6., 7., 8.]);
    assert_eq!(labelled.samples.labels, [1, 0, 1, 2]);
    assert_eq!(labelled.names, ["normal", "step", "burst"]);
    let first = CsvConfig { label: Some(ColumnRef::Index(0)), ..CsvConfig::default() };
    let no_header = read("normal,1,2\nstep,3,4\n", 2, &first).unwrap();
    assert_eq!((no_header.samples.labels.as_slice(), no_header.samples.len()), ([0, 1].as_slice(), 2));
}

#[test]
fn a_column_of_several_by_name_or_number() {
    let text = "time,x,y\n0,1,10\n1,2,20\n2,3,30\n3,4,40\n";
    for column in ["y", "2"] {
        let config = CsvConfig { column: Some(column.into()), ..CsvConfig::default() };
        assert_eq!(read(text, 2, &config).unwrap().samples.values, [10., 20., 30., 40.]);
    }
    let semicolon = CsvConfig { delimiter: ';', column: Some("1".into()), ..CsvConfig::default() };
    assert_eq!(read("0;1\n0;2\n", 2, &semicolon).unwrap().samples.values, [1., 2.]);
    // Even when the number of columns happens to be a window's length.
    let config = CsvConfig { column: Some("x".into()), ..CsvConfig::default() };
    assert_eq!(read(text, 3, &config).unwrap().samples.values, [1., 2., 3.]);
}

#[test]
fn bad_files_are_answered_in_one_clear_line() {
    let default = CsvConfig::default();
    let column = |c: &str| CsvConfig { column: Some(c.into()), ..CsvConfig::default() };
    let cases = [
        ("", &default, "in.csv: empty; expected numbers, one sample or one window a row"),
        ("\n\n", &default, "in.csv: empty; expected numbers, one sample or one window a row"),
        ("adc\n", &default, "in.csv: nothing but a header; expected rows of numbers"),
        ("1\n2\nNaN\n", &default, "in.csv, line 3: \"NaN\", expected a finite number"),
        ("nan\n2\n", &default, "in.csv, line 1: \"nan\", expected a finite number"),
        ("a\n1\n-inf\n", &default, "in.csv, line 3: \"-inf\", expected a finite number"),
        ("1\n1e39\n", &default, "in.csv, line 2: \"1e39\", expected a finite number"),
        ("1\n2\n\nx3\n", &default, "in.csv, line 4: \"x3\", expected a finite number"),
        ("a\r\n1\r\n\r\n2\r\nx3\r\n", &default, "in.csv, line 5: \"x3\", expected a finite number"),
        ("1\n2\n", &default, "in.csv: 2 samples, expected at least 3 for one window"),
        ("1,2,3\n1,,3\n", &default, "in.csv, line 2: \"\", expected a finite number"),
        ("1,2,3\n1,2\n", &default, "in.csv, line 2: 2 fields, expected 3 as in the first line"),
        (
            "1,2\n1,2\n",
            &default,
            "in.csv, line 1: 2 columns, expected one column, 3 columns (one window a row), or a column chosen by name or number",
        ),
        ("1,2\n1,2\n", &column("5"), "in.csv, line 1: column 5 was asked for, expected 0 to 1"),
        ("1,2\n1,2\n", &column("z"), "in.csv, line 1: no header, but column \"z\" was asked for"),
        ("x,y\n1,2\n", &column("z"), "in.csv, line 1: no column \"z\", expected one of x, y"),
    ];
    for (text, config, expected) in cases {
        assert_eq!(error(text, 3, config), expected, "{text:?}");
    }
    let rows = CsvConfig { layout: CsvShape::Rows, ..CsvConfig::default() };
    assert_eq!(error("1,2\n", 3, &rows), "in.csv, line 1: 2 numbers in a row, expected one window of 3 samples a row");
}

#[test]
fn bytes_that_are_no_text_and_files_that_are_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(&folder, b"1\n2\n\xff\xfe\n");
    let message = read_windows(&path, 2, &CsvConfig::default()).unwrap_err().to_string();
    assert!(message.contains("in.csv, line 3: not UTF-8 text"), "{message}");
    let missing = folder.path().join("none.csv");
    let error = read_windows(&missing, 2, &CsvConfig::default()).unwrap_err();
    assert!(error.to_string().contains("none.csv") && error.exit_code() == 2);
}

#[test]
fn gzip_is_read_and_damage_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gz.write_all(b"adc\n1\n2\n3\n").unwrap();
    let mut bytes = gz.finish().unwrap();
    assert_eq!(read_column(file(&folder, &bytes), &CsvConfig::default()).unwrap(), [1., 2., 3.]);
    bytes.truncate(bytes.len() - 6);
    let message = read_column(file(&folder, &bytes), &CsvConfig::default()).unwrap_err().to_string();
    assert!(message.contains("in.csv: damaged gzip data"), "{message}");
}

#[test]
fn what_the_generator_writes_comes_back_to_the_bit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("w.csv");
    let values = vec![0.1, -1.0e-7, 3.4e38, 1.0 / 3.0, -0.0, 16_777_217.0];
    let samples = Samples { shape: [1, 1, 3], values, labels: vec![] };
    for table in
        [CsvColumns::default(), CsvColumns { header: true, label: true }, CsvColumns { header: true, label: false }]
    {
        write_windows(&path, &[("normal", &samples)], table).unwrap();
        let back = read_windows(&path, 3, &CsvConfig::default()).unwrap();
        assert!(back.samples.values.iter().zip(&samples.values).all(|(a, b)| a.to_bits() == b.to_bits()));
    }
}

#[test]
fn marks() {
    let folder = tempfile::tempdir().unwrap();
    let found = read_marks(file(&folder, "sample,symbol\n77,N\n370,V\n")).unwrap();
    assert_eq!(found, [(77, "N".to_owned()), (370, "V".to_owned())]);
    let message = read_marks(file(&folder, "sample,symbol\n77,N\nx,V\n")).unwrap_err().to_string();
    assert!(message.contains("in.csv, line 3: expected a sample number and a symbol"), "{message}");
}

#[test]
fn the_real_recording_and_its_beats() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/ecg");
    let signal = read_column(folder.join("ecg.csv.gz"), &CsvConfig::default()).unwrap();
    assert_eq!(signal.len(), 650_000);
    let beats = read_marks(folder.join("ecg_beats.csv.gz")).unwrap();
    let at: Vec<usize> = beats.iter().map(|b| b.0).collect();
    let (windows, used) = cut_around(&signal, &at, 250, 250);
    assert_eq!((windows.len(), windows.shape), (used.len(), [1, 1, 500]));
    let count = |beats: &[&(usize, String)], symbol: &str, later: bool| {
        beats.iter().filter(|(at, s)| s == symbol && (*at >= 216_000) == later).count()
    };
    let counts = |beats: &[&(usize, String)]| {
        [("N", false), ("N", true), ("A", true), ("V", true)].map(|(symbol, later)| count(beats, symbol, later))
    };
    assert_eq!(counts(&beats.iter().collect::<Vec<_>>()), [754, 1485, 27, 1]);
    // The windows of the first beat and of the last would reach beyond the recording.
    assert_eq!(counts(&used.iter().map(|&i| &beats[i]).collect::<Vec<_>>()), [753, 1484, 27, 1]);
}
