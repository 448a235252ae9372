//! `picoae report`: a run as a page to look at.

use super::export::is_same_folder;
use super::output::{Format, json, say};
use crate::error::Result;
use crate::report;
use crate::run::{RunDir, Staged};
use serde::Serialize;
use std::path::PathBuf;

/// The report's folder in a run.
const FOLDER: &str = "report";

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
    /// How to print the result
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// The result for machines.
#[derive(Debug, Serialize)]
struct Reported {
    page: PathBuf,
    pictures: Vec<String>,
    nearest_neighbour: Option<[f64; 2]>,
}

pub(super) fn run(args: &Args) -> Result<()> {
    let own = args.run.join(FOLDER);
    let out = args.out.as_ref().filter(|out| !is_same_folder(out, &own));
    let (made, folder) = match out {
        Some(out) => {
            let run = RunDir::open(&args.run)?;
            let staged = Staged::files(out, "report")?;
            let made = report::report(&run, &staged.path(""), args.samples)?;
            staged.publish()?;
            (made, out.clone())
        }
        None => {
            let mut staged = Staged::change(&args.run, "report")?;
            let made = report::report(staged.run()?, &staged.path(FOLDER), args.samples)?;
            staged.drop_folder(FOLDER);
            staged.publish()?;
            (made, own)
        }
    };
    let page = folder.join(report::PAGE);
    match args.format {
        Format::Text => {
            if let Some([float, int8]) = made.nearest_neighbour {
                say!("nearest neighbour on the latents: float {:.1} %, int8 {:.1} %", 100.0 * float, 100.0 * int8)?;
            }
            say!("{}: {} pictures, each beside it as SVG and PNG", page.display(), made.pictures.len())
        }
        Format::Json => {
            let nearest_neighbour = made.nearest_neighbour;
            say!("{}", json(&Reported { page, pictures: made.pictures, nearest_neighbour })?)
        }
    }
}
