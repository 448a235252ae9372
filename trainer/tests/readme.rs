//! The README's lines on one's own data, as they stand there, on a recording of a converter of 12 bits.

use std::path::Path;
use std::process::{Command, Output};

/// The commands in the README's section `heading`: what stands behind `cargo run --release --`, without comments.
fn commands(heading: &str) -> Vec<Vec<String>> {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md")).unwrap();
    let section = readme.split("\n## ").find(|section| section.starts_with(heading)).expect("the section is there");
    let lines = section.lines().filter_map(|line| line.strip_prefix("    cargo run --release -- "));
    let words = |line: &str| line.split('#').next().unwrap_or("").split_whitespace().map(str::to_owned).collect();
    lines.map(words).collect()
}

/// Counts around the middle of 12 bits; a burst in the second of `windows` where there shall be one.
fn write(path: &Path, seed: u64, windows: usize, burst: bool) {
    let mut state = seed;
    let mut noise = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / f64::from(1 << 24) - 0.5
    };
    let value = |i: usize, noise: &mut dyn FnMut() -> f64| {
        let t = i as f64;
        let loud = if burst && (1400..1550).contains(&i) { 900.0 } else { 30.0 };
        let normal = 2048.0 + 500.0 * (t / 16.0).sin() + 200.0 * (t / 5.3 + 1.0).sin();
        (normal + loud * noise()).round().clamp(0.0, 4095.0)
    };
    let text: String = (0..1000 * windows).map(|i| format!("{}\n", value(i, &mut noise))).collect();
    std::fs::write(path, text).unwrap();
}

fn run(folder: &Path, words: &[String]) -> Output {
    let out = Command::new(env!("CARGO_BIN_EXE_picoae")).current_dir(folder).args(words).output().unwrap();
    assert!(out.status.success(), "picoae {}: {}", words.join(" "), String::from_utf8_lossy(&out.stderr));
    out
}

#[test]
fn the_lines_on_ones_own_data_do_as_they_say() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("pump.csv"), 1, 300, false);
    write(&folder.path().join("today.csv"), 2, 3, true);
    let lines = commands("Your own data");
    assert!(lines.len() >= 6, "{lines:?}");
    let mut scored = false;
    for words in &lines {
        let out = run(folder.path(), words);
        if words[0] == "score" {
            let mut words = words.clone();
            words.extend(["--format".into(), "json".into()]);
            let text = String::from_utf8(run(folder.path(), &words).stdout).unwrap();
            let windows: Vec<serde_json::Value> = text.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
            let anomalies: Vec<bool> = windows.iter().map(|w| w["anomaly"].as_bool().unwrap()).collect();
            assert_eq!(anomalies, [false, true, false], "{}", String::from_utf8_lossy(&out.stdout));
            scored = true;
        }
    }
    assert!(scored && folder.path().join("pump/device.rs").is_file());
    // The exported folder alone scores, and says the same.
    let alone = |run_folder: &str| {
        let words = ["score", run_folder, "--input", "today.csv"].map(str::to_owned);
        run(folder.path(), &words).stdout
    };
    assert_eq!(alone("pump"), alone("runs/pump"));
}
