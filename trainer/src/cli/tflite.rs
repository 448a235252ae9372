//! `picoae export --format tflite`: a run's integer network as a `.tflite` model.

use super::output::say;
use crate::error::{Error, Result};
use crate::run::{Kind, RunDir, Staged};
use std::path::Path;

/// Name of the model in its folder.
const NAME: &str = "model.tflite";

/// Writes the model into the run, or into `out`.
pub(super) fn export(folder: &Path, out: Option<&Path>) -> Result<()> {
    let run = RunDir::open(folder)?;
    let into = out.unwrap_or(folder);
    let graph = run.graph()?;
    let tflite = |source| Error::Tflite { path: into.join(NAME), source: Box::new(source) };
    let model = picoae_tflite::write(&graph).map_err(tflite)?;
    let staged = match out {
        Some(out) => Staged::files(out, "export")?,
        None if run.kind() != Kind::Run => {
            return Err(Error::file(folder, "only a run takes the model into its folder; name another one with --out"));
        }
        None => Staged::change(folder, "export")?,
    };
    staged.write(NAME, &model)?;
    staged.publish()?;
    say!(
        "{}: {} bytes, {} operators",
        into.join(NAME).display(),
        model.len(),
        picoae_tflite::operators(&model).map_or(0, |o| o.len())
    )
}
