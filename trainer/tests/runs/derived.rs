//! What was derived in training is used by every later command, not derived again.

use super::support::{counts_in_rows, done, files, on, picoae, recording, refused, timeless, trained};
use std::fs;

#[test]
fn a_recording_that_has_changed_changes_nothing_or_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let (run, csv) = trained(folder.path());
    let original = folder.path().join("original.csv");
    fs::copy(&csv, &original).unwrap();
    let score = || done(on(&run, "score", &["--input"]).arg(&original)).0;
    let (before, scores) = (timeless(&run), score());
    let (evaluated, quiet) = done(&mut on(&run, "evaluate", &[]));
    assert_eq!(quiet, "");

    recording(&csv, 40_000, |v| 2.0 * v + 500.0);
    assert_eq!(score(), scores);
    let (now, said) = done(&mut on(&run, "evaluate", &[]));
    assert!(now != evaluated && said.contains("pump.csv has changed since training"), "{said}");
    let (json, _) = done(&mut on(&run, "evaluate", &["--format", "json"]));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(json["samples_changed"].as_str().unwrap().contains("pump.csv"));
    for mut command in [
        on(&run, "quantize", &["--set", "quantize.headroom=3"]),
        on(&run, "report", &[]),
        on(&run, "evaluate", &["--set", "threshold.upper_percentile=90"]),
    ] {
        refused(&mut command, 2, &["pump.csv has changed since training", "restore"]);
    }
    // Limits and normalization are the kept ones, and the recording is not even needed.
    fs::remove_file(&csv).unwrap();
    done(&mut on(&run, "export", &[]));
    assert!(timeless(&run) == before, "an export of the same options gives the same files");
    assert_eq!(score(), scores);
    let apart = folder.path().join("apart");
    done(on(&run, "export", &["--target", "riscv32", "--out"]).arg(&apart));
    assert!(timeless(&run) == before);
    // The exported folder alone scores, with the same bits.
    fs::remove_dir_all(&run).unwrap();
    assert_eq!(done(on(&apart, "score", &["--input"]).arg(&original)).0, scores);
    refused(&mut on(&apart, "evaluate", &[]), 2, &["exported for scoring"]);
    refused(&mut on(&apart, "quantize", &[]), 2, &["exported for scoring"]);
}

#[test]
fn other_limits_are_for_looking_and_the_run_stays() {
    let folder = tempfile::tempdir().unwrap();
    let (run, _) = trained(folder.path());
    let before = files(&run);
    done(&mut on(&run, "evaluate", &[]));
    let (loose, _) = done(&mut on(&run, "evaluate", &["--set", "threshold.upper_percentile=60", "--format", "json"]));
    assert!(loose.contains("false_positive"));
    assert!(files(&run) == before);
    // An export for another target is kept with its options, so that what comes later agrees.
    done(&mut on(&run, "export", &["--target", "cortex-m4"]));
    assert!(fs::read_to_string(run.join("config.toml")).unwrap().contains("cortex-m4"));
    done(&mut on(&run, "quantize", &[]));
    let artifact = fs::read(run.join("device.safetensors")).unwrap();
    done(&mut on(&run, "export", &["--target", "cortex-m4"]));
    assert!(fs::read(run.join("device.safetensors")).unwrap() == artifact);
}

#[test]
fn settings_without_effect_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (run, _) = trained(folder.path());
    let before = files(folder.path());
    let input = folder.path().join("x.csv");
    let refuse = |command: &str, setting: &str, words: &[&str]| {
        let mut made = if command == "generate" { picoae() } else { on(&run, command, &[]) };
        if command == "generate" {
            made.args(["generate", "--out"]).arg(&input);
        }
        refused(made.args(["--set", setting]), 2, words);
    };
    refuse("evaluate", "fit.epochs=5", &["fit.epochs", "no effect", "threshold.*", "picoae train"]);
    refuse("evaluate", "quantize.headroom=2", &["quantize.headroom", "no effect"]);
    refuse("quantize", "fit.epochs=5", &["fit.epochs", "no effect", "lower.*"]);
    refuse("quantize", "data.csv.hop=5", &["data.csv.hop", "no effect"]);
    refuse("generate", "fit.epochs=5", &["fit.epochs", "no effect", "data.signals.*"]);
    refuse("generate", "data.csv.hop=5", &["data.csv.hop", "no effect"]);
    refused(picoae().args(["train", "--set", "fit.seed=5", "--out"]).arg(&input), 2, &["fit.seed is 5", "`seed`"]);
    let rows = counts_in_rows(folder.path());
    refused(&mut on(&run, "score", &["--hop", "5", "--input", &rows]), 2, &["--hop has no effect"]);
    fs::remove_file(rows).unwrap();
    assert!(files(folder.path()) == before);
}
