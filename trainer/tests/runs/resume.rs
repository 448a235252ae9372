//! Interrupted trainings.

use super::support::{done, files, on, picoae, recording, refused, timeless, train};
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Starts a training and waits until `path` is there.
fn until(command: &mut Command, path: &Path) -> Child {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let begun = Instant::now();
    while !path.exists() {
        assert!(begun.elapsed() < Duration::from_secs(120), "{} appears", path.display());
        assert!(child.try_wait().unwrap().is_none(), "it ended before {} was there", path.display());
        std::thread::sleep(Duration::from_millis(2));
    }
    child
}

/// Many epochs, each of which says something.
const MANY: [&str; 4] = ["--set", "fit.epochs=4000", "--set", "fit.min_steps=240000"];
const EPOCHS: [&str; 2] = ["--set", "fit.epochs=30"];

#[test]
fn a_killed_training_is_resumed_to_the_same_weights_and_over_a_good_run() {
    let folder = tempfile::tempdir().unwrap();
    let (run, whole) = (folder.path().join("run"), folder.path().join("whole"));
    done(&mut train(&whole, &EPOCHS));
    done(&mut train(&run, &["--set", "seed=7"]));
    let old = files(&run);
    let checkpoint = folder.path().join(".run.picoae/training/checkpoint.safetensors");
    let mut child = until(&mut train(&run, &[&EPOCHS[..], &["--overwrite"]].concat()), &checkpoint);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(files(&run) == old, "the run is the old one");
    done(&mut on(&run, "evaluate", &[]));
    // Nothing else with it, or what agrees.
    let resume = |more: &[&str]| {
        let mut command = picoae();
        command.args(["train", "--resume", "--out"]).arg(&run).args(more);
        command
    };
    refused(&mut resume(&["--set", "fit.epochs=31"]), 2, &["fit.epochs is 30", "31 was asked for", "leave it out"]);
    refused(&mut resume(&["--set", "seed=7"]), 2, &["seed is 1", "7 was asked for"]);
    refused(&mut resume(&["digits"]), 2, &["model is timeseries", "digits"]);
    refused(&mut resume(&["--overwrite"]), 2, &["--help"]);
    assert!(checkpoint.is_file(), "a refusal does not lose it");
    done(&mut resume(&["timeseries", "--set", "fit.epochs=30"]));
    assert!(timeless(&run) == timeless(&whole));
    assert!(!folder.path().join(".run.picoae").exists());
}

#[test]
fn an_interrupted_training_is_not_lost_by_the_same_command() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    let checkpoint = folder.path().join(".run.picoae/training/checkpoint.safetensors");
    let mut child = until(&mut train(&run, &["--set", "fit.epochs=100000"]), &checkpoint);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!run.exists());
    refused(&mut train(&run, &[]), 2, &["interrupted", "--resume", "--overwrite"]);
    done(&mut train(&run, &["--overwrite"]));
    assert!(!checkpoint.exists());
    refused(&mut train(&run, &[]), 2, &["there is a run in it", "--overwrite", "--out"]);
}

#[test]
fn a_recording_that_has_changed_is_not_gone_on_with() {
    let folder = tempfile::tempdir().unwrap();
    let (run, csv) = (folder.path().join("run"), folder.path().join("pump.csv"));
    recording(&csv, 40_000, |v| v);
    let mut command = picoae();
    command.args(["train", "--set", "fit.epochs=100000", "--data"]).arg(&csv).arg("--out").arg(&run);
    let mut child = until(&mut command, &folder.path().join(".run.picoae/training/checkpoint.safetensors"));
    child.kill().unwrap();
    child.wait().unwrap();
    let resume = || {
        let mut command = picoae();
        command.args(["train", "--resume", "--out"]).arg(&run);
        command
    };
    // As many windows, with an affine map that normalization would hide; then one value.
    recording(&csv, 40_000, |v| 2.0 * v + 500.0);
    refused(&mut resume(), 2, &["pump.csv has changed since training", "restore", "--overwrite"]);
    recording(&csv, 40_000, |v| v);
    let text = fs::read_to_string(&csv).unwrap();
    fs::write(&csv, text.replacen("2048", "2049", 1)).unwrap();
    refused(&mut resume(), 2, &["pump.csv has changed since training"]);
    fs::remove_file(&csv).unwrap();
    refused(&mut resume(), 2, &["pump.csv"]);
}

/// Ctrl-C, and the line that it prints, word for word.
#[cfg(unix)]
#[test]
fn ctrl_c_says_what_is_true() {
    let interrupt = |child: &Child| {
        Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    };
    let folder = tempfile::tempdir().unwrap();
    // A name that a shell would take apart.
    let run = folder.path().join("it's $HOME e\u{301}");
    let hidden = folder.path().join(".it's $HOME e\u{301}.picoae");
    // In the first epoch: many windows and one epoch.
    let mut long =
        train(&run, &["--set", "data.signals.train_windows=20000", "--set", "data.signals.validation_windows=8"]);
    let child = until(&mut long, &hidden.join("training/samples.json"));
    std::thread::sleep(Duration::from_millis(300));
    interrupt(&child);
    let out = child.wait_with_output().unwrap();
    let text = String::from_utf8(out.stderr).unwrap();
    assert_eq!(out.status.code(), Some(130), "{text}");
    assert!(text.contains("no weights yet"), "{text}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing was written");

    // Later: a run, and a line to go on with.
    let child = until(&mut train(&run, &MANY), &hidden.join("training/checkpoint.safetensors"));
    interrupt(&child);
    let out = child.wait_with_output().unwrap();
    let text = String::from_utf8(out.stderr).unwrap();
    assert_eq!(out.status.code(), Some(0), "{text}");
    done(&mut on(&run, "evaluate", &[]));
    let line = text.lines().find_map(|line| line.split("go on with: picoae ").nth(1)).expect("a line to go on with");
    let line = format!("exec \"$PICOAE\" {line}");
    let mut shell = Command::new("sh");
    shell.args(["-c", &line]).env("PICOAE", env!("CARGO_BIN_EXE_picoae"));
    let before = epochs(&run);
    let child = until(&mut shell, &hidden.join("training/checkpoint.safetensors"));
    interrupt(&child);
    let out = child.wait_with_output().unwrap();
    assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stderr));
    assert!(epochs(&run) > before, "it went on");
}

#[cfg(unix)]
fn epochs(run: &Path) -> usize {
    let text = fs::read(run.join("history.json")).unwrap();
    serde_json::from_slice::<serde_json::Value>(&text).unwrap().as_array().unwrap().len()
}
