//! The documents' own commands, run as they stand, up to the detector on an emulated board: the README's on one's own data, and the
//! tutorial's.

mod commands;

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command as Process;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::support::paths;
use crate::support::tally::Tally;
use crate::support::tool::tool;
use commands::{Program, commands, missing};

/// Runs the documents' commands.
pub(crate) fn run(tally: &mut Tally) -> Result<()> {
    let picoae = PathBuf::from(tool("picoae")?.get_program());
    tally.check("the README's lines on one's own data", readme(&picoae));
    tally.check("the tutorial", tutorial(&picoae));
    tally.check("eight sensors from the recording to the board", eight(&picoae));
    Ok(())
}

/// The README's lines: the burst is the alarm, on the workstation and on the device, and nothing else is.
fn readme(picoae: &Path) -> Result<()> {
    let text = fs::read_to_string(paths::root().join("README.md"))?;
    let section = text.split("\n## ").find(|section| section.starts_with("Your own data"));
    let session = Session::run("readme", section.context("no section on one's own data")?, picoae)?;
    let windows = session.score("runs/pump", "pump-today.csv")?;
    let anomalies: Vec<bool> = windows.iter().map(|window| window["anomaly"] == true).collect();
    ensure!(
        anomalies == [false, true, false],
        "the burst is in the second window of three, the anomalies are {anomalies:?}"
    );
    // The exported folder alone says the same, and so does the device.
    ensure!(session.score("pump", "pump-today.csv")? == windows, "the exported folder scores otherwise than the run");
    let device = session.last(Program::Xtask)?;
    let alarms: Vec<&str> = device.lines().filter(|line| line.contains(": anomaly")).collect();
    ensure!(alarms.len() == 1 && alarms[0].starts_with("window 1:"), "the device's alarms: {alarms:?}");
    Ok(())
}

/// The tutorial: both faults of the fan are found, in the right channel, and the motor's; false alarms stay few.
fn tutorial(picoae: &Path) -> Result<()> {
    let text = fs::read_to_string(paths::root().join("docs").join("tutorial.md"))?;
    let session = Session::run("tutorial", &text, picoae)?;
    let fan = session.score("try/fan-run", "try/fan-today.csv")?;
    found(&fan, 4000..5600, Some("ay")).context("the fan's knocking bearing")?;
    found(&fan, 8000..9600, Some("ax")).context("the fan's dirty blade")?;
    quiet(&fan, &[3900..5700, 7900..9700]).context("the fan without a fault")?;
    let motor = session.score("try/motor-run", "try/motor-today.wav")?;
    found(&motor, 32_000..44_000, None).context("the motor's grinding")?;
    quiet(&motor, std::slice::from_ref(&(31_000..45_000))).context("the motor without a fault")?;
    Ok(())
}

/// Eight sensors in physical units, semicolons and decimal commas, as far as a RISC-V.
const EIGHT: &str = "
    cargo run --release -- example boiler --out try
    cargo run --release -- inspect try/boiler.csv
    cargo run --release -- train --data try/boiler.csv --window 32 --hop 8 --out try/run
    cargo run --release -- score try/run --input try/boiler-today.csv
    cargo run --release -- export try/run --target riscv32 --out try/boiler
    cargo xtask emulate try/boiler --input try/boiler-today.csv --core riscv32
";

fn eight(picoae: &Path) -> Result<()> {
    let session = Session::run("eight", EIGHT, picoae)?;
    let boiler = session.score("try/run", "try/boiler-today.csv")?;
    found(&boiler, 1800..2120, None).context("the boiler's leak")?;
    // Stuck, the sensor is at first where it would be anyway.
    found(&boiler, 3650..3750, None).context("the boiler's stuck sensor")?;
    quiet(&boiler, &[1750..2200, 3550..4000]).context("the boiler without a fault")
}

/// Nine of ten windows that lie within a fault are anomalies, most of them in the channel that it is in.
fn found(windows: &[Value], fault: Range<u64>, channel: Option<&str>) -> Result<()> {
    let start = |window: &&Value| window["start"].as_u64().is_some_and(|start| fault.contains(&start));
    let windows: Vec<&Value> = windows.iter().filter(start).collect();
    let anomalies: Vec<&&Value> = windows.iter().filter(|window| window["anomaly"] == true).collect();
    ensure!(
        !windows.is_empty() && anomalies.len() * 10 >= windows.len() * 9,
        "{} of {} windows",
        anomalies.len(),
        windows.len()
    );
    if let Some(channel) = channel {
        let times = |window: &Value, named: bool| -> f64 {
            let channels = window["channels"].as_array().into_iter().flatten();
            let of = channels.filter(|c| (c["name"] == channel) == named);
            of.filter_map(|c| c["times_usual"].as_f64()).fold(0.0, f64::max)
        };
        let there = anomalies.iter().filter(|window| times(window, true) > times(window, false)).count();
        ensure!(there * 10 >= anomalies.len() * 9, "{there} of {} anomalies are in {channel}", anomalies.len());
    }
    Ok(())
}

/// At most one in 25 windows away from all faults is an anomaly, where the limits ask for one in a hundred.
fn quiet(windows: &[Value], faults: &[Range<u64>]) -> Result<()> {
    let away =
        |window: &&Value| window["start"].as_u64().is_some_and(|start| !faults.iter().any(|f| f.contains(&start)));
    let windows: Vec<&Value> = windows.iter().filter(away).collect();
    let alarms = windows.iter().filter(|window| window["anomaly"] == true).count();
    ensure!(!windows.is_empty() && alarms * 25 <= windows.len(), "{alarms} false alarms in {} windows", windows.len());
    Ok(())
}

/// A document's commands, run one after the other in a folder of their own.
struct Session {
    folder: PathBuf,
    picoae: PathBuf,
    outputs: Vec<(Program, String)>,
}

impl Session {
    fn run(name: &str, text: &str, picoae: &Path) -> Result<Self> {
        let folder = paths::scratch("documents")?.join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder).with_context(|| format!("{}: cannot clear this folder", folder.display()))?;
        }
        fs::create_dir_all(&folder)?;
        let mut session = Self { folder, picoae: picoae.to_path_buf(), outputs: Vec::new() };
        let all = commands(text);
        ensure!(all.iter().any(|c| c.program == Program::Xtask) && all.len() > 4, "only {} commands in it", all.len());
        for command in all {
            let output = session.output(command.program, &command.words)?;
            if let Some(line) = missing(&command.shown, &output) {
                bail!("`{}` does not print `{line}`, but:\n{output}", command.words.join(" "));
            }
            session.outputs.push((command.program, output));
        }
        Ok(session)
    }

    /// What a command prints, results and notes.
    fn output(&self, program: Program, words: &[String]) -> Result<String> {
        let mut process = match program {
            Program::Picoae => Process::new(&self.picoae),
            Program::Xtask => Process::new(std::env::current_exe()?),
        };
        process.current_dir(&self.folder).args(words);
        if program == Program::Xtask {
            // The same program as the other lines take, instead of another build.
            process.arg("--picoae").arg(&self.picoae);
        }
        eprintln!("$ {} {}", if program == Program::Picoae { "picoae" } else { "cargo xtask" }, words.join(" "));
        let output = process.output()?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (result, notes) = (text(&output.stdout), text(&output.stderr));
        ensure!(output.status.success(), "`{}` failed ({})\n{result}{notes}", words.join(" "), output.status);
        // As a terminal shows it: what is said while the command is at work, then what comes of it.
        Ok(notes + &result)
    }

    /// What the last command with a program printed.
    fn last(&self, program: Program) -> Result<&str> {
        let last = self.outputs.iter().rev().find(|(ran, _)| *ran == program);
        last.map(|(_, output)| output.as_str()).context("no such command")
    }

    /// The windows of a recording, scored.
    fn score(&self, run: &str, input: &str) -> Result<Vec<Value>> {
        let words = ["score", run, "--input", input, "--format", "json"];
        let output = Process::new(&self.picoae).current_dir(&self.folder).args(words).output()?;
        ensure!(output.status.success(), "`{}` failed", words.join(" "));
        let lines = String::from_utf8(output.stdout)?;
        Ok(lines.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
    }
}
