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

/// A small run: few windows, one epoch, as many steps as a network needs to be better than the mean.
fn small_run(folder: &Path) -> PathBuf {
    let run = folder.join("run");
    let small = "train_windows=24 validation_windows=12 test_windows=8 fault_windows=4";
    let mut command = picoae();
    command.args(["train", "timeseries", "--out", run.to_str().unwrap()]);
    command.args(["--set", "fit.epochs=1", "--set", "fit.min_steps=60"]);
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
    assert_eq!(metrics["int8"]["kinds"].as_array().unwrap().len(), 20);
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

/// A recording of normal behaviour: a wave with a little noise.
fn recording(folder: &Path, samples: usize) -> String {
    let noise = |i: usize| (i * 7919 % 1000) as f64 / 5000.0;
    let line = |i: usize| format!("{:.3}\n", (i as f64 * 0.11).sin() + 0.4 * (i as f64 * 0.043).sin() + noise(i));
    write(folder, "recording.csv", &(0..samples).map(line).collect::<String>())
}

#[test]
fn a_network_of_ones_own_goes_the_whole_way() {
    let folder = tempfile::tempdir().unwrap();
    let (f, run) = (folder.path(), folder.path().join("run"));
    let run_text = run.to_str().unwrap();
    let data = recording(f, 20_000);
    let network = write(f, "small.toml", "[data]\nwindow = 130\n[network]\nchannels = [8, 6]\npool = 4\nlatent = 3\n");
    let train = ["train", "--data", &data, "--config", &network, "--out", run_text, "--set", "fit.learning_rate=0.01"];
    let out = picoae().args(train).args(["--set", "network.latent=2", "--set", "fit.batch_size=16"]).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let config = fs::read_to_string(run.join("config.toml")).unwrap();
    assert!(config.contains("[network]\nchannels = [") && config.contains("latent = 2\n"), "{config}");
    // Later commands build from what the run keeps.
    for command in ["evaluate", "quantize", "report"] {
        picoae().args([command, run_text]).assert().success();
    }
    let out = picoae().args(["score", run_text, "--input", &data]).output().unwrap();
    assert_eq!(String::from_utf8(out.stdout).unwrap().lines().count(), 3 + 20_000_usize.div_ceil(130));
}

#[test]
fn what_cannot_be_built_or_cannot_see_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (f, out) = (folder.path(), folder.path().join("run"));
    let out = out.to_str().unwrap();
    let data = recording(f, 20_000);
    let train = |settings: &[&str], words: &[&str]| {
        let mut all = vec!["train", "timeseries", "--data", &data, "--out", out];
        settings.iter().for_each(|setting| all.extend(["--set", setting]));
        refused(&all, words);
    };
    let list = "network.encoder=[{ type = \"max_pool\", kernel = 4 }]";
    let back =
        "network.decoder=[{ type = \"upsample\", factor = 4 }, { type = \"conv\", channels = \"input\", kernel = 1 }]";
    train(&[list, back, "data.window=998"], &["1 channel × 996", "1 channel × 998", "use a window of 996 or 1000"]);
    train(&["network.hidden=[8]", "network.latent=2", "network.pool=2"], &["network.pool has no effect"]);
    train(&["network.hidden=[100000]", "network.latent=4"], &["are the most"]);
    assert!(!Path::new(out).exists(), "nothing is made for a network that is refused");
    // One step teaches nothing.
    train(
        &["data.window=200", "fit.epochs=1", "fit.batch_size=128"],
        &["blind detector", "no better than", "fit.min_steps"],
    );
    assert!(!Path::new(out).join("device.rs").exists());
    // So large a rate is lowered, and said.
    let mut fast = picoae();
    fast.args(["train", "--data", &data, "--out", out, "--set", "network.hidden=[16]", "--set", "network.latent=6"]);
    fast.args(["--set", "data.window=100", "--set", "fit.learning_rate=100"]);
    let done = fast.output().unwrap();
    let text = String::from_utf8(done.stderr).unwrap();
    assert!(text.contains("training diverged in epoch") && text.contains("it begins anew at 10"), "{text}");
}
