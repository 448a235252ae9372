//! What commands print: JSON on every one, dashes for what cannot be said, the parts that tripped.

use super::support::{done, on, picoae, recording, train, trained};
use serde_json::Value;

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in {text}"))
}

#[test]
fn every_command_has_json() {
    let folder = tempfile::tempdir().unwrap();
    let run = folder.path().join("run");
    let machine = ["--format", "json"];
    let trained = json(&done(&mut train(&run, &machine)).0);
    assert_eq!(trained["run"], run.to_str().unwrap());
    assert!(trained["device"]["working_memory_bytes"].as_u64().unwrap() > 0);
    assert_eq!(trained["int8"]["kinds"].as_array().unwrap().len(), 20);
    let evaluated = json(&done(&mut on(&run, "evaluate", &machine)).0);
    assert_eq!((&evaluated["int8"], &evaluated["samples_changed"]), (&trained["int8"], &Value::Null));
    let quantized = json(&done(&mut on(&run, "quantize", &machine)).0);
    assert_eq!(quantized, trained);
    let exported = json(&done(&mut on(&run, "export", &machine)).0);
    assert_eq!(exported["device"], trained["device"]);
    let reported = json(&done(&mut on(&run, "report", &["--samples", "2", "--format", "json"])).0);
    assert!(reported["pictures"].as_array().unwrap().len() > 5);
    assert!(std::path::Path::new(reported["page"].as_str().unwrap()).is_file());
    let plan = json(&done(&mut on(&run, "lower", &machine)).0);
    assert_eq!(plan["device"], trained["device"]);
    assert!(plan["stages"].as_array().unwrap().len() > 3 && plan.get("passes").is_none());
    let plan = json(&done(&mut on(&run, "lower", &["--explain", "--format", "json"])).0);
    assert!(plan["passes"].as_array().unwrap().len() > 3);
    assert_eq!(plan["plans"].as_array().unwrap().iter().filter(|p| p["chosen"] == true).count(), 1);
    let csv = folder.path().join("x.csv");
    let generated = json(
        &done(picoae().args(["generate", "--count", "2", "--kind", "step", "--format", "json", "--out"]).arg(&csv)).0,
    );
    assert_eq!(generated["windows"], 2);
}

#[test]
fn a_scored_window_says_where_it_is_and_what_tripped() {
    let folder = tempfile::tempdir().unwrap();
    let (run, csv) = trained(folder.path());
    // Something else altogether in the second of three windows, at a hop of half a window.
    let text = std::fs::read_to_string(&csv).unwrap();
    let strange = |(i, line): (usize, &str)| {
        if (600..900).contains(&i) { format!("{}\n", 1000 + i % 3 * 900) } else { format!("{line}\n") }
    };
    let test = folder.path().join("test.csv");
    std::fs::write(&test, text.lines().take(2500).enumerate().map(strange).collect::<String>()).unwrap();
    let test = test.to_str().unwrap();
    let (text, _) = done(&mut on(&run, "score", &["--input", test, "--hop", "500"]));
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 3 + 4, "{text}");
    for name in ["start", "total", "segment_max", "coarse", "decision"] {
        assert!(lines[0].contains(name), "{text}");
    }
    assert!(lines[1].contains("at least") && lines[2].contains("at most"), "{text}");
    let (machine, _) = done(&mut on(&run, "score", &["--input", test, "--hop", "500", "--format", "json"]));
    let windows: Vec<Value> = machine.lines().map(json).collect();
    assert_eq!(windows.len(), 4);
    for (i, (window, line)) in windows.iter().zip(&lines[3..]).enumerate() {
        assert_eq!((&window["window"], &window["start"]), (&Value::from(i), &Value::from(500 * i)));
        assert!(line.split_whitespace().nth(1) == Some(&(500 * i).to_string()), "{line}");
        let parts = window["parts"].as_array().unwrap();
        let tripped: Vec<&Value> = parts.iter().filter(|part| !part["tripped"].is_null()).collect();
        assert_eq!(window["anomaly"], !tripped.is_empty());
        assert_eq!(line.contains("ANOMALY"), !tripped.is_empty(), "{line}");
        for part in tripped {
            let (value, lower, upper) = (part["value"].as_u64(), part["lower"].as_u64(), part["upper"].as_u64());
            let limit = match part["tripped"].as_str().unwrap() {
                "above" => {
                    assert!(value > upper);
                    upper
                }
                "below" => {
                    assert!(value < lower);
                    lower
                }
                other => panic!("{other}"),
            };
            let words =
                format!("{} {} {}", part["name"].as_str().unwrap(), part["tripped"].as_str().unwrap(), limit.unwrap());
            assert!(line.contains(&words), "{line} has no {words:?}");
        }
    }
    assert!(windows[1]["anomaly"] == true, "{machine}");
    // Windows in rows have no start.
    let (rows, _) =
        done(&mut on(&run, "score", &["--input", &super::support::counts_in_rows(folder.path()), "--format", "json"]));
    assert!(rows.lines().all(|line| json(line)["start"].is_null()));
}

#[test]
fn what_cannot_be_said_is_a_dash() {
    let folder = tempfile::tempdir().unwrap();
    let csv = folder.path().join("pump.csv");
    recording(&csv, 40_000, |v| v);
    let train = |run: &std::path::Path, more: &[&str]| {
        let mut command = picoae();
        command
            .args(["train", "--set", "fit.epochs=1", "--set", "fit.min_steps=60", "--data"])
            .arg(&csv)
            .args(more)
            .arg("--out")
            .arg(run);
        done(&mut command).0
    };
    let row = |text: &str, name: &str| {
        let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("no {name} in {text}"));
        line[name.len()..].split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    let unlabelled = folder.path().join("unlabelled");
    let text = train(&unlabelled, &[]);
    for name in ["precision", "recall", "F1", "true positives"] {
        assert_eq!(row(&text, name), ["-", "-"], "{text}");
    }
    assert!(text.contains("no test samples labelled abnormal") && row(&text, "true negatives") != ["-", "-"], "{text}");
    let (metrics, _) = done(&mut on(&unlabelled, "evaluate", &["--format", "json"]));
    assert!(json(&metrics)["int8"]["precision"].is_null());
    let untested = folder.path().join("untested");
    let text = train(&untested, &["--set", "data.split.test=0"]);
    assert!(text.contains("reconstruction error: -") && text.contains("data.split.test"), "{text}");
    assert!(!text.contains("0.0000") && !text.contains("NaN"), "{text}");
    done(&mut on(&untested, "evaluate", &[]));
}

#[test]
fn shells_complete_commands() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let (text, _) = done(picoae().args(["completions", shell]));
        for word in ["train", "evaluate", "--overwrite", "completions"] {
            assert!(text.contains(word.trim_start_matches('-')), "{shell} has no {word}");
        }
    }
    if let Ok(mut bash) = std::process::Command::new("bash").arg("-n").stdin(std::process::Stdio::piped()).spawn() {
        let (text, _) = done(picoae().args(["completions", "bash"]));
        std::io::Write::write_all(&mut bash.stdin.take().unwrap(), text.as_bytes()).unwrap();
        assert!(bash.wait().unwrap().success());
    }
}
