//! `picoae import`: an int8 `.tflite` model as a folder with its integer network.

use super::output::{Format, json, note, say};
use crate::error::{Error, Result};
use crate::run::Staged;
use picoae_compiler::graph::{Limits, QGraph};
use serde::Serialize;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The int8 model
    #[arg(value_name = "MODEL.tflite")]
    model: PathBuf,
    /// The folder to make [default: the model's name without .tflite, beside it]
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// Add a layer that writes the output in the input's quantization, so that a device's score compares the two
    #[arg(long)]
    requantize_output: bool,
    /// Replace an imported network
    #[arg(long)]
    overwrite: bool,
    /// How to print the result
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// The result for machines.
#[derive(Debug, Serialize)]
struct Imported<'a> {
    folder: &'a Path,
    name: &'a str,
    layers: usize,
    /// `[height, width, channels]`.
    input: [usize; 3],
    latent: [usize; 3],
    output: [usize; 3],
    /// Whether a score compares input and output by their int8 values.
    scored: bool,
}

pub(super) fn run(args: &Args) -> Result<()> {
    let out = match &args.out {
        Some(out) => out.clone(),
        None => beside(&args.model)?,
    };
    let mut graph = read(&args.model)?;
    if args.requantize_output {
        let tflite = |source| Error::Tflite { path: args.model.clone(), source: Box::new(source) };
        graph = picoae_tflite::comparable(graph).map_err(tflite)?;
    }
    let staged = Staged::import(&out, args.overwrite)?;
    staged.save_graph(&graph)?;
    staged.publish()?;
    let scored = picoae_tflite::is_comparable(&graph);
    if !scored {
        note!(
            "input and output differ in length, scale or zero point: the network can be lowered and run, but its int8 values are no score \
             as they are; --requantize-output writes the output in the input's quantization"
        );
    }
    let [input, latent, output] = [&graph.input, graph.latent(), graph.output()].map(|t| t.shape);
    let layers = graph.layers.len();
    match args.format {
        Format::Text => {
            let of = |[h, w, c]: [usize; 3]| format!("{h}×{w}×{c}");
            say!("{}: {layers} layers, {} to {} to {}", out.display(), of(input), of(latent), of(output))
        }
        Format::Json => {
            say!("{}", json(&Imported { folder: &out, name: &graph.name, layers, input, latent, output, scored })?)
        }
    }
}

/// The integer network of a model.
fn read(path: &Path) -> Result<QGraph> {
    let limits = Limits::default();
    let file = picoae_compiler::files::read_at_most(path, limits.bytes)?;
    let tflite = |source| Error::Tflite { path: path.to_path_buf(), source: Box::new(source) };
    let graph = picoae_tflite::read_within(&file, &limits).map_err(tflite)?;
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    // A graph's name is `main` where nobody gave it one.
    let named = !(graph.name.is_empty() || graph.name == "main");
    Ok(if named { graph } else { QGraph { name: stem, ..graph } })
}

/// The folder of the model's name.
fn beside(model: &Path) -> Result<PathBuf> {
    let folder = model.with_extension("");
    if folder == model || folder.file_name().is_none() {
        return Err(Error::invalid("name the folder to make with --out"));
    }
    Ok(folder)
}
