//! `picoae report`: a run as a page to look at.

use super::output::say;
use crate::error::Result;
use crate::report;
use crate::run_dir::RunDir;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The run folder
    run: PathBuf,
    /// Where to write report.html and the pictures [default: report in the run folder]
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// Most test samples of each kind to look at (training latents: five times as many)
    #[arg(long, value_name = "NUMBER", default_value_t = report::SAMPLES)]
    samples: usize,
}

pub(super) fn run(args: &Args) -> Result<()> {
    let run = RunDir::open(&args.run)?;
    let to = args.out.clone().unwrap_or_else(|| run.path("report"));
    let made = report::report(&run, &to, args.samples)?;
    if let Some([float, int8]) = made.nearest_neighbour {
        say!("nearest neighbour on the latents: float {:.1} %, int8 {:.1} %", 100.0 * float, 100.0 * int8)?;
    }
    say!("{}: {} pictures, each beside it as SVG and PNG", made.page.display(), made.pictures.len())?;
    Ok(())
}
