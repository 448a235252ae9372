//! The command line as a user types it: good runs, and bad input answered in one clear line with exit code 2.

use assert_cmd::Command;
use std::fs;
use std::path::{Path, PathBuf};

fn picoae() -> Command {
    Command::new(env!("CARGO_BIN_EXE_picoae"))
}

/// Runs and expects exit code 2 and one line that has every one of `words`.
fn refused(args: &[&str], words: &[&str]) {
    let out = picoae().args(args).output().unwrap();
    let text = String::from_utf8(out.stderr).unwrap();
    let last = text.lines().last().unwrap_or_default();
    assert_eq!(out.status.code(), Some(2), "{args:?}: {text}");
    for word in words {
        assert!(last.contains(word), "{args:?} said {last:?}, which has no {word:?}");
    }
    assert!(!text.contains("panicked"), "{text}");
}

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_string()
}

/// A small run: few windows, one epoch.
fn small_run(folder: &Path) -> PathBuf {
    let run = folder.join("run");
    let small = "train_windows=24 validation_windows=12 test_windows=8 fault_windows=4";
    let mut command = picoae();
    command.args(["train", "timeseries", "--set", "fit.epochs=1", "--out", run.to_str().unwrap()]);
    for setting in small.split(' ') {
        command.args(["--set", &format!("data.signals.{setting}")]);
    }
    let out = command.output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let text = String::from_utf8(out.stdout).unwrap();
    for word in ["ROC-AUC", "clipping", "one-sided", "F1", "bytes of working memory"] {
        assert!(text.contains(word), "no {word:?} in {text}");
    }
    run
}

#[test]
fn a_run_trains_evaluates_scores_and_exports() {
    let folder = tempfile::tempdir().unwrap();
    let run = small_run(folder.path());
    let run_text = run.to_str().unwrap();
    for file in ["config.toml", "weights.safetensors", "quantized.safetensors", "device.safetensors", "device.rs"] {
        assert!(run.join(file).is_file(), "{file}");
    }
    assert!(fs::read_dir(&run).unwrap().all(|f| !f.unwrap().file_name().to_string_lossy().contains("partial")));

    let out = picoae().args(["evaluate", run_text, "--format", "json"]).output().unwrap();
    let metrics: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(metrics["int8"]["kinds"].as_array().unwrap().len(), 9);
    assert_eq!(metrics["normal"], 8);

    let csv = folder.path().join("windows.csv");
    let csv = csv.to_str().unwrap();
    picoae().args(["generate", "--out", csv, "--kind", "spike", "--count", "3"]).assert().success();
    let out = picoae().args(["score", run_text, "--input", csv, "--format", "json"]).output().unwrap();
    let lines = String::from_utf8(out.stdout).unwrap();
    let lines: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 3);
    let scored = picoae().args(["score", run_text, "--input", csv]).output().unwrap();
    let scored = String::from_utf8(scored.stdout).unwrap();
    assert_eq!(scored.lines().count(), 3 + 3, "names and both limits, then the windows");

    let out = picoae().args(["lower", run_text, "--explain"]).output().unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    for pass in ["canonical", "tables", "pooling", "upsampling", "region", "arena"] {
        assert!(text.contains(pass), "no {pass:?} in {text}");
    }
    // Where two kernels of a processor can do a stage, both estimates stand there.
    let out = picoae().args(["lower", run_text, "--explain", "--target", "cortex-m4"]).output().unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    assert!(text.lines().any(|line| line.contains("conv_kronecker ") && line.contains("conv_dsp ")), "{text}");
    let to = folder.path().join("plain");
    picoae().args(["export", run_text, "--plain", "--out", to.to_str().unwrap()]).assert().success();
    assert!(to.join("device.rs").is_file());
    // The device's plan alone says the same as the one for the workstation.
    let alone = picoae().args(["score", to.to_str().unwrap(), "--input", csv]).output().unwrap();
    assert_eq!(String::from_utf8(alone.stdout).unwrap(), scored);

    // Altered, cut and missing artifacts, and one of another quantization.
    let artifact = run.join("device.safetensors");
    let good = fs::read(&artifact).unwrap();
    picoae().args(["quantize", run_text, "--set", "quantize.headroom=3"]).assert().success();
    fs::write(&artifact, &good).unwrap();
    let other = ["device.safetensors", "not the file that was published", "picoae train --overwrite"];
    refused(&["score", run_text, "--input", csv], &other);
    let mut bad = good.clone();
    let last = bad.len() - 1;
    bad[last] ^= 1;
    fs::write(&artifact, &bad).unwrap();
    refused(&["score", run_text, "--input", csv], &other);
    fs::write(&artifact, &good[..good.len() / 2]).unwrap();
    refused(&["score", run_text, "--input", csv], &other);
    fs::remove_file(&artifact).unwrap();
    refused(&["score", run_text, "--input", csv], &["device.safetensors: there is no", "picoae train"]);
}

#[test]
fn the_same_seed_gives_the_same_files() {
    let (a, b) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (a, b) = (small_run(a.path()), small_run(b.path()));
    for file in ["weights.safetensors", "quantized.safetensors", "device.safetensors", "device.rs"] {
        assert!(fs::read(a.join(file)).unwrap() == fs::read(b.join(file)).unwrap(), "{file} differs");
    }
}

#[test]
fn bad_input_is_one_clear_line() {
    let folder = tempfile::tempdir().unwrap();
    let f = folder.path();
    let out = f.join("run");
    let out = out.to_str().unwrap();
    let train = |csv: &str, words: &[&str]| refused(&["train", "timeseries", "--data", csv, "--out", out], words);
    train(&write(f, "empty.csv", ""), &["empty.csv"]);
    train(&write(f, "nan.csv", "x\n1\n2\nNaN\n4\n"), &["nan.csv", "line 4"]);
    train(&write(f, "word.csv", "x\n1\nabc\n"), &["word.csv", "line 3"]);
    train(&write(f, "short.csv", "1\n2\n3\n"), &["short.csv", "1000"]);
    train("no-such-file.csv", &["no-such-file.csv"]);
    assert!(!f.join("run").join("weights.safetensors").exists());

    let config = write(f, "bad.toml", "[fit]\nepochs = 3\nepoch = 4\n");
    refused(&["train", "timeseries", "--config", &config, "--out", out], &["bad.toml", "line 3", "epoch"]);
    refused(&["train", "timeseries", "--set", "fit.wrong=1", "--out", out], &["wrong"]);
    refused(&["train", "lstm", "--out", out], &["lstm", "timeseries"]);
    refused(&["train", "timeseries", "--resume", "--out", out], &["no checkpoint"]);
    refused(&["evaluate", f.join("nothing").to_str().unwrap()], &["nothing", "no such run folder"]);
    refused(&["evaluate", f.to_str().unwrap()], &["not a run folder"]);
    refused(&["generate", "--out", "x.csv", "--kind", "fire"], &["fire", "spike"]);
    let nowhere = f.join("no-mnist");
    refused(&["train", "digits", "--data-dir", nowhere.to_str().unwrap(), "--out", out], &["picoae data mnist"]);
}
