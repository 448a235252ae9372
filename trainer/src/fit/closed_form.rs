//! The linear autoencoder of blocks in closed form: the principal components of all blocks of the training windows are the encoder's
//! and the decoder's weights (Bourlard and Kamp 1988, Baldi and Hornik 1989). Nothing is iterated, so nothing can diverge.

use super::epoch::Epoch;
use super::train_loop::{Outcome, Stopped};
use crate::data::Windows;
use crate::error::{Error, Result};
use nalgebra::{DMatrix, SymmetricEigen};
use picoae_compiler::spec::layers::{Conv, ConvTranspose};
use picoae_compiler::spec::{Architecture, Layer};
use picoae_compiler::weights::{FloatTensor, Weights};
use std::ops::Range;
use std::time::Instant;

/// Most values of a block: the work grows with their third power.
const MOST_VALUES: usize = 1024;

/// Most windows that the components are made of; they say no more than these, spread over all.
const MOST_WINDOWS: usize = 20_000;

/// How far the constant latent reaches, in standard deviations of the others.
const CONSTANT: f64 = 2.0;

/// The layers that the weights go into.
struct Blocks<'a> {
    encoder: &'a Conv,
    decoder: &'a ConvTranspose,
    names: [String; 2],
}

impl<'a> Blocks<'a> {
    /// Those of a linear autoencoder of blocks.
    fn of(architecture: &'a Architecture) -> Result<Self> {
        let refused = || {
            Error::setting(
                "fit.solver",
                "closed_form",
                "gradient: only a linear autoencoder of blocks of a signal has a closed form (network.block and no activation)",
            )
        };
        let layers = architecture.layers()?;
        let (mut encoder, mut decoder) = (None, None);
        for info in &layers {
            match info.layer {
                Layer::Conv(layer) if encoder.is_none() && decoder.is_none() => encoder = Some((layer, info.name())),
                Layer::ConvTranspose(layer) if encoder.is_some() && decoder.is_none() => {
                    decoder = Some((layer, info.name()));
                }
                Layer::ZeroPad(_) | Layer::Trim(_) | Layer::Identity => {}
                _ => return Err(refused()),
            }
        }
        let (Some((encoder, first)), Some((decoder, second))) = (encoder, decoder) else { return Err(refused()) };
        let touch = encoder.kernel == encoder.stride && decoder.kernel == decoder.stride && encoder.groups == 1;
        if !(touch && encoder.kernel == decoder.kernel && encoder.padding == [0, 0] && encoder.kernel[0] == 1) {
            return Err(refused());
        }
        Ok(Self { encoder, decoder, names: [first, second] })
    }

    /// Values of a block, `[channel][step]`.
    fn values(&self) -> usize {
        self.encoder.input * self.encoder.kernel[1]
    }

    /// The blocks of a window `[step][channel]`, each `[channel][step]`; a last one that is not whole ends in zeros.
    fn cut(&self, window: &[f32]) -> impl Iterator<Item = Vec<f64>> {
        let (channels, steps) = (self.encoder.input, self.encoder.kernel[1]);
        window.chunks(channels * steps).map(move |block| {
            let value = |i: usize| block.get(i % steps * channels + i / steps).map_or(0.0, |v| f64::from(*v));
            (0..channels * steps).map(value).collect()
        })
    }
}

/// Whether an architecture has a closed form.
pub fn is_linear(architecture: &Architecture) -> bool {
    Blocks::of(architecture).is_ok()
}

/// The components of the training windows as weights: all but one of the latent values, and one that is constant and carries the mean.
///
/// # Errors
/// [`Error::Setting`] for another network than a linear one of blocks, or for blocks of too many values.
pub fn closed_form(architecture: &Architecture, train: &Windows, validation: &Windows) -> Result<Outcome> {
    let begun = Instant::now();
    let blocks = Blocks::of(architecture)?;
    let n = blocks.values();
    if n > MOST_VALUES {
        let expected = format!("blocks of at most {MOST_VALUES} values, all channels counted, not {n}");
        return Err(Error::setting("network.block", blocks.encoder.kernel[1], expected));
    }
    let (mean, covariance) = moments(&blocks, train);
    let eigen = SymmetricEigen::new(covariance);
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|a, b| eigen.eigenvalues[*b].total_cmp(&eigen.eigenvalues[*a]));
    let kept = blocks.encoder.output.saturating_sub(1).min(n);
    let parts: Vec<Component> = order[..kept]
        .iter()
        .map(|i| {
            let column = eigen.eigenvectors.column(*i);
            // The sign is free; the largest entry is positive, so that it is the same everywhere.
            let largest = column.iter().copied().fold(0.0_f64, |m, v| if v.abs() > m.abs() { v } else { m });
            let direction = column.iter().map(|v| v * largest.signum()).collect();
            Component { direction, gain: eigen.eigenvalues[*i].max(0.0).powf(0.25).max(1e-3) }
        })
        .collect();
    // The constant is as large as the others get, so that it costs them no resolution of int8.
    let constant = CONSTANT * parts.iter().map(|p| p.gain).fold(1e-3, f64::max);
    let weights = weights(&blocks, &parts, &mean, constant);
    let loss = |windows: &Windows| residual(&blocks, &parts, &mean, windows);
    let epoch = Epoch {
        epoch: 1,
        train_loss: loss(train),
        validation_loss: loss(if validation.is_empty() { train } else { validation }),
        learning_rate: 0.0,
        seconds: begun.elapsed().as_secs_f64(),
        restarts: 0,
    };
    Ok(Outcome { weights, history: vec![epoch], best_epoch: 1, stopped: Stopped::Finished, restarts: Vec::new() })
}

/// Ranges of so many windows that memory does not grow with their number.
fn chunks(count: usize) -> impl Iterator<Item = Range<usize>> {
    const CHUNK: usize = 2048;
    (0..count).step_by(CHUNK).map(move |from| from..count.min(from + CHUNK))
}

/// A direction of unit length, and how much of it one unit of its latent value is: between 1 and a standard deviation, so that
/// neither latent values nor the decoder's weights differ much in size, which share a step of int8 each.
struct Component {
    direction: Vec<f64>,
    gain: f64,
}

/// Windows spread over all.
fn some(windows: &Windows) -> Windows {
    windows.thinned(MOST_WINDOWS)
}

/// Mean and covariance of the blocks.
fn moments(blocks: &Blocks<'_>, train: &Windows) -> (Vec<f64>, DMatrix<f64>) {
    let (n, train) = (blocks.values(), some(train));
    let (mut count, mut sum) = (0_usize, vec![0.0; n]);
    let mut products = DMatrix::<f64>::zeros(n, n);
    for range in chunks(train.len()) {
        let values = train.batch(range);
        let rows: Vec<Vec<f64>> =
            values.chunks(train.sample_len().max(1)).flat_map(|window| blocks.cut(window)).collect();
        let matrix = DMatrix::from_fn(n, rows.len(), |i, j| rows[j][i]);
        products.gemm(1.0, &matrix, &matrix.transpose(), 1.0);
        rows.iter().for_each(|row| sum.iter_mut().zip(row).for_each(|(sum, v)| *sum += v));
        count += rows.len();
    }
    let mean: Vec<f64> = sum.iter().map(|sum| sum / count.max(1) as f64).collect();
    let covariance = DMatrix::from_fn(n, n, |i, j| products[(i, j)] / count.max(1) as f64 - mean[i] * mean[j]);
    (mean, covariance)
}

/// PyTorch's layouts: the encoder's weight is `[latent, channel, step]`, the decoder's too, transposed.
fn weights(blocks: &Blocks<'_>, parts: &[Component], mean: &[f64], constant: f64) -> Weights {
    let (latent, n, channels) = (blocks.encoder.output, blocks.values(), blocks.encoder.input);
    let steps = blocks.encoder.kernel[1];
    let (mut down, mut down_bias) = (vec![0.0_f32; latent * n], vec![0.0_f32; latent]);
    let mut up = vec![0.0_f32; latent * n];
    for (i, Component { direction, gain }) in parts.iter().enumerate() {
        for (j, v) in direction.iter().enumerate() {
            (down[i * n + j], up[i * n + j]) = ((v / gain) as f32, (v * gain) as f32);
        }
        down_bias[i] = (-direction.iter().zip(mean).map(|(v, m)| v * m).sum::<f64>() / gain) as f32;
    }
    // The last latent value says nothing of the block.
    down_bias[latent - 1] = constant as f32;
    for (to, m) in up[(latent - 1) * n..].iter_mut().zip(mean) {
        *to = (m / constant) as f32;
    }
    let kernel = blocks.decoder.kernel;
    let shape = vec![latent, channels, kernel[1]];
    debug_assert_eq!(channels * steps, n);
    let named = |layer: &str, what: &str, shape: Vec<usize>, values: Vec<f32>| {
        (format!("{layer}.{what}"), FloatTensor { shape, values })
    };
    let [first, second] = &blocks.names;
    Weights(
        [
            named(first, "weight", shape.clone(), down),
            named(first, "bias", vec![latent], down_bias),
            named(second, "weight", shape, up),
            named(second, "bias", vec![channels], vec![0.0; channels]),
        ]
        .into_iter()
        .collect(),
    )
}

/// Mean squared error of what the components leave.
fn residual(blocks: &Blocks<'_>, parts: &[Component], mean: &[f64], windows: &Windows) -> f64 {
    let (mut sum, mut count) = (0.0, 0_usize);
    let windows = some(windows);
    for range in chunks(windows.len()) {
        for window in windows.batch(range).chunks(windows.sample_len().max(1)) {
            for mut block in blocks.cut(window) {
                block.iter_mut().zip(mean).for_each(|(v, m)| *v -= m);
                let whole: f64 = block.iter().map(|v| v * v).sum();
                let kept = |p: &Component| block.iter().zip(&p.direction).map(|(v, d)| v * d).sum::<f64>().powi(2);
                sum += whole - parts.iter().map(kept).sum::<f64>();
                count += block.len();
            }
        }
    }
    (sum / count.max(1) as f64).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Samples;
    use crate::data::random::Stream;
    use crate::network::Autoencoder;
    use picoae_compiler::spec::NetworkConfig;

    /// Two channels of three mixed waves around a level.
    fn windows(count: usize, seed: u64) -> Windows {
        let mut random = Stream::new(seed, "tests/closed_form");
        let mut samples = Samples::new([2, 1, 60]);
        for _ in 0..count {
            let [a, b, c] = [1.0, 0.5, 0.25].map(|size| random.normal(size));
            for i in 0..60 {
                let t = f64::from(i % 20) / 20.0 * std::f64::consts::TAU;
                let noise = random.normal(0.01);
                samples.values.push((3.0 + a * t.sin() + noise) as f32);
                samples.values.push((b * t.cos() + c * (2.0 * t).sin() + noise) as f32);
            }
        }
        samples.into()
    }

    fn network(text: &str) -> Architecture {
        toml::from_str::<NetworkConfig>(text).unwrap().architecture([2, 1, 60]).unwrap()
    }

    #[test]
    fn reconstructs_what_has_as_many_directions() {
        let architecture = network("block = 20\nlatent = 4");
        let (train, fresh) = (windows(200, 1), windows(50, 2));
        let outcome = closed_form(&architecture, &train, &fresh).unwrap();
        let network = Autoencoder::from_weights(&architecture, &outcome.weights).unwrap();
        let values = fresh.batch(0..50);
        let output = network.forward(&values, 50).unwrap();
        let error =
            values.iter().zip(&output).map(|(a, b)| f64::from(a - b).powi(2)).sum::<f64>() / values.len() as f64;
        assert!(error < 1.2e-4, "{error}");
        assert!((error / outcome.history[0].validation_loss - 1.0).abs() < 0.01, "{error} {:?}", outcome.history);
    }

    #[test]
    fn fewer_directions_leave_the_smallest_and_more_than_there_are_do_no_harm() {
        let loss = |latent: usize| {
            let architecture = network(&format!("block = 20\nlatent = {latent}"));
            closed_form(&architecture, &windows(200, 1), &windows(50, 2)).unwrap().history[0].validation_loss
        };
        let [two, three, all] = [3, 4, 60].map(loss);
        // The smallest has a variance of 0.0625 / 2 in one of two channels.
        assert!((two - three - 0.0156).abs() < 0.006 && all <= three && all >= 0.0, "{two} {three} {all}");
    }

    #[test]
    fn another_network_is_refused() {
        let dense = network("hidden = []\nlatent = 4");
        let error = closed_form(&dense, &windows(20, 1), &windows(5, 2)).unwrap_err().to_string();
        assert!(error.contains("fit.solver is closed_form") && error.contains("network.block"), "{error}");
        assert!(!is_linear(&dense) && is_linear(&network("block = 20\nlatent = 4")));
    }
}
