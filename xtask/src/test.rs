//! `cargo xtask test`: all tests, on the host and on the emulated devices, and the documents' commands.

use anyhow::Result;

use crate::support::shell;
use crate::support::tally::Tally;
use crate::{device_test, documents, setup};

/// Puts the tool chain in place and runs everything; a part that fails does not keep the next from running.
pub(crate) fn run(tally: &mut Tally) -> Result<()> {
    if let Err(error) = setup::run() {
        tally.fail(format!("setup: {error:#}"));
    }
    host(tally)?;
    if let Err(error) = documents::run(tally) {
        tally.fail(format!("the documents' commands: {error:#}"));
    }
    device_test::run(tally, &device_test::Options::default())
}

/// The tests of every crate of the workspace.
fn host(tally: &mut Tally) -> Result<()> {
    let mut cargo = shell::cargo();
    cargo.args(["test", "--locked", "--workspace", "--no-fail-fast", "--color", "never"]);
    let failed_before = tally.failed();
    let mut programs = 0;
    let success = shell::run_seen(&mut cargo, |line| programs += usize::from(tally.read_cargo_line(line)))?;
    if !success && tally.failed() == failed_before {
        tally.fail("cargo test: the tests did not compile or did not run to their end, see above");
    }
    if programs == 0 && success {
        tally.fail("cargo test: no test program ran");
    }
    Ok(())
}
