//! The portable tests on a big-endian machine: built for s390x and run by QEMU's user mode. Portable plans that such a machine
//! makes for itself are compared with the reference executor there. Artifacts stay little-endian, and plans for other processors
//! hold words that were packed as bytes: it refuses both by name.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};

use crate::device::apt;
use crate::support::tally::Tally;
use crate::support::{paths, shell};

const TARGET: &str = "s390x-unknown-linux-gnu";
const COMPILER: &str = "s390x-linux-gnu-gcc";
const EMULATOR: &str = "qemu-s390x";

/// Where Debian puts the libraries of the other machine.
const LIBRARIES: &str = "/usr/s390x-linux-gnu";

/// Packages of compiler, libraries and emulator.
const PACKAGES: [&str; 3] = ["gcc-s390x-linux-gnu", "libc6-dev-s390x-cross", "qemu-user"];

/// Test programs, as cargo names them.
const PROGRAMS: [&[&str]; 3] = [
    &["--package", "picoae", "--lib"],
    &["--package", "picoae-compiler", "--lib"],
    &["--package", "picoae-tests", "--test", "parity"],
];

/// Runs the tests where the tool chain is or can be had.
pub(crate) fn run(tally: &mut Tally) -> Result<()> {
    if let Err(why) = possible() {
        println!("skipped: the big-endian machine, because {why:#}");
        return Ok(());
    }
    for program in PROGRAMS {
        let mut tests = shell::cargo();
        tests.args(["test", "--locked", "--no-default-features", "--target", TARGET, "--target-dir"]);
        tests.arg(paths::target().join("big-endian")).args(program);
        tests.env("CARGO_TARGET_S390X_UNKNOWN_LINUX_GNU_LINKER", COMPILER);
        tests.env("CARGO_TARGET_S390X_UNKNOWN_LINUX_GNU_RUNNER", format!("{EMULATOR} -L {LIBRARIES}"));
        tests.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS").env_remove("CARGO_TARGET_DIR");
        tally.check(&format!("big-endian, {}", program[1]), shell::run(&mut tests));
    }
    Ok(())
}

/// Makes sure that library, linker and emulator are here.
fn possible() -> Result<()> {
    let sysroot = shell::ask(Command::new("rustc").args(["--print", "sysroot"])).unwrap_or_default();
    if !Path::new(&sysroot).join("lib/rustlib").join(TARGET).is_dir() {
        let added = shell::ask(Command::new("rustup").args(["target", "add", TARGET])).is_some();
        ensure!(added, "rustup cannot add {TARGET} here");
    }
    let starts = |program: &str| shell::ask(Command::new(program).arg("--version")).is_some();
    if !starts(COMPILER) || !starts(EMULATOR) {
        apt::install(&PACKAGES)?;
    }
    Ok(())
}
