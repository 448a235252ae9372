//! Exit codes: 2 for what the user can mend, 1 for what went wrong here, and a quiet end where nobody reads any more.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn picoae(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_picoae"));
    command.args(args);
    command
}

/// Exit code and last line of standard error; whatever happens, no panic.
fn said(out: &Output) -> (Option<i32>, String) {
    let text = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(!text.contains("panicked"), "{text}");
    (out.status.code(), text.lines().last().unwrap_or_default().to_owned())
}

/// Runs and expects `code` and a last line that has every one of `words`.
fn ends(args: &[&str], code: i32, words: &[&str]) {
    let (found, line) = said(&picoae(args).output().unwrap());
    assert_eq!(found, Some(code), "{args:?}: {line}");
    words.iter().for_each(|word| assert!(line.contains(word), "{args:?} said {line:?}, which has no {word:?}"));
}

/// A few windows only.
const SMALL: [&str; 8] = [
    "--set",
    "data.signals.train_windows=16",
    "--set",
    "data.signals.validation_windows=8",
    "--set",
    "data.signals.test_windows=4",
    "--set",
    "data.signals.fault_windows=2",
];

fn train(out: &str, more: &[&str]) -> Vec<String> {
    // Enough steps for the network to be better than the mean.
    let all = ["train", "timeseries", "--out", out, "--set", "fit.epochs=1", "--set", "fit.min_steps=60"];
    all.iter().chain(&SMALL).chain(more).map(|s| s.to_string()).collect()
}

fn path<'a>(folder: &'a Path, name: &str) -> &'a str {
    Box::leak(folder.join(name).into_boxed_path()).to_str().unwrap()
}

#[test]
fn what_the_user_can_mend_is_2() {
    let folder = tempfile::tempdir().unwrap();
    let f = folder.path();
    let run = path(f, "run");
    assert!(picoae(&[]).args(train(run, &[])).output().unwrap().status.success());
    fs::create_dir(f.join("sub")).unwrap();
    fs::write(f.join("file"), "1\n2\n").unwrap();
    fs::write(f.join("bytes"), b"\xff\xfe=1\n").unwrap();
    let (sub, file, bytes) = (path(f, "sub"), path(f, "file"), path(f, "bytes"));

    ends(&["score", run, "--input", sub], 2, &["sub"]);
    ends(&["score", run, "--input", path(f, "none.csv")], 2, &["none.csv"]);
    ends(&["train", "timeseries", "--data", sub], 2, &["sub"]);
    ends(&["train", "timeseries", "--config", sub], 2, &["sub"]);
    ends(&["train", "timeseries", "--config", bytes], 2, &["bytes"]);
    // A file where a folder is needed, and the other way round.
    ends(&["train", "timeseries", "--out", file], 2, &["file", "expected a folder"]);
    ends(&["train", "timeseries", "--out", path(f, "file/run")], 2, &["file"]);
    ends(&["export", run, "--out", file], 2, &["file", "expected a folder"]);
    ends(&["report", run, "--out", file], 2, &["file"]);
    ends(&["generate", "--out", sub, "--count", "1"], 2, &["sub"]);
    ends(&["evaluate", file], 2, &["file"]);
    // Values and names.
    ends(&["train", "timeseries", "--device", "gpu", "--out", path(f, "new")], 2, &["gpu", "cpu"]);
    ends(&["train", "--set", "fit.epochs=0", "--out", path(f, "new")], 2, &["fit.epochs", "at least 1"]);
    ends(&["train", "--set", "quantize.percentile=3", "--out", path(f, "new")], 2, &["quantize.percentile"]);
    ends(&["export", run, "--target", "z80"], 2, &["--help"]);
    assert!(!f.join("new").exists(), "nothing is made for a command that is refused");
    // Damaged files of a run.
    for file in ["history.json", "weights.safetensors", "checkpoint.safetensors", "run.json"] {
        let whole = fs::read(f.join("run").join(file)).unwrap();
        fs::write(f.join("run").join(file), "[{]").unwrap();
        for command in [["report", run], ["evaluate", run], ["quantize", run], ["export", run], ["lower", run]] {
            ends(&command, 2, &[file]);
        }
        let resumed = train(run, &["--resume"]);
        ends(&resumed.iter().map(String::as_str).collect::<Vec<_>>(), 2, &[file]);
        fs::write(f.join("run").join(file), whole).unwrap();
    }
    assert!(picoae(&["evaluate", run]).output().unwrap().status.success());
}

#[cfg(unix)]
#[test]
fn missing_permission_is_2() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let f = folder.path();
    fs::write(f.join("closed.toml"), "seed = 1\n").unwrap();
    fs::set_permissions(f.join("closed.toml"), fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(f.join("closed.toml")).is_ok() {
        eprintln!("this user may read everything; permissions were not tested");
        return;
    }
    ends(&["train", "--config", path(f, "closed.toml"), "--out", path(f, "run")], 2, &["closed.toml"]);
}

#[test]
fn a_diverged_training_is_1_and_names_the_learning_rate() {
    let folder = tempfile::tempdir().unwrap();
    let fast = train(path(folder.path(), "run"), &["--set", "fit.learning_rate=1e30", "--set", "fit.epochs=9"]);
    let fast: Vec<&str> = fast.iter().map(String::as_str).collect();
    ends(&fast, 1, &["diverged", "1000000000000000000000000000000", "fit.learning_rate"]);
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let out = path(folder.path(), "out.csv");
    let generate = ["generate", "--out", out, "--count", "1"];
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let (code, line) = said(&picoae(&generate).stdout(full).output().unwrap());
    assert!(code == Some(1) && line.contains("standard output"), "{code:?} {line}");
    // A reader that is gone before the first line.
    let mut child = picoae(&generate).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let (code, line) = said(&child.wait_with_output().unwrap());
    assert_eq!((code, line.as_str()), (Some(0), ""));
}
