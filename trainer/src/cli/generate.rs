//! `picoae generate`: synthetic signals as CSV.

use super::output::{Format, json, note, raw, say};
use crate::config::{self, RunConfig};
use crate::data::{self, CsvColumns, Fault, Samples};
use crate::error::{Error, Result};
use picoae_compiler::files::write_atomic;
use serde::Serialize;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The CSV file to write, one window a row; - is standard output
    #[arg(long, value_name = "FILE.csv")]
    out: PathBuf,
    /// What to write: normal, a fault's name, train, validation, or all test windows
    #[arg(long, default_value = "test")]
    kind: String,
    /// How many windows of each kind [default: as configured]
    #[arg(long)]
    count: Option<usize>,
    /// Settings over the preset, as TOML
    #[arg(long, value_name = "FILE.toml")]
    config: Option<PathBuf>,
    /// A setting of data.signals or the seed, such as data.signals.noise=0.1 (may be repeated)
    #[arg(long = "set", value_name = "KEY=VALUE")]
    settings: Vec<String>,
    /// Leave the column of labels out
    #[arg(long)]
    no_label: bool,
    /// Leave the header out
    #[arg(long)]
    no_header: bool,
    /// How to print the result
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// The result for machines.
#[derive(Debug, Serialize)]
struct Generated<'a> {
    file: &'a Path,
    windows: usize,
}

pub(super) fn run(args: &Args) -> Result<()> {
    config::only(&args.settings, &["data.signals", "seed"], "generate")?;
    let mut config = RunConfig::load(None, args.config.as_deref(), &args.settings)?;
    let signals = &mut config.data.signals;
    if let Some(count) = args.count {
        signals.train_windows = count;
        signals.validation_windows = count;
        signals.test_windows = count;
        signals.fault_windows = count;
    }
    let fault: Option<Fault> = match args.kind.as_str() {
        "normal" | "train" | "validation" | "test" => None,
        name => {
            Some(name.parse().map_err(|e| Error::invalid(format!("--kind: {e}, or normal, train, validation, test")))?)
        }
    };
    if let Some(fault) = fault {
        signals.faults.kinds = vec![fault];
    }
    let set = data::generate(&config.data.signals, config.seed)?;
    let mut sets: Vec<(&str, &Samples)> = Vec::new();
    match (args.kind.as_str(), fault) {
        ("train", _) => sets.push(("normal", &set.train)),
        ("validation", _) => sets.push(("normal", &set.validation)),
        (_, None) => sets.push(("normal", &set.test_normal)),
        (_, Some(_)) => {}
    }
    if fault.is_some() || args.kind == "test" {
        sets.extend(set.faults.iter().map(|(fault, samples)| (fault.name(), samples)));
    }
    let csv = data::windows_as_csv(&sets, CsvColumns { header: !args.no_header, label: !args.no_label })?;
    let windows = sets.iter().map(|(_, s)| s.len()).sum::<usize>();
    if args.out.as_os_str() == "-" {
        raw(&csv)?;
        note!("{windows} windows written to standard output");
        return Ok(());
    }
    write_atomic(&args.out, csv)?;
    match args.format {
        Format::Text => say!("{windows} windows written to {}", args.out.display()),
        Format::Json => say!("{}", json(&Generated { file: &args.out, windows })?),
    }
}
