//! `picoae init`: what `inspect` recommends as a commented configuration.

use super::inspect::InputArgs;
use super::output::{note, say};
use crate::error::{Error, Result};
use crate::inspect::configuration;
use picoae_compiler::files::write_atomic;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    input: InputArgs,
    /// The file to write, which must not be there yet; - for standard output
    #[arg(long, value_name = "FILE.toml", default_value = "picoae.toml")]
    out: PathBuf,
}

pub(super) fn run(args: &Args) -> Result<()> {
    let standard_output = args.out.as_os_str() == "-";
    if !standard_output && args.out.exists() {
        return Err(Error::file(&args.out, "there already; move it away or choose another with --out"));
    }
    let looked = args.input.look()?;
    let text = configuration(&looked.inspection, &looked.data)?;
    if standard_output {
        return say!("{}", text.trim_end());
    }
    write_atomic(&args.out, text)?;
    let r = &looked.inspection.recommendation;
    r.advice.iter().for_each(|advice| note!("{advice}"));
    say!(
        "{}: windows of {} samples, {} apart; train with picoae train --config {}",
        args.out.display(),
        r.window,
        r.hop,
        args.out.display()
    )
}
