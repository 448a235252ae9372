//! Running `picoae`, and small runs to do it with.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub(crate) fn picoae() -> Command {
    Command::new(env!("CARGO_BIN_EXE_picoae"))
}

/// Exit code, standard output and standard error; whatever happens, no panic.
pub(crate) fn said(out: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (text(&out.stdout), text(&out.stderr));
    assert!(!stderr.contains("panicked"), "{stderr}");
    (out.status.code(), stdout, stderr)
}

/// Runs and expects success; gives standard output and standard error.
pub(crate) fn done(command: &mut Command) -> (String, String) {
    let (code, stdout, stderr) = said(&command.output().expect("picoae starts"));
    assert_eq!(code, Some(0), "{command:?}: {stderr}");
    (stdout, stderr)
}

/// Runs and expects `code` and one last line that has every one of `words`.
pub(crate) fn refused(command: &mut Command, code: i32, words: &[&str]) -> String {
    let (found, _, stderr) = said(&command.output().expect("picoae starts"));
    let last = stderr.lines().last().unwrap_or_default().to_owned();
    assert_eq!(found, Some(code), "{command:?}: {stderr}");
    words.iter().for_each(|word| assert!(last.contains(word), "{command:?} said {last:?}, which has no {word:?}"));
    last
}

/// `picoae train` of a few synthetic windows in one epoch.
pub(crate) fn train(run: &Path, more: &[&str]) -> Command {
    let mut command = picoae();
    command.args(["train", "timeseries", "--set", "fit.epochs=1", "--set", "fit.min_steps=60"]);
    for set in ["train_windows=12", "validation_windows=6", "test_windows=3", "fault_windows=1"] {
        command.args(["--set", &format!("data.signals.{set}")]);
    }
    command.args(more).arg("--out").arg(run);
    command
}

/// A command on a run.
pub(crate) fn on(run: &Path, command: &str, more: &[&str]) -> Command {
    let mut made = picoae();
    made.arg(command).arg(run).args(more);
    made
}

/// A few windows to score.
pub(crate) fn windows(folder: &Path) -> String {
    let path = folder.join("windows.csv");
    done(picoae().args(["generate", "--kind", "spike", "--count", "3", "--out"]).arg(&path));
    path.to_str().expect("a plain name").to_owned()
}

/// Sample `i` of a recording.
fn sample(i: usize) -> f64 {
    let t = i as f64;
    2048.0 + 300.0 * (t / 7.0).sin() + 120.0 * (t / 31.0).sin() + (i * 7919 % 101) as f64 / 4.0
}

/// A recording of one column, `rows` long; `change` is done to every value.
pub(crate) fn recording(path: &Path, rows: usize, change: impl Fn(f64) -> f64) {
    let text: String = (0..rows).map(|i| format!("{}\n", change(sample(i)).round())).collect();
    fs::write(path, text).expect("the recording is written");
}

/// `picoae train` on a recording, in one epoch.
pub(crate) fn train_on(csv: &Path, run: &Path) -> Command {
    let mut command = picoae();
    command.args(["train", "--set", "fit.epochs=1", "--set", "fit.min_steps=60", "--data"]);
    command.arg(csv).arg("--out").arg(run);
    command
}

/// A run that was trained on a recording, and the recording.
pub(crate) fn trained(folder: &Path) -> (PathBuf, PathBuf) {
    let (run, csv) = (folder.join("run"), folder.join("pump.csv"));
    recording(&csv, 40_000, |v| v);
    done(&mut train_on(&csv, &run));
    (run, csv)
}

/// Three windows of it, one a row.
pub(crate) fn counts_in_rows(folder: &Path) -> String {
    let row = |w: usize| (0..1000).map(|i| sample(1000 * w + i).round().to_string()).collect::<Vec<_>>().join(",");
    let path = folder.join("rows.csv");
    fs::write(&path, (0..3).map(|w| row(w) + "\n").collect::<String>()).expect("the windows are written");
    path.to_str().expect("a plain name").to_owned()
}

/// All files of a folder by their names.
pub(crate) fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(root: &Path, at: &Path, all: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(at).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(root, &path, all);
            } else {
                let name = path.strip_prefix(root).expect("below").to_string_lossy().into_owned();
                all.insert(name, fs::read(&path).expect("a file"));
            }
        }
    }
    let mut all = BTreeMap::new();
    walk(root, root, &mut all);
    all
}

/// The files of a run without those that hold times of the clock.
pub(crate) fn timeless(run: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = files(run);
    ["run.json", "history.json", "checkpoint.safetensors"].iter().for_each(|name| {
        all.remove(*name);
    });
    // The report shows the times, too.
    all.retain(|name, _| !name.starts_with("report/"));
    all
}

/// Copies a folder.
pub(crate) fn copy(from: &Path, to: &Path) {
    put(&files(from), to);
}

/// Writes files into a folder.
pub(crate) fn put(all: &BTreeMap<String, Vec<u8>>, to: &Path) {
    for (name, content) in all {
        let path = to.join(name);
        fs::create_dir_all(path.parent().expect("in a folder")).expect("a folder is made");
        fs::write(path, content).expect("a file is written");
    }
}
