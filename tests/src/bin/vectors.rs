//! Runs a folder of operator cases on the reference executor and the runtime's kernels; see `cargo xtask vectors`.
//!
//! Prints `ok NAME`, `FAILED NAME: why` or `skipped NAME: why` for each case. With `--device-cases FOLDER`, writes each
//! case there for the devices.

use clap::Parser;
use picoae_compiler::export::blob;
use picoae_compiler::files::write_atomic;
use picoae_compiler::lower::{Options, Target, lower};
use picoae_compiler::reference;
use picoae_tests::vectors::{Case, files, read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Parser)]
struct Args {
    /// Folder of JSON cases
    folder: PathBuf,
    /// Also write each case for the devices
    #[arg(long)]
    device_cases: Option<PathBuf>,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let files = match files(&args.folder) {
        Ok(files) if !files.is_empty() => files,
        Ok(_) => {
            eprintln!("{}: no case (*.json) in this folder", args.folder.display());
            return ExitCode::from(2);
        }
        Err(why) => {
            eprintln!("{why}");
            return ExitCode::from(2);
        }
    };
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for path in files {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let case = match read(&path) {
            Ok(case) => case,
            Err(why) => {
                println!("skipped {name}: {why}");
                skipped += 1;
                continue;
            }
        };
        let done = run(&case).and_then(|()| match &args.device_cases {
            Some(folder) => write(&case, &folder.join(&name)),
            None => Ok(()),
        });
        match done {
            Ok(()) => {
                println!("ok {name}");
                passed += 1;
            }
            Err(why) => {
                println!("FAILED {name}: {why}");
                failed += 1;
            }
        }
    }
    println!("{passed} passed, {failed} failed, {skipped} skipped");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs a case everywhere on this machine.
fn run(case: &Case) -> Result<(), String> {
    let inputs = || case.inputs.chunks(case.graph.input.len());
    let by_reference: Vec<i8> = inputs().flat_map(|input| reference::run(&case.graph, input)).collect();
    compare("reference executor", &case.expected, &by_reference)?;
    for target in [Target::Portable, Target::CortexM4, Target::CortexM0, Target::Riscv32, Target::Host] {
        for optimize in [false, true] {
            let options = Options { optimize, target, ..Options::default() };
            let lowered = lower(&case.graph, &options).map_err(|e| e.to_string())?;
            let mut scorer = lowered.scorer().map_err(|e| e.to_string())?;
            let mut found = Vec::new();
            for input in inputs() {
                let mut output = vec![0; case.graph.output().len()];
                scorer.reconstruct(input, &mut output).map_err(|e| e.to_string())?;
                found.extend(output);
            }
            compare(&format!("runtime, {target:?}, optimize {optimize}"), &case.expected, &found)?;
        }
    }
    Ok(())
}

fn compare(who: &str, expected: &[i8], found: &[i8]) -> Result<(), String> {
    match expected.iter().zip(found).position(|(e, f)| e != f) {
        None if expected.len() == found.len() => Ok(()),
        None => Err(format!("{who}: {} values instead of {}", found.len(), expected.len())),
        Some(i) => Err(format!("{who}: value {i} is {}, expected {}", found[i], expected[i])),
    }
}

fn write(case: &Case, folder: &Path) -> Result<(), String> {
    let done = || -> picoae_compiler::Result<()> {
        let lowered = lower(&case.graph, &Options::default())?;
        write_atomic(folder.join("device.safetensors"), blob(&lowered)?)?;
        write_atomic(folder.join("inputs.i8"), case.inputs.iter().map(|v| *v as u8).collect::<Vec<_>>())?;
        write_atomic(folder.join("expected.i8"), case.expected.iter().map(|v| *v as u8).collect::<Vec<_>>())
    };
    done().map_err(|e| e.to_string())
}
