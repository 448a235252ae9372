//! `.tflite` models on the command line: in, to artifacts, and out again.

use std::fs;
use std::path::Path;
use std::process::Command;

/// The anomaly detector of MLPerf Tiny.
const MODEL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/mlperf-tiny/ad01_int8.tflite");

/// What a command says, which must end well.
fn said(args: &[&str]) -> String {
    let out = Command::new(env!("CARGO_BIN_EXE_picoae")).args(args).output().unwrap();
    assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap() + &String::from_utf8(out.stderr).unwrap()
}

/// Runs and expects exit code 2 and a message that has every one of `words`.
fn refused(args: &[&str], words: &[&str]) {
    let out = Command::new(env!("CARGO_BIN_EXE_picoae")).args(args).output().unwrap();
    let text = String::from_utf8(out.stderr).unwrap();
    assert_eq!(out.status.code(), Some(2), "{args:?}: {text}");
    assert!(words.iter().all(|word| text.contains(word)), "{args:?} said {text:?}, which lacks one of {words:?}");
}

fn at(folder: &Path, name: &str) -> String {
    folder.join(name).to_str().unwrap().to_string()
}

#[test]
fn an_imported_network_is_lowered_and_exported() {
    let folder = tempfile::tempdir().unwrap();
    let [imported, device, again] = ["ad", "device", "again"].map(|name| at(folder.path(), name));
    let text = said(&["import", MODEL, "--out", &imported]);
    assert!(text.contains("10 layers, 1×640×1 to 1×1×8 to 1×640×1") && text.contains("--requantize-output"), "{text}");
    refused(&["import", MODEL, "--out", &imported], &["there is an imported network in it", "--overwrite"]);
    let text = said(&["import", MODEL, "--out", &imported, "--overwrite", "--requantize-output", "--format", "json"]);
    assert!(text.contains("\"scored\": true") && text.contains("\"layers\": 11"), "{text}");

    let text = said(&["lower", &imported, "--target", "cortex-m4"]);
    assert!(text.contains("plan of ") && text.contains("constants"), "{text}");
    let text = said(&["export", &imported, "--target", "cortex-m4", "--out", &device]);
    assert!(text.contains("bytes of working memory") && text.contains("no limits"), "{text}");
    for file in ["device.safetensors", "device.rs"] {
        assert!(fs::metadata(at(Path::new(&device), file)).unwrap().len() > 100_000, "{file}");
    }
    said(&["export", &imported, "--format", "tflite", "--out", &again]);
    let text = said(&["import", &at(Path::new(&again), "model.tflite"), "--format", "json"]);
    // The file's last dense layer makes a vector, which a reshape makes a signal of.
    assert!(text.contains("\"layers\": 12") && text.contains("\"scored\": true"), "{text}");
}

#[test]
fn what_an_imported_network_lacks_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let imported = at(folder.path(), "ad");
    said(&["import", MODEL, "--out", &imported]);
    let out = at(folder.path(), "out");
    refused(&["export", &imported], &["--out"]);
    refused(&["export", &imported, "--format", "tflite"], &["--out"]);
    refused(&["export", &imported, "--format", "tflite", "--plain", "--out", &out], &["have no effect"]);
    refused(&["evaluate", &imported], &["made elsewhere", "picoae lower"]);
    refused(&["quantize", &imported], &["made elsewhere"]);
}

#[test]
fn other_files_are_refused_by_their_path() {
    let folder = tempfile::tempdir().unwrap();
    let text = at(folder.path(), "text.tflite");
    fs::write(&text, "no model at all").unwrap();
    refused(&["import", &text], &["text.tflite", "does not begin as a .tflite model"]);
    assert!(!folder.path().join("text").exists());
    refused(&["import", &at(folder.path(), "missing.tflite")], &["missing.tflite"]);
    refused(&["import", "/"], &["--out"]);
}
