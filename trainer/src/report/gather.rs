//! Everything that the pictures show, computed once: reconstructions, scores and limits of both networks.

use crate::config::RunConfig;
use crate::data::{Samples, Windows};
use crate::error::{Error, Result};
use crate::evaluate::{Confusion, Limits, Parts, SampleVerdict};
use crate::fit::Epoch;
use crate::network::Autoencoder;
use crate::pipeline::{self, Assessment, ChannelNormal, Prepared};
use crate::run::{Fingerprint, RunDir};
use picoae::Part;
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
    /// The parts of the score that are shown.
    pub(super) parts: Vec<Part>,
    /// Limits as mean squared errors, float and int8.
    pub(super) limits: [Limits; 2],
    /// What is usual of each channel, where there are several.
    pub(super) channels: Vec<ChannelNormal>,
    /// The normal test samples.
    pub(super) normal: Kind,
    /// The abnormal ones.
    pub(super) kinds: Vec<Kind>,
    /// What was found when the run was made.
    pub(super) assessment: Assessment,
    /// Training samples, to find neighbours among.
    pub(super) train: Samples,
}

/// The first `most` samples.
fn first(all: &Windows, most: usize) -> Samples {
    let part = all.range(0..all.len().min(most));
    Samples { shape: part.shape(), values: part.batch(0..part.len()), labels: part.labels().to_vec() }
}

/// Reads a run and judges at most `most` samples of each kind.
pub(super) fn gather(run: &RunDir, most: usize) -> Result<Gathered> {
    let config = run.config()?;
    let was = run.fingerprint()?;
    let prepared: Prepared = pipeline::prepare_again(&config, &run.normalizer()?)?;
    let architecture = pipeline::architecture(&config, prepared.input())?;
    let network = run.network(&architecture)?;
    let graph = run.graph()?;
    let history = run.history()?;
    let options = pipeline::options(&config.lower, &prepared.normalizer);
    let known = run.normal()?;
    let options = Options { score: known.score(), ..options };
    let lowered = lower(&graph, &options)?;
    let host = lower(&graph, &options.on_host())?;
    let (blob, path) = run.artifact()?;
    let model = blob.model(&path)?;
    was.check(&Fingerprint::of(&config, &prepared))?;
    if prepared.test.is_empty() {
        return Err(Error::invalid(
            "no normal samples to test with, which a report shows; train with data.split.test above 0",
        ));
    }
    let [segment, step] = [lowered.header.segment, lowered.header.step].map(|n| usize::from(n).max(1));
    let definition = known.float_definition(&lowered);
    let float = |samples: &Samples| -> Result<(Vec<f32>, Vec<Parts>)> {
        let output = pipeline::float_reconstructions(&network, &samples.values)?;
        let n = samples.sample_len();
        let scores = pipeline::float_scores(&network, &samples.values, &output, n, &definition)?.scores;
        Ok((output, scores))
    };
    let (float_normal, int8_normal) = (known.float, known.int8);
    let values = prepared.test.sample_len();
    let long = (segment * step).min(values);
    let square = f64::from(graph.input.scale).powi(2);
    let per_value = |parts: Parts, unit: f64| -> Parts {
        // Of the residuals and the differences; the others have no mean.
        let per = |part: Part, value: f64| match part {
            Part::Total => value * unit / values.max(1) as f64,
            Part::LargestSegment | Part::SmallestSegment | Part::Flat => value * unit / long.max(1) as f64,
            _ => value,
        };
        Part::ALL.map(|part| per(part, parts[part as usize]))
    };
    let scored = |output: Vec<f32>, verdicts: Vec<SampleVerdict>, unit: f64| Scored {
        output,
        errors: verdicts.iter().map(|v| per_value(v.parts, unit)).collect(),
        deviation: verdicts.iter().map(|v| v.deviation).collect(),
        abnormal: verdicts.iter().map(|v| v.abnormal).collect(),
    };
    let judge = |name: &str, windows: &Windows| -> Result<Kind> {
        let samples = first(windows, most);
        let (output, scores) = float(&samples)?;
        let verdicts = scores.iter().map(|s| float_normal.verdict_of(s)).collect();
        let float = scored(output, verdicts, 1.0);
        let encoded = pipeline::encode_range(windows, 0..samples.len(), &model)?;
        let (output, scores) = pipeline::integer_reconstructions(&host.model()?, &encoded)?;
        let verdicts = scores.iter().map(|s| int8_normal.verdict(s)).collect();
        let int8 = scored(pipeline::dequantize_samples(&output, graph.output()), verdicts, square);
        Ok(Kind { name: name.into(), samples, float, int8 })
    };
    let normal = judge("normal", &prepared.test)?;
    let kinds = prepared.kinds.iter().map(|(name, samples)| judge(name, samples)).collect::<Result<_>>()?;
    let shown = |limits: &Limits, unit| {
        let [lower, upper] = [limits.lower, limits.upper].map(|parts| per_value(parts, unit));
        Limits { lower, upper }
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
        parts: Part::ALL.into_iter().filter(|p| *p != Part::Outside && int8_normal.sides.uses(*p)).collect(),
        limits,
        channels: run.channels()?,
        normal,
        kinds,
        assessment: run.assessment()?,
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
