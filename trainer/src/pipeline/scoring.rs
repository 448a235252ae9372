//! Samples through both networks, float and int8, on all cores.

use super::encoding::EncodedWindows;
use crate::data::Samples;
use crate::error::{Error, Result};
use crate::evaluate::{FloatScore, float_score};
use crate::network::Autoencoder;
use picoae::{Model, Score, ScorerError, StreamScorer};
use picoae_compiler::graph::TensorInfo;
use picoae_compiler::lower::HostArena;
use rayon::prelude::*;

/// Samples a batch of the float network.
const BATCH: usize = 64;

/// Windows that a scorer takes before another one may take the next.
const WINDOWS: usize = 32;

/// What became of a set of samples.
#[derive(Debug, Clone)]
pub struct SetScores<S> {
    /// One score a sample.
    pub scores: Vec<S>,
    /// Mean squared error over all values, in the square of the network's unit.
    pub error: f64,
}

/// Samples in the network's range and in the order `[c][h][w]` as int8 in the order `[h][w][c]`, one behind the other. Raw samples
/// are for [`super::encode_samples`].
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

/// Int8 values of the tensor `info` in the order `[h][w][c]` as real ones in the order `[c][h][w]`, tensor by tensor.
pub fn dequantize_samples(values: &[i8], info: &TensorInfo) -> Vec<f32> {
    let [height, width, channels] = info.shape;
    let mut out = Vec::with_capacity(values.len());
    for tensor in values.chunks(info.len().max(1)) {
        for c in 0..channels {
            out.extend((0..height * width).map(|position| info.dequantize(tensor[position * channels + c])));
        }
    }
    out
}

/// What the runtime makes of windows of `n` int8 values each, in their order. Each core
/// has a scorer of its own.
fn each_window<T: Send>(
    model: &Model<'_>,
    windows: &[i8],
    n: usize,
    work: impl Fn(&mut StreamScorer<'_, HostArena>, &[i8]) -> std::result::Result<T, ScorerError> + Sync,
) -> Result<Vec<T>> {
    if n == 0 || !windows.len().is_multiple_of(n) {
        return Err(Error::invalid(format!("{} values do not make windows of {n}", windows.len())));
    }
    let done: Vec<Vec<T>> = windows
        .par_chunks(n * WINDOWS)
        .map(|windows| {
            let mut scorer = StreamScorer::with_arena(model, HostArena::new(model.arena_bytes()))?;
            windows.chunks(n).map(|window| Ok(work(&mut scorer, window)?)).collect()
        })
        .collect::<Result<_>>()?;
    Ok(done.into_iter().flatten().collect())
}

/// Scores windows with the runtime: what a device makes of the raw samples.
///
/// # Errors
/// [`Error::Invalid`] when the windows have not the model's length.
pub fn integer_scores(model: &Model<'_>, windows: &EncodedWindows) -> Result<SetScores<Score>> {
    let EncodedWindows { values: windows, outside } = windows;
    let mut scores = each_window(model, windows, model.input().len(), |scorer, window| scorer.score(window))?;
    scores.iter_mut().zip(outside).for_each(|(score, outside)| score.outside = *outside);
    let sum: f64 = scores.iter().map(|s| s.total as f64).sum();
    let scale = f64::from(model.input().scale);
    Ok(SetScores { error: sum * scale * scale / (windows.len().max(1)) as f64, scores })
}

/// Reconstructions of windows, one behind the other in the order `[h][w][c]`, with their scores.
///
/// # Errors
/// As [`integer_scores`].
pub fn integer_reconstructions(model: &Model<'_>, windows: &EncodedWindows) -> Result<(Vec<i8>, Vec<Score>)> {
    let done = each_window(model, &windows.values, model.input().len(), |scorer, window| {
        let mut output = vec![0; model.output().len()];
        let score = scorer.reconstruct(window, &mut output)?;
        Ok((output, score))
    })?;
    let (outputs, mut scores): (Vec<Vec<i8>>, Vec<Score>) = done.into_iter().unzip();
    scores.iter_mut().zip(&windows.outside).for_each(|(score, outside)| score.outside = *outside);
    Ok((outputs.concat(), scores))
}

/// Latents of windows of int8 values, one behind the other in the order `[h][w][c]`.
///
/// # Errors
/// As [`integer_scores`].
pub fn integer_latents(model: &Model<'_>, windows: &[i8]) -> Result<Vec<i8>> {
    let done = each_window(model, windows, model.input().len(), |scorer, window| {
        let mut latents = vec![0; model.latent().len()];
        scorer.encode(window, &mut latents)?;
        Ok(latents)
    })?;
    Ok(done.concat())
}

/// Reconstructions of int8 latents, one behind the other in the order `[h][w][c]`.
///
/// # Errors
/// [`Error::Invalid`] when the latents have not the model's length.
pub fn integer_decoded(model: &Model<'_>, latents: &[i8]) -> Result<Vec<i8>> {
    let done = each_window(model, latents, model.latent().len(), |scorer, latents| {
        let mut output = vec![0; model.output().len()];
        scorer.decode(latents, &mut output)?;
        Ok(output)
    })?;
    Ok(done.concat())
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

/// Scores of samples against their float reconstructions `output`, for segments of `[segment, step]`: so many steps of so many
/// values.
pub fn float_scores(samples: &Samples, output: &[f32], [segment, step]: [usize; 2]) -> SetScores<FloatScore> {
    let n = samples.sample_len().max(1);
    let scores: Vec<FloatScore> =
        samples.values.chunks(n).zip(output.chunks(n)).map(|(x, y)| float_score(x, y, segment, step)).collect();
    let sum: f64 = scores.iter().map(|s| s.total).sum();
    SetScores { error: sum / samples.values.len().max(1) as f64, scores }
}
