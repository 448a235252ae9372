//! `cargo xtask vectors FOLDER`: operator cases with known results, on the reference executor, the host's kernels and the
//! emulated devices.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::device::cases;
use crate::device::cores::{CORES, Core};
use crate::device::script;
use crate::device::toolchain::Toolchain;
use crate::setup;
use crate::support::tally::Tally;
use crate::support::tool::tool;
use crate::support::{paths, shell};

/// The cases that come with the project.
pub(crate) const OWN: &str = "tests/fixtures/vectors";

/// Cases that one run of the device takes; more are cut into several runs.
const AT_A_TIME: usize = 200;

/// Runs a folder of cases on the host and, if asked, on the devices.
pub(crate) fn run(tally: &mut Tally, folder: &Path, device: bool) -> Result<()> {
    // Cargo runs the tool in the workspace's root; the folder is the user's.
    let folder = folder.canonicalize().with_context(|| format!("{}: no such folder", folder.display()))?;
    on_host(tally, &folder, None)?;
    if device {
        let toolchain = setup::run()?;
        let cases = for_devices(&folder)?;
        CORES.into_iter().for_each(|core| cases.run(tally, &toolchain, core));
    }
    Ok(())
}

/// Operator cases in the form that devices run.
pub(crate) struct DeviceCases {
    folder: PathBuf,
    names: Vec<String>,
}

/// Lets the host make a folder of cases ready for devices.
pub(crate) fn for_devices(folder: &Path) -> Result<DeviceCases> {
    let cases = paths::device_target().join("vectors");
    if cases.exists() {
        fs::remove_dir_all(&cases).with_context(|| format!("{}: cannot clear this folder", cases.display()))?;
    }
    // The host's own results are counted where the host runs.
    on_host(&mut Tally::default(), folder, Some(&cases))?;
    let names = cases::folders(&cases)?;
    ensure!(!names.is_empty(), "{}: no case that a device could run", folder.display());
    Ok(DeviceCases { folder: cases, names })
}

impl DeviceCases {
    /// Runs all of them on an emulated core.
    pub(crate) fn run(&self, tally: &mut Tally, toolchain: &Toolchain, core: &'static Core) {
        for names in self.names.chunks(AT_A_TIME) {
            some_on_device(tally, toolchain, &self.folder, names, core);
        }
    }
}

fn some_on_device(tally: &mut Tally, toolchain: &Toolchain, cases: &Path, names: &[String], core: &'static Core) {
    let found = format!("found-{}.i8", core.id);
    let lines = names.iter().map(|n| format!("outputs {n}/device.safetensors {n}/inputs.i8 {n}/{found}\n"));
    if let Err(error) = script::run(toolchain, cases, &lines.collect::<String>(), core) {
        tally.fail(format!("operator cases on {}: {error:#}", core.name));
    }
    for name in names {
        let folder = cases.join(name);
        tally.check(&format!("{name} on {}", core.name), compare(&folder, &found));
    }
    println!("ok  {} operator cases ran on {}", names.len(), core.name);
}

fn compare(folder: &Path, found: &str) -> Result<()> {
    let expected = cases::read(&folder.join("expected.i8"))?;
    let found = cases::read(&folder.join(found))?;
    ensure!(expected.len() == found.len(), "{} values came, {} were expected", found.len(), expected.len());
    let wrong = expected.iter().zip(&found).filter(|(e, f)| e != f).count();
    ensure!(wrong == 0, "{wrong} of {} values differ", expected.len());
    Ok(())
}

/// The host's part, done by a tool of the tests crate: it prints `ok NAME`, `FAILED NAME: why` or `skipped NAME: why` for
/// each case and, given `device_cases`, writes each case there for the devices.
fn on_host(tally: &mut Tally, folder: &Path, device_cases: Option<&Path>) -> Result<()> {
    let mut program = tool("vectors")?;
    program.arg(folder);
    if let Some(cases) = device_cases {
        program.arg("--device-cases").arg(cases);
    }
    let (mut seen, failed_before) = (0, tally.failed());
    let success = shell::run_seen(&mut program, |line| {
        if line.starts_with("ok ") {
            tally.pass();
            seen += 1;
        } else if let Some(why) = line.strip_prefix("FAILED ") {
            tally.fail(why);
            seen += 1;
        }
    })?;
    ensure!(success || tally.failed() > failed_before, "the cases did not run to their end");
    ensure!(seen > 0, "{}: no case that can run", folder.display());
    Ok(())
}
