//! `picoae generate`: synthetic signals as CSV.

use super::output::say;
use crate::config::RunConfig;
use crate::data::{self, CsvColumns, Fault, Samples};
use crate::error::{Error, Result};
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The CSV file to write: one window a row
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
    /// A single setting, such as data.signals.noise=0.1 (may be repeated)
    #[arg(long = "set", value_name = "KEY=VALUE")]
    settings: Vec<String>,
    /// Leave the column of labels out
    #[arg(long)]
    no_label: bool,
    /// Leave the header out
    #[arg(long)]
    no_header: bool,
}

pub(super) fn run(args: &Args) -> Result<()> {
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
    data::write_windows(&args.out, &sets, CsvColumns { header: !args.no_header, label: !args.no_label })?;
    say!("{} windows written to {}", sets.iter().map(|(_, s)| s.len()).sum::<usize>(), args.out.display())?;
    Ok(())
}
