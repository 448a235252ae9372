//! `cargo xtask emulate FOLDER --input RECORDING`: a detector of one's own on an emulated board. What the workstation says of the
//! recording, the device must say too, bit for bit.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use picoae::Part;
use picoae_compiler::export::{SCORE_BYTES, VERDICT_BYTES};

use crate::device::build::{Build, Form};
use crate::device::cores::{self, Core};
use crate::device::{cases, elf, qemu, results, script};
use crate::setup;
use crate::support::{paths, shell};

/// What to emulate.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// A run folder, or one that `picoae export` wrote.
    folder: PathBuf,
    /// The recording that goes into the detector; `picoae score` must be able to read it without options.
    #[arg(long, value_name = "PATH", num_args = 1.., required = true)]
    input: Vec<PathBuf>,
    /// The core that it runs on; the plan must be for it, or portable.
    #[arg(long, value_parser = cores::parser(), default_value = "m4f")]
    core: &'static Core,
    /// A program `picoae` to score with, instead of building it.
    #[arg(long, value_name = "PROGRAM", hide = true)]
    picoae: Option<PathBuf>,
}

/// Scores the recording on the workstation and on the device, compares, and prints what the device said.
pub(crate) fn run(options: &Options) -> Result<()> {
    let toolchain = setup::run()?;
    let (folder, core) = (&options.folder, options.core);
    let folder = folder.canonicalize().with_context(|| format!("{}: no such folder", folder.display()))?;
    let work = paths::scratch("emulate")?;
    for file in ["samples.raw", "verdicts.bin", "detected.bin"] {
        script::remove(&work.join(file))?;
    }
    let mut picoae = program(options)?;
    picoae.arg("score").arg(&folder).arg("--device-files").arg(&work).arg("--input").args(&options.input);
    picoae.stdout(std::process::Stdio::null());
    shell::run(&mut picoae)?;

    let part = core.whole_board();
    let (model, form) = (Some(folder.as_path()), Form::Const);
    let program = Build { program: "detect", part, model, form, report: true, stages: false }.make(&toolchain)?;
    let arguments = ["samples.raw", "detected.bin"];
    qemu::Run { part, elf: &program, folder: &work, arguments: &arguments, plugin: None, limit: script::PATIENCE }
        .start()?;
    let found = cases::read(&work.join("detected.bin"))?;
    let windows = results::compare_verdicts(&cases::read(&work.join("verdicts.bin"))?, &found)?;
    ensure!(windows > 0, "the device gave no verdict");

    let smallest = Build { program: "sensor", part, model, form, report: false, stages: false }.make(&toolchain)?;
    anomalies(&found).iter().for_each(|line| println!("{line}"));
    println!("{windows} windows on the emulated {}: every verdict is the workstation's, bit for bit", core.name);
    println!("{}", sizes(&smallest)?);
    Ok(())
}

/// The program that scores on the workstation.
fn program(options: &Options) -> Result<Command> {
    if let Some(picoae) = &options.picoae {
        return Ok(Command::new(picoae));
    }
    let mut picoae = shell::cargo();
    // Cargo's folder is the workspace's; the files are the user's.
    picoae.current_dir(std::env::current_dir()?).args(["run", "--locked", "--quiet", "--release", "--manifest-path"]);
    picoae.arg(paths::root().join("trainer").join("Cargo.toml")).arg("--");
    Ok(picoae)
}

/// A line for each window that the device called abnormal.
fn anomalies(verdicts: &[u8]) -> Vec<String> {
    let part = |number: u8| Part::ALL.get(usize::from(number).wrapping_sub(1)).map_or("?", |part| part.name());
    let whys = verdicts.chunks(VERDICT_BYTES).map(|verdict| &verdict[SCORE_BYTES..]);
    let abnormal = whys.enumerate().filter(|(_, why)| why[8] != 0);
    let side = |why: &[u8]| if why[9] == 1 { "below" } else { "above" };
    abnormal.map(|(i, why)| format!("window {i}: anomaly, {} {} its limit", part(why[8]), side(why))).collect()
}

fn sizes(program: &Path) -> Result<String> {
    let sizes = elf::sizes(program)?;
    let flash = sizes.flash_code + sizes.flash_data;
    Ok(format!("the smallest program with it: {flash} B of flash, {} B of RAM and a stack", sizes.ram))
}

#[cfg(test)]
mod tests {
    use super::anomalies;
    use picoae::{Part, Score, Threshold, Verdict};
    use picoae_compiler::export::verdict;

    #[test]
    fn an_anomaly_is_told_with_part_and_side() {
        let limits = Threshold::OPEN.with(Part::Total, 1, 9).with(Part::Outside, 0, 2);
        let score = |total, outside| Score { total, outside, ..Score::default() };
        let scores = [score(5, 0), score(0, 0), score(10, 0), score(5, 3)];
        let records: Vec<u8> = scores.iter().flat_map(|s| verdict(&Verdict::new(*s, &limits))).collect();
        let expected =
            ["window 1: anomaly, total below", "window 2: anomaly, total above", "window 3: anomaly, outside above"];
        assert_eq!(anomalies(&records), expected.map(|line| format!("{line} its limit")));
    }
}
