//! Everything that the pictures show, computed once: reconstructions, scores and limits of both networks.

use crate::config::RunConfig;
use crate::data::Samples;
use crate::error::{Error, Result};
use crate::evaluate::{Confusion, Deviation, FloatScore, Limits, Parts, float_score, parts};
use crate::fit::Epoch;
use crate::net::Autoencoder;
use crate::pipeline::{self, Prepared, float_reconstructions, quantize_samples};
use crate::run::Run;
use picoae::{Model, Score, ScorerIn};
use picoae_compiler::graph::QGraph;
use picoae_compiler::lower::{HostArena, Lowered, lower};
use rayon::prelude::*;

/// What one network says of a set.
#[derive(Debug, Clone, Default)]
pub(super) struct Judged {
    /// Reconstructions in the order of the samples.
    pub(super) output: Vec<f32>,
    /// Mean squared errors: over a sample, over its worst and over its best stretch.
    pub(super) errors: Vec<Parts>,
    /// The anomaly score: the largest deviation.
    pub(super) deviation: Vec<f64>,
    /// What the limits say.
    pub(super) abnormal: Vec<bool>,
}

/// Samples of one kind, judged by both networks.
#[derive(Debug, Clone)]
pub(super) struct Kind {
    pub(super) name: String,
    pub(super) samples: Samples,
    pub(super) float: Judged,
    pub(super) int8: Judged,
}

/// All that a report is made of.
pub(super) struct Gathered {
    pub(super) config: RunConfig,
    pub(super) history: Vec<Epoch>,
    pub(super) network: Autoencoder,
    pub(super) graph: QGraph,
    /// The plan for the device, and the one that runs here, with the same bits.
    pub(super) lowered: Lowered,
    pub(super) host: Lowered,
    pub(super) artifact_bytes: usize,
    /// Samples in a stretch.
    pub(super) stretch: usize,
    /// Limits as mean squared errors, float and int8.
    pub(super) limits: [Limits; 2],
    /// The normal test samples.
    pub(super) normal: Kind,
    /// The abnormal ones.
    pub(super) kinds: Vec<Kind>,
    /// Training samples, to find neighbours among.
    pub(super) train: Samples,
}

/// The first `most` samples.
fn first(samples: &Samples, most: usize) -> Samples {
    let n = samples.len().min(most);
    samples.select(&(0..n).collect::<Vec<_>>())
}

/// Reads a run and judges at most `most` samples of each kind.
pub(super) fn gather(run: &Run, most: usize) -> Result<Gathered> {
    let config = run.config()?;
    let architecture = pipeline::architecture(&config)?;
    let network = run.network(&architecture)?;
    let graph = run.graph()?;
    let history = run.history()?;
    let lowered = lower(&graph, &config.lower.options())?;
    let host = lower(&graph, &config.lower.options().on_host())?;
    let (blob, path) = run.artifact()?;
    let model = blob.model(&path)?;
    let prepared: Prepared = pipeline::prepare(&config, &architecture)?;
    if prepared.test.is_empty() || prepared.validation.is_empty() {
        return Err(Error::invalid("no samples to validate or test with, expected at least one of each"));
    }
    let stretch = usize::from(lowered.header.stretch).max(1);
    let validation = first(&prepared.validation, most);
    let output = float_reconstructions(&network, &validation)?;
    let scores = scores_of(&validation, &output, stretch);
    let float = (Limits::from_float(&scores, &config.threshold)?, Deviation::from_float(&scores)?);
    let (threshold, known) = (model.threshold(), model.statistics());
    let doubles = |v: [f32; 3]| v.map(f64::from);
    let int8 = (
        Limits { lower: threshold.lower.map(|v| v as f64), upper: threshold.upper.map(|v| v as f64) },
        Deviation {
            median: doubles(known.median),
            log_low: doubles(known.log_low),
            log_high: doubles(known.log_high),
            offset: [1.0; 3],
        },
    );
    let values = prepared.test.sample_len();
    let long = stretch.min(values);
    let square = f64::from(graph.input.scale).powi(2);
    let per_value = |parts: Parts, unit: f64| -> Parts {
        let counts = [values, long, long];
        std::array::from_fn(|i| parts[i] * unit / counts[i].max(1) as f64)
    };
    let judge = |name: &str, samples: &Samples| -> Result<Kind> {
        let samples = first(samples, most);
        let output = float_reconstructions(&network, &samples)?;
        let scores = scores_of(&samples, &output, stretch);
        let judged = Judged {
            output,
            errors: scores.iter().map(|s| per_value(s.parts(), 1.0)).collect(),
            deviation: scores.iter().map(|s| float.1.float(s)).collect(),
            abnormal: scores.iter().map(|s| float.0.abnormal(s.parts())).collect(),
        };
        let (output, scores) = integer(&host.model()?, &graph, &samples)?;
        let integer = Judged {
            output,
            errors: scores.iter().map(|s| per_value(parts(s), square)).collect(),
            deviation: scores.iter().map(|s| int8.1.integer(s)).collect(),
            abnormal: scores.iter().map(|s| int8.0.abnormal(parts(s))).collect(),
        };
        Ok(Kind { name: name.into(), samples, float: judged, int8: integer })
    };
    let normal = judge("normal", &prepared.test)?;
    let kinds = prepared.kinds.iter().map(|(name, samples)| judge(name, samples)).collect::<Result<_>>()?;
    let shown =
        |limits: &Limits, unit| Limits { lower: per_value(limits.lower, unit), upper: per_value(limits.upper, unit) };
    let limits = [shown(&float.0, 1.0), shown(&int8.0, square)];
    let train = first(&prepared.train, most.saturating_mul(5));
    let artifact_bytes = blob.bytes().len();
    Ok(Gathered {
        config,
        history,
        network,
        graph,
        lowered,
        host,
        artifact_bytes,
        stretch,
        limits,
        normal,
        kinds,
        train,
    })
}

fn scores_of(samples: &Samples, output: &[f32], stretch: usize) -> Vec<FloatScore> {
    let n = samples.sample_len().max(1);
    samples.iter().zip(output.chunks(n)).map(|(x, y)| float_score(x, y, stretch)).collect()
}

/// Reconstructions and scores of the device's arithmetic.
fn integer(model: &Model<'_>, graph: &QGraph, samples: &Samples) -> Result<(Vec<f32>, Vec<Score>)> {
    let windows = quantize_samples(samples, &graph.input);
    let (n, m) = (model.input().len().max(1), model.output().len());
    let bad = |e: picoae::ScorerError| Error::invalid(e.to_string());
    let done: Vec<(Vec<i8>, Vec<Score>)> = windows
        .par_chunks(n * 16)
        .map(|windows| {
            let mut scorer = ScorerIn::with_arena(model, HostArena::new(model.arena_bytes())).map_err(bad)?;
            let (mut outputs, mut scores) = (Vec::new(), Vec::new());
            for window in windows.chunks(n) {
                let mut output = vec![0; m];
                scores.push(scorer.reconstruct(window, &mut output).map_err(bad)?);
                outputs.extend(output);
            }
            Ok((outputs, scores))
        })
        .collect::<Result<_>>()?;
    let [height, width, channels] = graph.output().shape;
    let mut real = Vec::with_capacity(done.len() * 16 * m);
    for output in done.iter().flat_map(|d| d.0.chunks(m.max(1))) {
        for c in 0..channels {
            real.extend((0..height * width).map(|p| graph.output().dequantize(output[p * channels + c])));
        }
    }
    Ok((real, done.into_iter().flat_map(|d| d.1).collect()))
}

/// Int8 latents as real numbers, one behind the other.
pub(super) fn integer_latents(lowered: &Lowered, graph: &QGraph, samples: &Samples) -> Result<Vec<f32>> {
    let model = lowered.model()?;
    let windows = quantize_samples(samples, &graph.input);
    let (n, m) = (model.input().len().max(1), model.latent().len());
    let bad = |e: picoae::ScorerError| Error::invalid(e.to_string());
    let done: Vec<Vec<i8>> = windows
        .par_chunks(n * 16)
        .map(|windows| {
            let mut scorer = ScorerIn::with_arena(&model, HostArena::new(model.arena_bytes())).map_err(bad)?;
            let mut all = Vec::new();
            for window in windows.chunks(n) {
                let mut latents = vec![0; m];
                scorer.encode(window, &mut latents).map_err(bad)?;
                all.extend(latents);
            }
            Ok(all)
        })
        .collect::<Result<_>>()?;
    Ok(done.concat().into_iter().map(|q| graph.latent().dequantize(q)).collect())
}

impl Gathered {
    /// The normal and all abnormal samples' values of `of`.
    pub(super) fn both<T: Clone>(&self, of: impl Fn(&Kind) -> Vec<T>) -> (Vec<T>, Vec<T>) {
        (of(&self.normal), self.kinds.iter().flat_map(of).collect())
    }

    /// Decisions counted.
    pub(super) fn confusion(&self, of: impl Fn(&Kind) -> &Judged) -> Confusion {
        let (normal, abnormal) = self.both(|k| of(k).abnormal.clone());
        Confusion::count(normal, abnormal)
    }

    /// Whether samples are images.
    pub(super) fn images(&self) -> bool {
        self.normal.samples.shape[1] > 1
    }
}

impl Kind {
    /// The sample with the median anomaly score of the int8 network: a typical one.
    pub(super) fn typical(&self) -> usize {
        let mut order: Vec<usize> = (0..self.int8.deviation.len()).collect();
        order.sort_by(|a, b| self.int8.deviation[*a].total_cmp(&self.int8.deviation[*b]));
        order.get(order.len() / 2).copied().unwrap_or(0)
    }
}
