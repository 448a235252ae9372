//! Samples through both networks, float and int8, on all cores.

use super::encoding::{EncodedWindows, encode_range};
use crate::data::Windows;
use crate::error::{Error, Result};
use crate::evaluate::{FloatDefinition, Parts, float_score};
use crate::network::Autoencoder;
use crate::progress::Progress;
use picoae::{Model, Part, Score, ScorerError, StreamScorer};
use picoae_compiler::graph::TensorInfo;
use picoae_compiler::lower::HostArena;
use rayon::prelude::*;
use std::ops::Range;

/// Samples a batch of the float network.
const BATCH: usize = 64;

/// Windows that a scorer takes before another one may take the next.
const WINDOWS: usize = 32;

/// Windows that are in memory at a time.
const CHUNK: usize = 4096;

/// What became of a set of samples.
#[derive(Debug, Clone)]
pub struct SetScores<S> {
    /// One score a sample.
    pub scores: Vec<S>,
    /// Mean squared error over all values, in the square of the network's unit.
    pub error: f64,
}

/// Samples in the network's range as int8, one behind the other, both in the order `[h][w][c]`. Raw samples are for
/// [`encode_range`].
pub fn quantize_samples(samples: &Windows, input: &TensorInfo) -> Vec<i8> {
    samples.batch(0..samples.len()).into_iter().map(|v| input.quantize(v)).collect()
}

/// Int8 values of the tensor `info` as real ones, both in the order `[h][w][c]`.
pub fn dequantize_samples(values: &[i8], info: &TensorInfo) -> Vec<f32> {
    values.iter().map(|v| info.dequantize(*v)).collect()
}

/// Ranges of at most 4,096 windows, so that memory does not grow with their number.
pub fn chunks(count: usize) -> impl Iterator<Item = Range<usize>> {
    (0..count).step_by(CHUNK).map(move |from| from..count.min(from + CHUNK))
}

/// Scores a set with the runtime, from its raw samples, a part at a time.
///
/// # Errors
/// As [`integer_scores`].
pub fn integer_set_scores(model: &Model<'_>, samples: &Windows) -> Result<SetScores<Score>> {
    let mut all = SetScores { scores: Vec::with_capacity(samples.len()), error: 0.0 };
    let mut progress = Progress::new("scoring", samples.len(), "windows");
    for range in chunks(samples.len()) {
        let count = range.len() as f64;
        progress.add(range.len());
        let part = integer_scores(model, &encode_range(samples, range, model)?)?;
        all.error += part.error * count;
        all.scores.extend(part.scores);
    }
    all.error /= samples.len().max(1) as f64;
    Ok(all)
}

/// Scores a set with the float network, a part at a time.
///
/// # Errors
/// Of the tensor library.
pub fn float_set_scores(
    network: &Autoencoder,
    samples: &Windows,
    definition: &FloatDefinition,
) -> Result<SetScores<Parts>> {
    let mut all = SetScores { scores: Vec::with_capacity(samples.len()), error: 0.0 };
    let mut progress = Progress::new("reconstructing", samples.len(), "windows");
    for range in chunks(samples.len()) {
        progress.add(range.len());
        let (count, input) = (range.len(), samples.batch(range));
        let output = float_reconstructions(network, &input)?;
        let part = float_scores(network, &input, &output, samples.sample_len(), definition)?;
        all.error += part.error * count as f64;
        all.scores.extend(part.scores);
    }
    all.error /= samples.len().max(1) as f64;
    Ok(all)
}

/// What the runtime makes of int8 windows (as [`quantize_samples`] makes them) of `n` values each, in their order. Each core
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

/// The samples outside, over all channels, which the int8 values no longer show.
fn count_outside(scores: &mut [Score], windows: &EncodedWindows) {
    scores
        .iter_mut()
        .zip(windows.outside_by_channel())
        .for_each(|(score, outside)| score.outside = outside.iter().sum());
}

/// Scores windows with the runtime: what a device makes of the raw samples.
///
/// # Errors
/// [`Error::Invalid`] when the windows have not the model's length.
pub fn integer_scores(model: &Model<'_>, windows: &EncodedWindows) -> Result<SetScores<Score>> {
    let EncodedWindows { values, .. } = windows;
    let mut scores = each_window(model, values, model.input().len(), |scorer, window| scorer.score(window))?;
    count_outside(&mut scores, windows);
    let sum: f64 = scores.iter().map(|s| s.total as f64).sum();
    let scale = f64::from(model.input().scale);
    Ok(SetScores { error: sum * scale * scale / (values.len().max(1)) as f64, scores })
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
    count_outside(&mut scores, windows);
    Ok((outputs.concat(), scores))
}

/// Latents of int8 windows, one behind the other in the order `[h][w][c]`.
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

/// What the float network makes of samples, one behind the other.
///
/// # Errors
/// Of the tensor library.
pub fn float_reconstructions(network: &Autoencoder, input: &[f32]) -> Result<Vec<f32>> {
    let n = network.architecture().input.iter().product::<usize>().max(1);
    in_batches(input, n, |batch, count| network.forward(batch, count))
}

fn in_batches(input: &[f32], n: usize, work: impl Fn(&[f32], usize) -> Result<Vec<f32>>) -> Result<Vec<f32>> {
    let mut out = Vec::with_capacity(input.len());
    for batch in input.chunks(BATCH * n) {
        out.extend(work(batch, batch.len() / n)?);
    }
    Ok(out)
}

/// Scores of samples of `n` values each against their float reconstructions `output`.
///
/// # Errors
/// Of the tensor library.
pub fn float_scores(
    network: &Autoencoder,
    input: &[f32],
    output: &[f32],
    n: usize,
    definition: &FloatDefinition,
) -> Result<SetScores<Parts>> {
    let n = n.max(1);
    let latents = match definition.sides.uses(Part::Latent) {
        true => in_batches(input, n, |batch, count| network.encode(batch, count))?,
        false => Vec::new(),
    };
    let each = latents.len() / (input.len() / n).max(1);
    let latent = |i: usize| latents.get(i * each..(i + 1) * each).unwrap_or_default();
    let pairs = input.chunks(n).zip(output.chunks(n)).enumerate();
    let scores: Vec<Parts> = pairs.map(|(i, (x, y))| float_score(x, y, latent(i), definition)).collect();
    let sum: f64 = scores.iter().map(|s| s[Part::Total as usize]).sum();
    Ok(SetScores { error: sum / input.len().max(1) as f64, scores })
}
