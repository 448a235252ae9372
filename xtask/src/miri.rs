//! The runtime's portable paths under Miri, which sees every access outside of memory, every wrong alignment and every use of
//! what was never written: the runtime's own tests, and small networks compiled for every processor and run.

use std::process::Command;

use anyhow::Result;

use crate::support::tally::Tally;
use crate::support::{paths, shell};

/// Test programs, as cargo names them.
const PROGRAMS: [&[&str]; 2] =
    [&["--package", "picoae", "--lib"], &["--package", "picoae-compiler", "--test", "seeds"]];

/// Runs the tests where there is a Miri.
pub(crate) fn run(tally: &mut Tally) -> Result<()> {
    if shell::ask(miri().arg("--version")).is_none() {
        println!("skipped: Miri, which comes with `rustup toolchain install nightly --component miri,rust-src`");
        return Ok(());
    }
    for program in PROGRAMS {
        let mut tests = miri();
        tests.args(["test", "--locked", "--target-dir"]).arg(paths::target().join("miri")).args(program);
        // The seeds are files.
        tests.env("MIRIFLAGS", "-Zmiri-disable-isolation");
        tally.check(&format!("Miri, {}", program[1]), shell::run(&mut tests));
    }
    Ok(())
}

/// `cargo miri` of the nightly tool chain, which must not see that this program runs by another one.
fn miri() -> Command {
    let mut command = Command::new("rustup");
    command.args(["run", "nightly", "cargo", "miri"]).current_dir(paths::root());
    for variable in ["CARGO", "RUSTC", "RUSTDOC", "RUSTUP_TOOLCHAIN", "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS"] {
        command.env_remove(variable);
    }
    command
}
