//! Scores of many samples, float and int8, on all cores.

use crate::data::Samples;
use crate::error::{Error, Result};
use crate::evaluate::{FloatScore, float_score};
use crate::net::Autoencoder;
use picoae::{Model, Score, ScorerIn};
use picoae_compiler::graph::TensorInfo;
use picoae_compiler::lower::HostArena;
use rayon::prelude::*;

/// Samples a batch of the float network.
const BATCH: usize = 64;

/// What became of a set of samples.
#[derive(Debug, Clone)]
pub struct Scored<S> {
    /// One score a sample.
    pub scores: Vec<S>,
    /// Mean squared error over all values, in the square of the network's unit.
    pub error: f64,
}

/// Samples in the order `[c][h][w]` as int8 in the order `[h][w][c]`, one behind the other.
pub fn quantize_samples(samples: &Samples, input: &TensorInfo) -> Vec<i8> {
    let [channels, height, width] = samples.shape;
    let mut out = Vec::with_capacity(samples.values.len());
    for sample in samples.iter() {
        for position in 0..height * width {
            for c in 0..channels {
                out.push(input.quantize(sample[c * height * width + position]));
            }
        }
    }
    out
}

/// Scores int8 windows (as [`quantize_samples`] makes them) with the runtime.
///
/// # Errors
/// [`Error::Invalid`] when the windows have not the model's length.
pub fn integer_scores(model: &Model<'_>, windows: &[i8]) -> Result<Scored<Score>> {
    let n = model.input().len();
    if n == 0 || !windows.len().is_multiple_of(n) {
        return Err(Error::invalid(format!("{} values do not make windows of {n}", windows.len())));
    }
    let chunk = n * 32;
    let scores: Vec<Vec<Score>> = windows
        .par_chunks(chunk)
        .map(|windows| {
            let arena = HostArena::new(model.arena_bytes());
            let mut scorer = ScorerIn::with_arena(model, arena).map_err(|e| Error::invalid(e.to_string()))?;
            windows.chunks(n).map(|w| scorer.score(w).map_err(|e| Error::invalid(e.to_string()))).collect()
        })
        .collect::<Result<_>>()?;
    let scores = scores.concat();
    let sum: f64 = scores.iter().map(|s| s.total as f64).sum();
    let scale = f64::from(model.input().scale);
    Ok(Scored { error: sum * scale * scale / (windows.len().max(1)) as f64, scores })
}

/// What the float network makes of samples.
///
/// # Errors
/// Of the tensor library.
pub fn float_reconstructions(network: &Autoencoder, samples: &Samples) -> Result<Vec<f32>> {
    let n = samples.sample_len();
    let mut out = Vec::with_capacity(samples.values.len());
    for batch in samples.values.chunks(BATCH * n) {
        out.extend(network.forward(batch, batch.len() / n)?);
    }
    Ok(out)
}

/// Scores samples with the float network.
///
/// # Errors
/// Of the tensor library.
pub(super) fn float_scores(network: &Autoencoder, samples: &Samples, stretch: usize) -> Result<Scored<FloatScore>> {
    let output = float_reconstructions(network, samples)?;
    let n = samples.sample_len().max(1);
    let scores: Vec<FloatScore> =
        samples.values.chunks(n).zip(output.chunks(n)).map(|(x, y)| float_score(x, y, stretch)).collect();
    let sum: f64 = scores.iter().map(|s| s.total).sum();
    Ok(Scored { error: sum / samples.values.len().max(1) as f64, scores })
}
