//! The `picoae` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    picoae_trainer::cli::main()
}
