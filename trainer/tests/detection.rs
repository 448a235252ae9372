//! Detection from the command line, as a user types it: the linear preset, replays, streams, rates of false alarms, benchmarks.

use assert_cmd::Command;
use std::path::Path;

fn picoae(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_picoae"));
    command.current_dir(folder);
    command
}

/// What a command prints, both streams; it must succeed.
fn told(folder: &Path, arguments: &[&str]) -> String {
    let output = picoae(folder).args(arguments).output().unwrap();
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    assert!(output.status.success(), "{arguments:?}: {text}");
    text
}

fn refused(folder: &Path, arguments: &[&str]) -> String {
    let output = picoae(folder).args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

/// A run on the example pump's recording, quick and closed.
fn pump(folder: &Path, more: &[&str]) -> String {
    told(folder, &["example", "pump"]);
    let mut arguments = vec!["train", "linear", "--data", "pump.csv", "--out", "run"];
    arguments.extend_from_slice(more);
    told(folder, &arguments)
}

#[test]
fn a_replay_says_what_the_scores_say() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let trained = pump(folder, &[]);
    assert!(trained.contains("false alarms: asked for 1.00 % of windows"), "{trained}");
    let scored = told(folder, &["score", "run", "--input", "pump-today.csv"]);
    let abnormal = scored.lines().filter(|line| line.contains("ANOMALY")).count();
    let replayed = told(folder, &["replay", "run", "--input", "pump-today.csv"]);
    assert!(abnormal > 0 && replayed.contains(&format!(" {abnormal} abnormal,")), "{scored}{replayed}");
    assert!(replayed.contains("ALARM at sample") && replayed.contains("above its limit by"), "{replayed}");
    let json = told(folder, &["replay", "run", "--input", "pump-today.csv", "--format", "json"]);
    assert!(json.lines().all(|line| line.starts_with('{')) && json.contains("\"percent_beyond\""), "{json}");
}

#[test]
fn a_stream_is_trained_for_and_replayed() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let settings = ["--set", "lower.stream_hop=250", "--set", "alarm.count=2", "--set", "alarm.of=3"];
    pump(folder, &settings);
    let whole = told(folder, &["replay", "run", "--input", "pump-today.csv"]);
    let verdicts: usize = whole.split(" samples, ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    let samples: usize = whole.lines().last().unwrap().split(' ').next().unwrap().parse().unwrap();
    assert!(verdicts * 250 + 1000 > samples - 500, "{whole}");
    assert!(whole.contains("ALARM"), "{whole}");
    let error = refused(folder, &["quantize", "run", "--set", "lower.stream_hop=100"]);
    assert!(error.contains("multiple of 250"), "{error}");
}

#[test]
fn a_rate_needs_samples_with_a_rate_and_says_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let trained = pump(folder, &["--rate", "100", "--set", "threshold.false_alarms=\"1/week\""]);
    assert!(trained.contains("too short to promise that") && trained.contains("more normal windows"), "{trained}");
    let error = refused(folder, &["train", "linear", "--out", "x", "--set", "threshold.false_alarms=\"1/week\""]);
    assert!(error.contains("no rate") && error.contains("--rate"), "{error}");
    let error = refused(folder, &["evaluate", "run", "--set", "threshold.false_alarms=\"seldom\""]);
    assert!(error.contains("1/week"), "{error}");
    let error = refused(folder, &["evaluate", "run", "--set", "alarm.of=40"]);
    assert!(error.contains("alarm.of is 40, expected 1 to 32"), "{error}");
}

#[test]
fn without_a_preset_the_better_of_two_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    told(folder, &["example", "pump"]);
    let quick = ["train", "--data", "pump.csv", "--out", "run", "--set", "fit.epochs=1", "--set", "fit.min_steps=0"];
    let text = told(folder, &quick);
    assert!(text.contains("linear: ROC-AUC") && text.contains("timeseries: a blind detector, ROC-AUC"), "{text}");
    // One epoch teaches the other nothing.
    assert!(text.contains("linear it is, by"), "{text}");
    assert!(std::fs::read_to_string(folder.join("run/config.toml")).unwrap().contains("model = \"linear\""));
}

#[test]
fn a_benchmark_on_the_heart_beats() {
    let beats = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/ecg");
    let text = told(&beats, &["bench-detect", "."]);
    let row = text.lines().find(|line| line.starts_with("linear ")).unwrap();
    let numbers: Vec<f64> = row.split_whitespace().skip(1).take(2).map(|n| n.parse().unwrap()).collect();
    assert!(numbers[0] >= 0.999 && numbers[1] >= 0.96, "{text}");
    assert!(text.contains("isolation forest") && text.contains("Cortex-M0+"), "{text}");
    let empty = tempfile::tempdir().unwrap();
    let error = refused(empty.path(), &["bench-detect", "."]);
    assert!(error.contains("ecg_beats.csv") && error.contains("skab"), "{error}");
}

/// A machine that turns, 100 samples a second, with two leaks and two jams, labelled.
fn labelled(folder: &Path) {
    use std::fmt::Write;
    let mut text = String::from("pressure,state\n");
    for i in 0..30_000_u32 {
        let leak = (22_000..22_400).contains(&i) || (26_000..26_400).contains(&i);
        let jam = (24_000..24_400).contains(&i) || (28_000..28_400).contains(&i);
        let wave = (f64::from(i) * 0.0871).sin() * 300.0 + (f64::from(i) * 0.3113).sin() * 80.0;
        // A number between −20 and 20 that does not repeat.
        let noise = f64::from(i.wrapping_mul(2_654_435_761) >> 16 & 0x3ff) / 25.6 - 20.0;
        let value = 2048.0 + if jam { 0.2 * wave } else { wave } + noise * if leak { 9.0 } else { 1.0 };
        let state = if leak {
            "leak"
        } else if jam {
            "jam"
        } else {
            "normal"
        };
        let _ = writeln!(text, "{},{state}", value.round());
    }
    std::fs::write(folder.join("machine.csv"), text).unwrap();
}

const LABELLED: [&str; 11] =
    ["train", "linear", "--data", "machine.csv", "--labels", "state", "--window", "200", "--rate", "100", "--out"];

#[test]
fn alarms_are_set_against_labelled_events_and_baselines() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    labelled(folder);
    let train = |more: &[&str]| -> String { told(folder, &[&LABELLED, more].concat()) };
    let text = train(&["run"]);
    assert!(text.contains("leak: 2 of 2 events found; delay to the alarm: median"), "{text}");
    assert!(text.contains("jam: 2 of 2 events found") && text.contains("all: 4 of 4 events found"), "{text}");
    assert!(text.contains("an hour") && text.contains("VUS-PR"), "{text}");
    assert!(text.contains("what else could be taken") && text.contains("isolation forest"), "{text}");
    // Two faults that differ in loudness alone: a limit on the level would do, which is said first.
    assert!(text.contains("does as well without a network"), "{text}");
    let json = told(folder, &["evaluate", "run", "--format", "json"]);
    assert!(json.contains("\"vus_pr\"") && json.contains("\"beside\""), "{json}");
}

#[test]
fn labels_choose_limits_and_half_of_them_tests() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    labelled(folder);
    let text = told(folder, &[&LABELLED[..], &["run", "--set", "threshold.best_f1=true"]].concat());
    assert!(text.contains("limits chosen for the best F1 on"), "{text}");
    let text = told(folder, &["evaluate", "run", "--set", "threshold.recall=0.9", "--set", "threshold.best_f1=false"]);
    assert!(text.contains("limits chosen for a recall of 0.9 on"), "{text}");
    told(folder, &[&LABELLED[..], &["plain-run"]].concat());
    let text = told(folder, &["evaluate", "plain-run", "--set", "threshold.recall=0.9"]);
    assert!(text.contains("limits chosen for a recall of 0.9 on"), "{text}");
    let both = ["evaluate", "run", "--set", "threshold.recall=0.9"];
    assert!(refused(folder, &both).contains("expected one of them"));
    let stream = [&LABELLED[..], &["other", "--set", "threshold.recall=0.9", "--set", "lower.stream_hop=50"]].concat();
    assert!(refused(folder, &stream).contains("lower.stream_hop"));
    let none =
        ["train", "linear", "--data", "plain.csv", "--window", "200", "--out", "x", "--set", "threshold.best_f1=true"];
    let plain = std::fs::read_to_string(folder.join("machine.csv")).unwrap();
    let plain: String = plain.lines().take(9000).map(|line| format!("{}\n", line.split(',').next().unwrap())).collect();
    std::fs::write(folder.join("plain.csv"), plain).unwrap();
    let error = refused(folder, &none);
    assert!(error.contains("label some (--labels)") && !folder.join("x").exists(), "{error}");
}

#[test]
fn what_is_no_journal_or_record_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    pump(folder, &[]);
    std::fs::write(folder.join("journal.bin"), b"S\x01 no journal of a device").unwrap();
    let error = refused(folder, &["settle", "run", "--journal", "journal.bin", "--out", "site.bin"]);
    assert!(error.contains("journal.bin") && !folder.join("site.bin").exists(), "{error}");
    let error = refused(folder, &["replay", "run", "--input", "pump-today.csv", "--site", "journal.bin"]);
    assert!(error.contains("no record of a site"), "{error}");
}
