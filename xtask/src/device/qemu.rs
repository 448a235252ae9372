//! Runs a program on an emulated board.
//!
//! The program talks to the host by semihosting: it prints, opens files in the run's folder, gets its arguments, and ends
//! the emulator with success or failure. `-icount shift=0` makes virtual time advance one nanosecond an instruction, so
//! that the board's timers count executed instructions, the same on every run and every machine.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail};

use super::cores::Part;
use crate::support::shell;

/// One run of one program.
pub(crate) struct Run<'a> {
    /// The board.
    pub(crate) part: Part,
    pub(crate) elf: &'a Path,
    /// Folder that the program's file names are relative to.
    pub(crate) folder: &'a Path,
    /// Arguments of the program; none may hold a space or a comma.
    pub(crate) arguments: &'a [&'a str],
    /// Value of QEMU's `-plugin` option. With one, `-icount` stays off: the plugin books by whole blocks of instructions,
    /// which `-icount` cuts.
    pub(crate) plugin: Option<String>,
    pub(crate) limit: Duration,
}

impl Run<'_> {
    /// Runs the program and returns what it printed; any end but its own success is an error that says why.
    pub(crate) fn start(&self) -> Result<String> {
        let name = self.elf.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let semihosting = std::iter::once(&name.as_str())
            .chain(self.arguments)
            .fold("enable=on,target=native".to_owned(), |options, argument| format!("{options},arg={argument}"));
        let mut qemu = Command::new(self.part.core.emulator.program);
        let counting = self.plugin.as_deref().map_or(["-icount", "shift=0"], |plugin| ["-plugin", plugin]);
        qemu.current_dir(self.folder)
            .args(["-M", self.part.machine, "-nographic", "-semihosting-config", &semihosting])
            .args(self.part.core.emulator.arguments)
            .args(counting)
            .arg("-kernel")
            .arg(self.elf);
        let ended = shell::run_bounded(&mut qemu, self.limit)?;
        if ended.success() {
            return Ok(ended.stdout);
        }
        let said = last_lines(&format!("{}\n{}", ended.stdout, ended.stderr), 12);
        match ended.status {
            None => bail!("{name} on {}: no end after {} s\n{said}", self.part.machine, self.limit.as_secs()),
            Some(_) if ended.stderr.contains("Lockup") => bail!(
                "{name} on {}: the processor locked up, which is what a stack overflow does here: the stack ran below RAM\n{said}",
                self.part.machine
            ),
            Some(status) => bail!("{name} on {}: failed ({status})\n{said}", self.part.machine),
        }
    }
}

fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let lines = &lines[lines.len().saturating_sub(count)..];
    lines.iter().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}
