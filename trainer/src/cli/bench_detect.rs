//! `picoae bench-detect`: a benchmark of detection on a folder of its files.

use super::output::{Format, json, note, say};
use crate::benchmark::{run as judge, table};
use crate::config::RunConfig;
use crate::error::Result;
use crate::protocol::Protocol;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The folder with the benchmark's files, or with folders that have them
    folder: PathBuf,
    /// The protocol: ecg, skab, ucr, cwru, nab, or a file; where it is missing, what the folder has
    #[arg(long, value_name = "NAME|FILE.toml")]
    protocol: Option<String>,
    /// The network to judge: linear, timeseries, conv, dense [default: the protocol's, else linear]
    #[arg(long)]
    preset: Option<String>,
    /// A single setting over the protocol's, such as network.latent=9 (may be repeated)
    #[arg(long = "set", value_name = "KEY=VALUE")]
    settings: Vec<String>,
    /// Leave out what a user would take instead: levels, principal components, block means, nearest neighbour, isolation forest
    #[arg(long)]
    no_baselines: bool,
    /// How to print
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

pub(super) fn run(args: &Args) -> Result<()> {
    let protocol = match args.protocol.as_deref() {
        Some(name) if Protocol::NAMES.contains(&name) => Protocol::named(name)?,
        Some(file) if file.ends_with(".toml") => Protocol::load(file)?,
        Some(name) => Protocol::named(name)?,
        None => Protocol::detect(&args.folder)?,
    };
    let preset = args.preset.as_deref().or(protocol.preset.as_deref()).unwrap_or("linear");
    // What a protocol says of a network is of its own preset.
    let foreign = args.preset.is_some() && args.preset != protocol.preset;
    let mut settings: Vec<String> =
        protocol.settings().into_iter().filter(|s| !(foreign && s.starts_with("network."))).collect();
    settings.push(format!("data.window = {}", protocol.window));
    settings.push("data.source = \"recording\"".into());
    settings.push("data.files = [\"benchmark\"]".into());
    settings.extend(args.settings.iter().cloned());
    let config = RunConfig::load(Some(preset), None, &settings)?;
    let cases = protocol.cases(&args.folder)?;
    note!("{}: {} cases from {}", protocol.name, cases.len(), args.folder.display());
    let outcome = judge(&protocol, &config, &cases, !args.no_baselines)?;
    match args.format {
        Format::Text => say!("{}", table(&outcome).trim_end()),
        Format::Json => say!("{}", json(&outcome)?),
    }
}
