//! Good files of each form, and one clear line for each bad one.

use super::super::format::{ColumnRef, FormatConfig, HeaderRule, Layout, Missing};
use super::super::labels::{LabelConfig, LabelSource};
use super::super::progress::Reading;
use super::super::{Clock, Part};
use super::{Wanted, read_marks};
use crate::Result;
use std::path::Path;

fn with(
    text: &str,
    window: Option<usize>,
    channels: &[&str],
    format: &FormatConfig,
    labels: &LabelConfig,
) -> Result<Part> {
    let channels: Vec<ColumnRef> = channels.iter().map(|c| ColumnRef::from(*c)).collect();
    super::read(
        Path::new("in.csv"),
        text,
        &Wanted { channels: &channels, window, format, labels, reading: &Reading::new(0) },
    )
}

fn read(text: &str) -> Part {
    with(text, Some(1000), &[], &FormatConfig::default(), &LabelConfig::default()).unwrap()
}

fn chosen(text: &str, channels: &[&str]) -> Result<Part> {
    with(text, Some(1000), channels, &FormatConfig::default(), &LabelConfig::default())
}

fn error(text: &str, window: usize, channels: &[&str], format: &FormatConfig) -> String {
    let error = with(text, Some(window), channels, format, &LabelConfig::default()).unwrap_err();
    assert_eq!(error.exit_code(), 2);
    let message = error.to_string();
    assert!(!message.contains('\n'), "{message}");
    message
}

fn values(part: &Part) -> &[f32] {
    &part.values
}

#[test]
fn one_column_with_and_without_header() {
    for text in [
        "1\n2\n3\n4\n",
        "adc\n1\n2\n3\n4",
        "adc\r\n 1\r\n2 \r\n3\r\n4\r\n\r\n",
        "[mV]\n1\n2\n3\n4\n",
        "3.3V rail\n1\n2\n3\n4\n",
        "# adc counts\n1\n2\n3\n4\n",
        "adc\ncounts\n1\n2\n3\n4\n",
        "Logger v2\nSerial 1234\n\nadc\n1\n2\n3\n4\n",
        "\"1\"\n\"2\"\n\"3\"\n\"4\"\n",
    ] {
        let part = read(text);
        assert_eq!(values(&part), [1., 2., 3., 4.], "{text:?}");
        assert_eq!((part.stretches.len(), part.channels.len()), (1, 1));
    }
    assert_eq!(read("adc\ncounts\n1\n2\n").channels, ["adc"]);
    assert_eq!(read("Logger v2\nSerial 1234\n\nadc\n1\n2\n").channels, ["adc"]);
    assert_eq!(read("a\n1\n#x\n2\n").lines, [(0, 2), (1, 4)]);
}

#[test]
fn separators_and_decimal_signs() {
    for text in [
        "a;b\n1;2.5\n3;4.5\n",
        "a\tb\n1\t2.5\n3\t4.5\n",
        "a b\n1  2.5\n3  4.5\n",
        "a;b\n1;2,5\n3;4,5\n",
        "a\tb\n1,0\t2,5\n3,0\t4,5\n",
    ] {
        let part = read(text);
        assert_eq!((values(&part), part.channels.join("+")), ([1., 2.5, 3., 4.5].as_slice(), "a+b".into()), "{text:?}");
    }
    // Leading zeros behind the comma, or one name over two fields: decimal commas.
    for text in ["2,0480\n1,9930\n2,4500\n", "U\n2,0480\n1,9930\n2,4500\n"] {
        assert_eq!(values(&read(text)), [2.048, 1.993, 2.45], "{text:?}");
    }
    let comma = FormatConfig { decimal: Some(','), ..FormatConfig::default() };
    let part = with("1,5\n2,5\n", None, &[], &comma, &LabelConfig::default()).unwrap();
    assert_eq!(values(&part), [1.5, 2.5]);
    let message = error("1,5\n2,5\n3,5\n", 1000, &[], &FormatConfig::default());
    assert!(message.contains("--channels") && message.contains("--decimal ,"), "{message}");
    assert!(error("a\n1.5\n2.5\n3,5\n", 9, &[], &FormatConfig::default()).contains("in.csv, line 4: "));
}

#[test]
fn channels_of_several_columns() {
    let text = "time,x,y,place\n0,1,10,on\n1,2,20,on\n2,3,30,off\n3,4,40,on\n";
    let all = read(text);
    assert_eq!((all.channels.join("+"), values(&all).len()), ("x+y".into(), 8));
    assert!(all.notes.iter().any(|n| n.contains("place")), "{:?}", all.notes);
    for column in ["y", "2"] {
        assert_eq!(values(&chosen(text, &[column]).unwrap()), [10., 20., 30., 40.]);
    }
    assert_eq!(values(&chosen(text, &["y", "x"]).unwrap())[..4], [10., 1., 20., 2.]);
    // Whoever names the time wants it.
    assert_eq!(values(&chosen(text, &["time"]).unwrap()), [0., 1., 2., 3.]);
    assert!(chosen(text, &["x", "1"]).unwrap_err().to_string().contains("twice"));
    let frame = read(",a,b\n0,5,6\n1,7,8\n2,9,9\n");
    assert_eq!((frame.channels.join("+"), values(&frame)[..2].to_vec()), ("a+b".into(), vec![5., 6.]));
}

#[test]
fn one_window_a_row() {
    let rows = |text: &str, window| with(text, Some(window), &[], &FormatConfig::default(), &LabelConfig::default());
    let plain = rows("1,2,3\n4,5,7\n", 3).unwrap();
    assert_eq!((plain.window, plain.stretches.len(), plain.labels.len()), (Some(3), 2, 0));
    let labelled = rows("a,label,b\n1,step,2\n3,normal,4\n5,step,6\n", 2).unwrap();
    assert_eq!(values(&labelled), [1., 2., 3., 4., 5., 6.]);
    let labels: Vec<_> = labelled.labels.iter().map(|(rows, label)| (rows.clone(), label.as_str())).collect();
    assert_eq!(labels, [(0..2, "step"), (2..4, "normal"), (4..6, "step")]);
    let first = LabelConfig { from: LabelSource::Column, column: Some(ColumnRef::Index(0)), ..LabelConfig::default() };
    let no_header = with("normal,1,2\nstep,3,4\n", Some(2), &[], &FormatConfig::default(), &first).unwrap();
    assert_eq!((values(&no_header), no_header.window), ([1., 2., 3., 4.].as_slice(), Some(2)));
    // Column numbers are names, with and without an index in front.
    for text in ["0,1,2\n5,6,7\n8,9,9\n", ",0,1,2\n0,5,6,7\n1,8,9,9\n"] {
        let part = rows(text, 3).unwrap();
        assert_eq!((values(&part), part.window), ([5., 6., 7., 8., 9., 9.].as_slice(), Some(3)), "{text:?}");
    }
    let forced = FormatConfig { layout: Layout::Rows, ..FormatConfig::default() };
    assert_eq!(
        error("1,2\n3,4\n", 3, &[], &forced),
        "in.csv, line 1: 2 numbers in a row, expected one window of 3 samples a row"
    );
    assert!(rows("1,2,3\n1,,3\n", 3).unwrap_err().to_string().contains("line 2: \"\" in a window"));
}

#[test]
fn a_number_that_could_be_a_name_is_asked_about() {
    let text = "0\n2048\n2050\n2049\n2044\n";
    let message = error(text, 4, &[], &FormatConfig::default());
    assert!(message.starts_with("in.csv, line 1: 0 is unlike") && message.contains("--header yes"), "{message}");
    let rule = |header| FormatConfig { header, ..FormatConfig::default() };
    let read = |rule: &FormatConfig| with(text, None, &[], rule, &LabelConfig::default()).unwrap().values;
    assert_eq!(read(&rule(HeaderRule::Yes)).len(), 4);
    assert_eq!(read(&rule(HeaderRule::No)).len(), 5);
    // A signal that begins with 0 and goes on like that is data.
    assert_eq!(self::read("0\n1\n0\n-1\n0\n").values.len(), 5);
}

#[test]
fn missing_values_are_never_dropped_in_silence() {
    let default = FormatConfig::default();
    for (text, line) in
        [("adc\n1\n2\n\n4\n", 4), ("adc\n1\nNaN\n", 3), ("t,adc\n0,1\n1,\n2,3\n", 3), ("adc\n1\nNA\n2\n", 3)]
    {
        let message = error(text, 3, &[], &default);
        assert!(
            message.starts_with(&format!("in.csv, line {line}: ")) && message.contains("--missing split"),
            "{message}"
        );
    }
    let split = FormatConfig { missing: Missing::Split, ..FormatConfig::default() };
    let part = with("t,adc\n0,1\n1,\n2,3\n3,4\n", None, &[], &split, &LabelConfig::default()).unwrap();
    assert_eq!((values(&part), part.stretches.len()), ([1., 3., 4.].as_slice(), 2));
    assert!(
        part.notes.iter().any(|n| n.starts_with("1 rows with a missing value were left out (the first in line 3)")),
        "{:?}",
        part.notes
    );
    let hold = FormatConfig { missing: Missing::Hold, missing_values: vec![-200.0], ..FormatConfig::default() };
    let part = with("a\n1\n-200\n\n3\n", None, &[], &hold, &LabelConfig::default()).unwrap();
    assert_eq!((values(&part), part.stretches.len(), part.lines.len()), ([1., 1., 1., 3.].as_slice(), 1, 1));
}

#[test]
fn times_give_the_rate_and_the_gaps() {
    let iso = read(
        "timestamp,v\n2024-03-01 00:00:00,1\n2024-03-01 00:00:02,2\n2024-03-01 00:00:04,3\n2024-03-01 00:01:00,4\n2024-03-01 00:01:02,5\n",
    );
    assert_eq!((iso.clock, iso.rate, iso.stretches.len()), (Clock::Date, Some(0.5), 2));
    assert_eq!(iso.stretches[1], (3..5, Some(1_709_251_260.0)));
    let epoch = read("timestamp,value\n1700000000,1\n1700000001,2\n1700000002,3\n1700250000,4\n1700250001,5\n");
    assert_eq!((epoch.rate, epoch.stretches.len(), epoch.channels.join("")), (Some(1.0), 2, "value".into()));
    let seconds = read("Zeit;Strom\n0,000;2,048\n0,001;2,049\n0,002;2,050\n");
    assert!((seconds.rate.unwrap() - 1000.0).abs() < 1e-6 && values(&seconds).len() == 3);
    let unknown = read("timestamp,a,b\n0,1,2\n10,3,4\n20,5,7\n90,7,8\n");
    assert_eq!((unknown.rate, unknown.stretches.len()), (None, 2));
    assert!(unknown.notes[0].contains("--time-unit"), "{:?}", unknown.notes);
    // Backwards is no continuation.
    assert_eq!(read("t,a\n0.5,1\n0.6,2\n0.1,3\n0.2,4\n").stretches.len(), 2);
}

#[test]
fn labels_are_never_channels_in_silence() {
    let text = "value,anomaly\n1.5,0\n2,0\n3,1\n4,0\n";
    let part = read(text);
    assert_eq!((part.channels.join(""), part.labels.len()), ("value".into(), 3));
    assert_eq!(part.labels[1], (2..3, "1".to_owned()));
    let none = LabelConfig { from: LabelSource::None, ..LabelConfig::default() };
    let part = with(text, None, &[], &FormatConfig::default(), &none).unwrap();
    assert_eq!((part.channels.join(""), part.labels.len()), ("value".into(), 0));
    assert_eq!(chosen(text, &["anomaly"]).unwrap().channels, ["anomaly"]);
}

#[test]
fn bad_files_are_answered_in_one_clear_line() {
    let default = FormatConfig::default();
    let cases: [(&str, &[&str], &str); 13] = [
        ("", &[], "in.csv: empty; expected numbers, one sample or one window a row"),
        ("\n\n", &[], "in.csv: empty; expected numbers, one sample or one window a row"),
        ("adc\n", &[], "in.csv: nothing but a header; expected rows of numbers"),
        ("1\n2\ninf\n", &[], "in.csv, line 3: \"inf\", expected a finite number"),
        ("1\n1e39\n", &[], "in.csv, line 2: \"1e39\", expected a finite number"),
        ("1\n2\nx3\n", &[], "in.csv, line 3: \"x3\", expected a finite number"),
        ("a\r\n1\r\n2\r\nx3\r\n", &[], "in.csv, line 4: \"x3\", expected a finite number"),
        ("x\n1\nabc\n", &[], "in.csv, line 3: \"abc\", expected a finite number"),
        ("1,2,3\n1,2\n1,2,3\n", &["1"], "in.csv, line 2: 2 fields, expected 3 as in the first rows"),
        ("1,2\n1,2\n", &["5"], "in.csv, line 1: channel 5 was asked for, expected 0 to 1"),
        (
            "1,2\n1,2\n",
            &["z"],
            "in.csv, line 1: no header, but channel \"z\" was asked for; columns have numbers from 0",
        ),
        ("x,y\n1,2\n", &["z"], "in.csv, line 2: no channel \"z\", expected one of x, y"),
        ("some words\nand more of them\n", &[], "in.csv, line 1: \"some words\", expected a number"),
    ];
    for (text, channels, expected) in cases {
        assert_eq!(error(text, 3, channels, &default), expected, "{text:?}");
    }
    let message = error("1,2\n3,4\n", 3, &[], &default);
    assert!(message.starts_with("in.csv, line 1: 2 columns without a header: channels (then --channels"), "{message}");
}

#[test]
fn marks() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.csv");
    std::fs::write(&path, "sample,symbol\n77,N\n370,V\n").unwrap();
    assert_eq!(read_marks(&path).unwrap(), [(77, "N".to_owned()), (370, "V".to_owned())]);
    std::fs::write(&path, "sample,symbol\n77,N\nx,V\n").unwrap();
    let message = read_marks(&path).unwrap_err().to_string();
    assert!(message.contains("in.csv, line 3: expected a sample number and a symbol"), "{message}");
}
