//! Everything that the pictures show, computed once: reconstructions, scores and limits of both networks.

use crate::config::RunConfig;
use crate::data::Samples;
use crate::error::{Error, Result};
use crate::evaluate::{Confusion, FloatScore, Limits, NormalRange, Parts, SampleVerdict};
use crate::fit::Epoch;
use crate::network::Autoencoder;
use crate::pipeline::{self, Prepared};
use crate::run_dir::RunDir;
use picoae_compiler::graph::QGraph;
use picoae_compiler::lower::{Lowered, Options, lower};

/// What one network says of a set.
#[derive(Debug, Clone, Default)]
pub(super) struct Scored {
    /// Reconstructions in the order of the samples.
    pub(super) output: Vec<f32>,
    /// Mean squared errors: over a sample, over its worst and over its best segment.
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
    pub(super) float: Scored,
    pub(super) int8: Scored,
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
    /// Samples in a segment.
    pub(super) segment: usize,
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
pub(super) fn gather(run: &RunDir, most: usize) -> Result<Gathered> {
    let config = run.config()?;
    let architecture = pipeline::architecture(&config)?;
    let network = run.network(&architecture)?;
    let graph = run.graph()?;
    let history = run.history()?;
    let (blob, path) = run.artifact()?;
    let model = blob.model(&path)?;
    let prepared: Prepared = pipeline::prepare(&config, &architecture)?;
    if prepared.test.is_empty() || prepared.validation.is_empty() {
        return Err(Error::invalid("no samples to validate or test with, expected at least one of each"));
    }
    let input = pipeline::input_encoding(&prepared.normalizer, &graph.input);
    let options = Options { input, ..config.lower.options() };
    let lowered = lower(&graph, &options)?;
    let host = lower(&graph, &options.on_host())?;
    let [segment, step] = [lowered.header.segment, lowered.header.step].map(|n| usize::from(n).max(1));
    let float = |samples: &Samples| -> Result<(Vec<f32>, Vec<FloatScore>)> {
        let output = pipeline::float_reconstructions(&network, samples)?;
        let scores = pipeline::float_scores(samples, &output, [segment, step]).scores;
        Ok((output, scores))
    };
    let validation = float(&first(&prepared.validation, most))?.1;
    let float_normal = NormalRange::from_float(&validation, &config.threshold)?;
    let int8_normal = NormalRange::of_plan(&model.threshold(), &model.reference());
    let values = prepared.test.sample_len();
    let long = (segment * step).min(values);
    let square = f64::from(graph.input.scale).powi(2);
    let per_value = |parts: Parts, unit: f64| -> Parts {
        let counts = [values, long, long];
        std::array::from_fn(|i| parts[i] * unit / counts[i].max(1) as f64)
    };
    let scored = |output: Vec<f32>, verdicts: Vec<SampleVerdict>, unit: f64| Scored {
        output,
        errors: verdicts.iter().map(|v| per_value(v.parts, unit)).collect(),
        deviation: verdicts.iter().map(|v| v.deviation).collect(),
        abnormal: verdicts.iter().map(|v| v.abnormal).collect(),
    };
    let judge = |name: &str, samples: &Samples, raw: &Samples| -> Result<Kind> {
        let samples = first(samples, most);
        let (output, scores) = float(&samples)?;
        let verdicts = scores.iter().map(|s| float_normal.float_verdict(s)).collect();
        let float = scored(output, verdicts, 1.0);
        let windows = pipeline::encode_samples(&first(raw, most), &model)?;
        let (output, scores) = pipeline::integer_reconstructions(&host.model()?, &windows)?;
        let verdicts = scores.iter().map(|s| int8_normal.verdict(s)).collect();
        let int8 = scored(pipeline::dequantize_samples(&output, graph.output()), verdicts, square);
        Ok(Kind { name: name.into(), samples, float, int8 })
    };
    let normal = judge("normal", &prepared.test, &prepared.raw.test)?;
    let kinds = prepared.kinds.iter().zip(&prepared.raw.kinds);
    let kinds = kinds.map(|((name, samples), (_, raw))| judge(name, samples, raw)).collect::<Result<_>>()?;
    let shown = |limits: &Limits, unit| {
        let [lower, upper] = [limits.lower, limits.upper].map(|parts| per_value(parts, unit));
        Limits { lower, upper, ..*limits }
    };
    let limits = [shown(&float_normal.limits, 1.0), shown(&int8_normal.limits, square)];
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
        segment,
        limits,
        normal,
        kinds,
        train,
    })
}

impl Gathered {
    /// The normal and all abnormal samples' values of `of`.
    pub(super) fn both<T: Clone>(&self, of: impl Fn(&Kind) -> Vec<T>) -> (Vec<T>, Vec<T>) {
        (of(&self.normal), self.kinds.iter().flat_map(of).collect())
    }

    /// Decisions counted.
    pub(super) fn confusion(&self, of: impl Fn(&Kind) -> &Scored) -> Confusion {
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
