//! `picoae completions`: what a shell needs to complete commands and options.

use super::output::raw;
use crate::error::Result;
use clap_complete::Shell;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The shell; its documentation says where completions go, such as ~/.local/share/bash-completion/completions/picoae
    shell: Shell,
}

pub(super) fn run(args: &Args, mut command: clap::Command) -> Result<()> {
    // Into memory first: the library panics where it cannot write.
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut command, "picoae", &mut text);
    raw(&text)
}
