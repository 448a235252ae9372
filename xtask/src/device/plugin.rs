//! The emulator's counting plugin: compiled here, told where the marks are, and its figures read back.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::cores::Core;
use super::elf;
use crate::support::{paths, shell};

/// Slot of an inference outside of its stages; the stages follow.
pub(crate) const INFERENCE: usize = 1;
/// Slot of the first stage.
pub(crate) const FIRST_STAGE: usize = 2;

/// What one slot executed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) instructions: u64,
    /// Estimated, by the plugin's model of the core; 0 for a core without one.
    pub(crate) cycles: u64,
    /// How often the slot was entered.
    pub(crate) entries: u64,
}

/// Compiles the plugin unless that was done, and returns it.
pub(crate) fn make() -> Result<PathBuf> {
    let source = paths::root().join("xtask/plugin/cycles.c");
    let library = paths::scratch("plugin")?.join("cycles.so");
    let changed = |path: &Path| fs::metadata(path).and_then(|data| data.modified()).ok();
    if changed(&library).is_none_or(|built| changed(&source).is_none_or(|written| written > built)) {
        let mut cc = Command::new("cc");
        cc.args(["-O2", "-Wall", "-Wextra", "-fPIC", "-shared", "-o"]).arg(&library).arg(&source);
        shell::run(&mut cc)?;
    }
    Ok(library)
}

/// The emulator's `-plugin` value for a program, with the counts going to `counts` (relative to the run's folder).
pub(crate) fn option(library: &Path, elf: &Path, core: &Core, counts: &str) -> Result<String> {
    let marks = elf::symbol(elf, "picoae_marks")?;
    // A comma ends a value, two are one.
    let library = library.display().to_string().replace(',', ",,");
    let cycles = core.cycle_model.map(|model| format!(",core={model}")).unwrap_or_default();
    Ok(format!("{library}{cycles},marks={marks:#x},out={counts}"))
}

/// Reads the plugin's counts: one line a slot, `slot instructions cycles entries`.
pub(crate) fn read(path: &Path) -> Result<Vec<Count>> {
    let text = fs::read_to_string(path).with_context(|| format!("{}: the plugin left no counts", path.display()))?;
    let parse = |line: &str| -> Option<(usize, Count)> {
        let numbers = line.split(' ').map(|word| word.parse().ok()).collect::<Option<Vec<u64>>>()?;
        let [slot, instructions, cycles, entries] = numbers[..] else { return None };
        Some((slot as usize, Count { instructions, cycles, entries }))
    };
    let mut slots = Vec::new();
    for line in text.lines() {
        let (slot, count) = parse(line).with_context(|| format!("{}: not a count: `{line}`", path.display()))?;
        if slots.len() <= slot {
            slots.resize(slot + 1, Count::default());
        }
        slots[slot] = count;
    }
    Ok(slots)
}
