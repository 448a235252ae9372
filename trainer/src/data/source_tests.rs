//! Recordings in files of every form, with labels and stretches that are left out.

use super::*;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Everything that says how a recording is read.
#[derive(Default)]
struct Settings {
    files: Vec<PathBuf>,
    channels: Vec<ColumnRef>,
    window: Option<usize>,
    exclude: Vec<String>,
    format: FormatConfig,
    labels: LabelConfig,
}

impl Settings {
    fn of(path: impl Into<PathBuf>) -> Self {
        Self { files: vec![path.into()], ..Self::default() }
    }

    fn read(&self) -> crate::Result<Recording> {
        let Self { files, channels, window, exclude, format, labels } = self;
        RecordingSource { files, channels, window: *window, rate: None, exclude, format, labels, inherited: None }
            .read()
    }

    fn error(&self) -> String {
        let error = self.read().unwrap_err();
        assert_eq!(error.exit_code(), 2);
        error.to_string()
    }
}

fn write(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn gzip_is_read_damage_is_named_and_bombs_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let pack = |text: &[u8]| {
        let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gz.write_all(text).unwrap();
        gz.finish().unwrap()
    };
    let mut bytes = pack(b"adc\n1\n2\n3\n");
    let path = write(folder.path(), "in.csv", &bytes);
    assert_eq!(*Settings::of(&path).read().unwrap().values, [1., 2., 3.]);
    bytes.truncate(bytes.len() - 6);
    assert!(Settings::of(write(folder.path(), "in.csv", &bytes)).error().contains("in.csv: damaged gzip data"));
    let mut bomb = Settings::of(write(folder.path(), "bomb.csv.gz", pack(&b"1\n".repeat(1 << 20))));
    bomb.format.max_expanded = 1;
    assert!(bomb.error().contains("more than 1 MiB when decompressed") && bomb.error().contains("--max-expanded"));
}

#[test]
fn bytes_of_no_known_form_name_the_option() {
    let folder = tempfile::tempdir().unwrap();
    let mut raw = Settings::of(write(folder.path(), "tone.i16", [1, 0, 2, 0, 0xff, 0xff, 7, 0]));
    assert!(raw.error().contains("--raw TYPE"), "{}", raw.error());
    raw.format.raw = Some("i16le".into());
    let read = raw.read().unwrap();
    assert_eq!((read.values.as_slice(), read.encoding()), ([1., 2., -1., 7.].as_slice(), SampleEncoding::Counts));
    raw.format.raw = Some("i16le:2".into());
    raw.channels = vec![ColumnRef::Name("ch1".into())];
    assert_eq!(*raw.read().unwrap().values, [2., 7.]);
    let png = write(folder.path(), "a.png", b"\x89PNG\r\n\x1a\n\0\0");
    assert!(Settings::of(png).error().contains("data.source = \"images\""));
}

#[test]
fn several_files_are_stretches_of_one_recording() {
    let folder = tempfile::tempdir().unwrap();
    for i in [10, 2, 1] {
        write(folder.path(), &format!("many/part{i}.csv"), format!("x,y\n{i}.5,1\n{i},2\n"));
    }
    let all = Settings::of(folder.path().join("many")).read().unwrap();
    assert_eq!((all.rows(), all.stretches.len(), all.channels.len()), (6, 3, 2));
    assert_eq!(all.values[8], 10.5);
    assert!(all.place(3).ends_with("part2.csv, line 3"), "{}", all.place(3));
    let two = Settings::of(folder.path().join("many/part?.csv")).read().unwrap();
    assert_eq!(two.files.len(), 2);
    write(folder.path(), "many/part3.csv", "x\n1\n");
    let error = Settings::of(folder.path().join("many")).error();
    assert!(error.contains("part3.csv: channels x, expected x, y"), "{error}");
}

#[test]
fn labels_of_a_column_state_what_is_normal() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "in.csv", "value,label\n1,0\n2,0\n3,1\n4,1\n5.5,0\n");
    let mut settings = Settings::of(&path);
    assert!(settings.error().contains("which of them means normal? --normal 0"), "{}", settings.error());
    settings.labels.normal = vec!["0".into()];
    let all = settings.read().unwrap();
    assert_eq!((all.marks.len(), all.marks[0].rows.clone(), all.kinds.join("")), (1, 2..4, "1".into()));
    settings.labels = LabelConfig { from: LabelSource::None, ..LabelConfig::default() };
    assert!(settings.read().unwrap().marks.is_empty());
    let words = write(folder.path(), "words.csv", "value,state\n1,Normal\n2,hot\n3,Normal\n");
    let column = Some(ColumnRef::Name("state".into()));
    let labels = LabelConfig { from: LabelSource::Column, column, ..LabelConfig::default() };
    let all = Settings { labels, ..Settings::of(&words) }.read().unwrap();
    assert_eq!(all.kinds, ["hot"]);
}

#[test]
fn labels_by_folders_and_by_intervals() {
    let folder = tempfile::tempdir().unwrap();
    let f = folder.path();
    write(f, "set/ok/a.csv", "1\n2\n3\n");
    write(f, "set/worn/b.csv", "4\n5\n");
    let mut settings = Settings::of(f.join("set"));
    settings.labels = LabelConfig { from: LabelSource::Folders, normal: vec!["ok".into()], ..LabelConfig::default() };
    let all = settings.read().unwrap();
    assert_eq!((all.marks[0].rows.clone(), all.kinds.join("")), (3..5, "worn".into()));
    settings.labels.normal.clear();
    assert!(settings.error().contains("--normal ok"), "{}", settings.error());

    let intervals = |text: &str| {
        let file = Some(write(f, "intervals.csv", text));
        LabelConfig { from: LabelSource::Intervals, file, ..LabelConfig::default() }
    };
    let plain = write(f, "plain.csv", "9\n8\n7\n6\n5\n");
    let settings = |labels| Settings { labels, ..Settings::of(&plain) };
    let all = settings(intervals("start,end,what\n1,2,jam\n4,4,\n")).read().unwrap();
    let marks: Vec<_> = all.marks.iter().map(|m| (m.rows.clone(), all.kinds[m.kind].as_str())).collect();
    assert_eq!(marks, [(1..3, "jam"), (4..5, "abnormal")]);
    assert!(settings(intervals("99,100\n")).error().contains("the recording has 5 samples"));
    assert!(settings(intervals("2024-01-01,2024-01-02\n")).error().contains("no"), "no times");
    let timed = write(
        f,
        "timed.csv",
        "time,v\n2024-01-01 00:00:00,1\n2024-01-01 00:00:10,2\n2024-01-01 00:00:20,3\n2024-01-01 00:00:30,4\n",
    );
    let all = Settings { labels: intervals("2024-01-01T00:00:05Z,2024-01-01T00:00:20Z\n"), ..Settings::of(&timed) };
    assert_eq!(all.read().unwrap().marks[0].rows, 1..3);
}

#[test]
fn stretches_are_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "in.csv", "9\n8\n7\n6\n5\n4\n");
    let exclude =
        |items: &[&str]| Settings { exclude: items.iter().map(|s| s.to_string()).collect(), ..Settings::of(&path) };
    let all = exclude(&["1..2", "5..99"]).read().unwrap();
    let rows: Vec<_> = all.stretches.iter().map(|s| s.rows.clone()).collect();
    assert_eq!(rows, [0..1, 3..5]);
    assert!(exclude(&["0..5"]).error().contains("nothing is left"));
    assert!(exclude(&["some words"]).error().contains("data.exclude is \"some words\", expected FROM..TO"));
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
        let back = Settings { window: Some(3), ..Settings::of(&path) }.read().unwrap();
        assert_eq!(back.window, Some(3));
        assert!(back.values.iter().zip(&samples.values).all(|(a, b)| a.to_bits() == b.to_bits()));
    }
}

#[test]
fn the_real_recording_and_its_beats() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/ecg");
    let signal = Settings::of(folder.join("ecg.csv.gz")).read().unwrap();
    assert_eq!((signal.rows(), signal.encoding()), (650_000, SampleEncoding::Counts));
    let beats = read_marks(folder.join("ecg_beats.csv.gz")).unwrap();
    let at: Vec<usize> = beats.iter().map(|b| b.0).collect();
    let (windows, used) = cut_around(&signal.values, &at, 250, 250);
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
