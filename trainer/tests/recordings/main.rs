//! Recordings on the command line: what is trained on, looked at and scored, and what is refused.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn picoae(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_picoae")).args(args).output().unwrap()
}

fn stderr(out: &Output) -> String {
    let text = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(!text.contains("panicked"), "{text}");
    text
}

/// Runs and expects exit code 2 and one line that has every one of `words`.
fn refused(args: &[&str], words: &[&str]) {
    let out = picoae(args);
    let text = stderr(&out);
    let last = text.lines().last().unwrap_or_default();
    assert_eq!(out.status.code(), Some(2), "{args:?}: {text}");
    words.iter().for_each(|word| assert!(last.contains(word), "{args:?} said {last:?}, which has no {word:?}"));
}

/// Runs and expects success; gives standard output and standard error.
fn good(args: &[&str]) -> [String; 2] {
    let out = picoae(args);
    let text = stderr(&out);
    assert!(out.status.success(), "{args:?}: {text}");
    [String::from_utf8(out.stdout).unwrap(), text]
}

fn write(folder: &Path, name: &str, text: impl AsRef<[u8]>) -> String {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().into()
}

/// Counts of a 12-bit converter with a period of 50 samples.
fn counts(n: usize) -> Vec<i32> {
    let mut state = 1u32;
    (0..n)
        .map(|i| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = f64::from(state >> 16) / 65_536.0 - 0.5;
            (2048.0 + 700.0 * (i as f64 * std::f64::consts::TAU / 50.0).sin() + 40.0 * noise).round() as i32
        })
        .collect()
}

fn lines(values: &[i32]) -> String {
    values.iter().map(|v| format!("{v}\n")).collect()
}

/// A small dense network, which learns in a second.
const SMALL: [&str; 8] = [
    "--set",
    "network.hidden=[24]",
    "--set",
    "network.latent=6",
    "--set",
    "fit.epochs=40",
    "--set",
    "fit.batch_size=16",
];

/// A run of windows of 100 samples.
fn train(file: &str, run: &str, more: &[&str]) -> [String; 2] {
    good(&[&["train", "--data", file, "--window", "100", "--out", run], &SMALL[..], more].concat())
}

fn path(folder: &Path, name: &str) -> String {
    folder.join(name).to_str().unwrap().into()
}

#[test]
fn a_recording_is_trained_on_and_another_is_scored() {
    let folder = tempfile::tempdir().unwrap();
    let f = folder.path();
    let mut values = counts(40_000);
    values[1_233] = 65_535;
    let (file, run) = (write(f, "in.csv", lines(&values)), path(f, "run"));
    let [_, said] = train(&file, &run, &["--hop", "47"]);
    assert!(said.contains("warning: channel value: 1 of 2"), "{said}");
    assert!(said.contains("65535 in") && said.contains("line 1234"), "{said}");
    assert!(said.contains("the limits rest on"), "{said}");
    let normalizer = fs::read_to_string(PathBuf::from(&run).join("normalizer.json")).unwrap();
    let normalizer: serde_json::Value = serde_json::from_str(&normalizer).unwrap();
    assert_eq!(normalizer["encoding"], "counts");
    let std = normalizer["channels"][0]["std"].as_f64().unwrap();
    assert!((490.0..500.0).contains(&std), "a glitch must not set the range: {std}");

    // Time stamps are printed, and the end of the recording is scored.
    let today: String =
        counts(2_300).iter().enumerate().map(|(i, v)| format!("{}.{:03},{v}\n", i / 1000, i % 1000)).collect();
    let today = write(f, "today.csv", format!("time,adc\n{today}"));
    let [json, _] = good(&["score", &run, "--input", &today, "--hop", "1000", "--format", "json"]);
    let json: Vec<serde_json::Value> = json.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let starts: Vec<u64> = json.iter().map(|w| w["start"].as_u64().unwrap()).collect();
    assert_eq!(starts, [0, 1000, 2000, 2200]);
    assert_eq!(json[3]["time"], "2.200");
    let [text, _] = good(&["score", &run, "--input", &today, "--hop", "1000"]);
    assert!(text.lines().next().unwrap().contains("time") && text.lines().count() == 7);

    // The same through a pipe.
    let mut child = Command::new(env!("CARGO_BIN_EXE_picoae"))
        .args(["score", &run, "--input", "-", "--hop", "1000"])
        .stdin(Stdio::from(fs::File::open(&today).unwrap()))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    assert!(child.wait().unwrap().success());
    let mut piped = String::new();
    std::io::Read::read_to_string(&mut child.stdout.take().unwrap(), &mut piped).unwrap();
    assert_eq!(piped, text);

    let axes = write(f, "axes.csv", "x,y\n".to_owned() + &"1,2\n2,3\n".repeat(600));
    refused(&["score", &run, "--input", &axes], &["2 channels", "trained with 1", "--channels"]);
    refused(&["score", &run, "--input", &today, "--window", "500"], &["data.window is 500", "100"]);
    // Evaluating derives nothing anew.
    let [before, after] = [0, 1].map(|_| good(&["evaluate", &run])[0].clone());
    assert_eq!(before, after);
}

#[test]
fn settings_and_options_mean_what_they_say() {
    let folder = tempfile::tempdir().unwrap();
    let f = folder.path();
    let small: String = counts(8_000).iter().map(|v| format!("{:.3}\n", f64::from(v - 2048) / 500.0)).collect();
    let file = write(f, "in.csv", small);
    let run = path(f, "run");
    train(&file, &run, &["--set", "data.normalization=\"none\""]);
    let normalizer = fs::read_to_string(PathBuf::from(&run).join("normalizer.json")).unwrap();
    assert!(normalizer.contains("\"mean\": 0.0") && normalizer.contains("\"std\": 1.0"), "{normalizer}");
    let out = path(f, "none");
    let command = |more: &[&str], words: &[&str]| {
        refused(&[&["train", "--data", &file, "--out", &out], more].concat(), words);
        assert!(!Path::new(&out).exists(), "nothing is made for a command that is refused");
    };
    command(&["--set", "data.signals.noise=0.5"], &["data.signals.noise is 0.5", "no effect"]);
    command(&["--delimiter", "comma semicolon"], &["--delimiter", "semicolon"]);
    command(&["--channels", "7"], &["channel 7", "0 to 0"]);
    command(&["--exclude", "soon"], &["data.exclude", "FROM..TO"]);
    command(&["--labels", "state"], &["no header", "\"state\""]);
    refused(&["train", "timeseries", "--window", "200", "--out", &out], &["data.window is 200", "synthetic signals"]);
    // The option is a setting, and a setting wins.
    command(&["--hop", "0", "--set", "data.hop=0"], &["data.hop is 0"]);
    train(&file, &path(f, "hop"), &["--hop", "0", "--set", "data.hop=47"]);
}

#[test]
fn what_cannot_be_learned_from_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let f = folder.path();
    let out = path(f, "run");
    let train = |name: &str, text: String, words: &[&str]| {
        refused(&["train", "--data", &write(f, name, text), "--out", &out], words);
    };
    let live = counts(30_000);
    train("constant.csv", "512\n".repeat(30_000), &["channel value is constant", "512"]);
    train(
        "constant_then_live.csv",
        "512\n".repeat(42_000) + &lines(&live[..18_000]),
        &["constant where it is to be trained on"],
    );
    train("identical.csv", lines(&live[..1_000]).repeat(30), &["repeats itself every 1000 samples"]);
    train("three.csv", lines(&live[..3_000]), &["3 normal windows", "17 are missing", "17000 more samples"]);
    train("short.csv", lines(&live[..999]), &["999 samples", "expected at least 1000", "--window 999"]);
    train("header.csv", "0\n".to_owned() + &lines(&live), &["line 1: 0 is unlike", "--header yes"]);
    let marked: String = live.iter().enumerate().map(|(i, v)| format!("{v},{}\n", i / 20_000)).collect();
    train("label.csv", format!("value,anomaly\n{marked}"), &["which of them means normal?", "--normal 0"]);
    assert!(!Path::new(&out).exists(), "nothing is made for a command that is refused");
}

#[test]
fn marked_samples_are_tested_with() {
    let folder = tempfile::tempdir().unwrap();
    let f = folder.path();
    // From sample 26,500 on quiet, and marked.
    let value = |(i, v): (usize, &i32)| if i < 26_500 { *v } else { 2048 + (v - 2048) / 5 };
    let values: Vec<i32> = counts(30_000).iter().enumerate().map(value).collect();
    let rows: String = values.iter().enumerate().map(|(i, v)| format!("{v},{}\n", u8::from(i >= 26_500))).collect();
    let file = write(f, "in.csv", format!("value,anomaly\n{rows}"));
    // Windows with at least one marked sample.
    let marked = (0..=29_900).step_by(47).filter(|start| start + 100 > 26_500).count();
    let abnormal = format!("{marked} abnormal ones");
    let [out, said] = train(&file, &path(f, "run"), &["--normal", "0", "--hop", "47"]);
    assert!(said.contains(&abnormal) && out.contains("F1"), "{said}");
    let [_, said] = train(&file, &path(f, "all"), &["--labels", "none", "--exclude", "26500..29999", "--hop", "47"]);
    assert!(said.contains("(value)") && said.contains("0 abnormal ones"), "{said}");
    let intervals = write(f, "intervals.csv", "start,end,what\n26500,29999,jam\n");
    let [_, said] = train(&file, &path(f, "jam"), &["--labels", &intervals, "--channels", "value", "--hop", "47"]);
    assert!(said.contains(&abnormal) && said.contains("marked as jam"), "{said}");
}

#[test]
fn a_recording_is_looked_at_and_the_recommendation_is_taken_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let f = folder.path();
    // A period of 250 samples: windows of 1000.
    let slow: String = (0..60_000)
        .map(|i| {
            format!(
                "{:.3};{:.4}\n",
                f64::from(i) / 1000.0,
                (f64::from(i) * std::f64::consts::TAU / 250.0).sin() + f64::from(i * 7919 % 97) / 9700.0
            )
        })
        .collect();
    let file = write(f, "in.csv", format!("Zeit;Strom\n{slow}").replace('.', ","));
    let picture = path(f, "in.svg");
    let [text, _] = good(&["inspect", &file, "--out", &picture]);
    for word in ["1000 samples a second", "period of 250 samples", "--window 1000", "--hop 199", "60 windows", "Strom"]
    {
        assert!(text.contains(word), "no {word:?} in {text}");
    }
    assert!(fs::read_to_string(&picture).unwrap().starts_with("<svg"));
    refused(&["inspect", &file, "--out", &path(f, "in.pdf")], &["in.pdf", ".svg or .png"]);
    let [json, _] = good(&["inspect", &file, "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["recommendation"]["window"], 1000);

    let config = path(f, "picoae.toml");
    good(&["init", &file, "--out", &config]);
    refused(&["init", &file, "--out", &config], &["there already", "--out"]);
    let text = fs::read_to_string(&config).unwrap();
    assert!(text.contains("# Samples of a window: four periods of 250 samples (Strom).\nwindow = 1000\n"), "{text}");
    let run = path(f, "run");
    let [_, said] = good(&[&["train", "--config", &config, "--out", &run], &SMALL[..]].concat());
    assert!(said.contains("60000 samples of 1 channel (Strom) at 1000"), "{said}");
}

#[test]
fn every_form_of_file_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let f = folder.path();
    let values = counts(3_000);
    let pcm: Vec<u8> = values.iter().flat_map(|v| (*v as i16).to_le_bytes()).collect();
    let chunk = |id: &[u8], data: &[u8]| [id, &(data.len() as u32).to_le_bytes(), data].concat();
    let format = [1u16, 1, 8000, 0, 16_000, 0, 2, 16].map(u16::to_le_bytes).concat();
    let wav = chunk(b"RIFF", &[b"WAVE".to_vec(), chunk(b"fmt ", &format), chunk(b"data", &pcm)].concat());
    let header = "{'descr': '<i2', 'fortran_order': False, 'shape': (3000,), }\n";
    let npy = [b"\x93NUMPY\x01\0".as_slice(), &(header.len() as u16).to_le_bytes(), header.as_bytes(), &pcm].concat();
    let units: Vec<u8> = lines(&values).encode_utf16().flat_map(u16::to_le_bytes).collect();
    let text = lines(&values);
    let facts = |args: &[&str]| {
        let [json, _] = good(&[&["inspect", "--format", "json"], args].concat());
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        (json["samples"].clone(), json["channels"][0]["mean"].clone(), json["channels"][0]["bits"].clone())
    };
    let expected = facts(&[&write(f, "in.csv", &text)]);
    assert_eq!(expected.0, 3000);
    for (name, bytes) in [
        ("tone.wav", wav),
        ("array.npy", npy),
        ("utf16.txt", [b"\xff\xfe".to_vec(), units].concat()),
        ("bom.csv", [b"\xef\xbb\xbf".as_slice(), b"adc\r\n", text.replace('\n', "\r\n").as_bytes()].concat()),
        ("latin.csv", [b"Temp [\xb0C]\n".as_slice(), text.as_bytes()].concat()),
        ("names with \u{301} accents.csv", text.clone().into_bytes()),
    ] {
        assert_eq!(facts(&[&write(f, name, bytes)]), expected, "{name}");
    }
    let raw = write(f, "tone.i16", &pcm);
    refused(&["inspect", &raw], &["tone.i16", "--raw"]);
    assert_eq!(facts(&[&raw, "--raw", "i16le"]), expected);
    assert_eq!(facts(&[&raw, "--raw", "i16le:2"]).0, 1500);
    for (i, part) in values.chunks(500).enumerate() {
        write(f, &format!("many/part{i}.csv"), lines(part));
    }
    assert_eq!(facts(&[&path(f, "many")]), expected);
    assert_eq!(facts(&[&path(f, "many/part[0-9].csv").replace("[0-9]", "?")]), expected);
    refused(&["inspect", &path(f, "many/*.txt")], &["*.txt", "no file there"]);
}
