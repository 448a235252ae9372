//! Recordings as sensors give them, and networks of signals that take them: counts of 8, 12, 16 and 24 bits with offsets, physical
//! values, one and several channels. For the host and the devices.

use crate::random_graph::random_parameters;
use crate::scores::random_score;
use picoae::plan::PartLimits;
use picoae::{Alarm, Encodings, Model, Part, SampleKind, Score, Verdict};
use picoae_compiler::error::{Error, Result};
use picoae_compiler::graph::{Geometry, QGraph, QLayer, QOp, TensorInfo};
use picoae_compiler::lower::{ChannelScaling, InputEncoding, Lowered, Options, ScoreOptions, lower};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A recording and a network for it.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    /// What it shows.
    pub name: &'static str,
    /// What its samples are.
    pub kind: SampleKind,
    /// Bits of the converter.
    pub bits: u32,
    /// Steps of a window.
    pub steps: usize,
    /// Channels of a step.
    pub channels: usize,
}

/// Windows of a recording: two usual ones, a burst beyond the range, stuck at a rail, everything that a number can be.
pub const WINDOWS: usize = 5;

const COUNTS: Case = Case { name: "", kind: SampleKind::Counts, bits: 12, steps: 200, channels: 1 };

/// All of them.
pub const CASES: &[Case] = &[
    Case { name: "counts-8", bits: 8, ..COUNTS },
    Case { name: "counts-12", bits: 12, ..COUNTS },
    Case { name: "counts-16-three", bits: 16, channels: 3, ..COUNTS },
    Case { name: "counts-24", bits: 24, ..COUNTS },
    Case { name: "counts-12-eight", bits: 12, channels: 8, steps: 96, ..COUNTS },
    // Shorter than a segment.
    Case { name: "counts-16-short", bits: 16, channels: 2, steps: 20, ..COUNTS },
    Case { name: "physical", kind: SampleKind::Physical, ..COUNTS },
    Case { name: "physical-three", kind: SampleKind::Physical, channels: 3, ..COUNTS },
];

impl Case {
    /// A network of the recording's shape, its numbers random but always the same.
    pub fn graph(&self) -> QGraph {
        let mut rng = self.random("network");
        let tensor = |shape, zero_point| TensorInfo { shape, scale: 0.03, zero_point };
        let (steps, channels) = (self.steps, self.channels);
        let convolution = |rng: &mut ChaCha8Rng, taps: usize, inputs: usize, outputs: usize| {
            let (stride, padding) = ([1, 1], [0, taps / 2]);
            let geometry = Geometry { kernel: [1, taps], stride, padding, dilation: [1, 1], groups: 1 };
            QOp::Conv(geometry, random_parameters(rng, outputs, taps * inputs))
        };
        let half = Geometry { kernel: [1, 2], stride: [1, 2], padding: [0, 0], dilation: [1, 1], groups: 1 };
        let layer = |name: &str, op, output| QLayer { name: name.into(), op, output };
        let layers = vec![
            layer("encoder", convolution(&mut rng, 5, channels, 6), tensor([1, steps, 6], -128)),
            layer("pooling", QOp::MaxPool(half, [-128, 127]), tensor([1, steps / 2, 6], -128)),
            layer("upsampling", QOp::Upsample([1, 2]), tensor([1, steps, 6], -128)),
            layer("decoder", convolution(&mut rng, 3, 6, channels), tensor([1, steps, channels], 4)),
        ];
        QGraph { name: format!("raw-{}", self.name), input: tensor([1, steps, channels], 4), layers, encoder_layers: 2 }
    }

    fn random(&self, purpose: &str) -> ChaCha8Rng {
        let text = self.name.bytes().chain(purpose.bytes());
        ChaCha8Rng::seed_from_u64(text.fold(1, |hash, b| hash * 31 % 65_521 + u64::from(b)))
    }

    /// Where channel `c` rests, and how far it usually swings: another offset for each.
    fn scaling(&self, c: usize) -> ChannelScaling {
        let range = f64::from(1_u32 << self.bits);
        let mean = range * (0.07 * (c as f64 + 1.0) - 0.3);
        match self.kind {
            SampleKind::Counts => ChannelScaling { mean: mean.round() + 0.3, std: range / (20.0 + c as f64) },
            _ => ChannelScaling { mean: mean / 1000.0, std: 0.37 / (1.0 + c as f64) },
        }
    }

    /// How its samples become the network's.
    pub fn encoding(&self) -> InputEncoding {
        InputEncoding { kind: self.kind, channels: (0..self.channels).map(|c| self.scaling(c)).collect() }
    }

    /// The recording, window by window, step by step: counts as they are, physical values as their bits.
    pub fn recording(&self) -> Vec<i32> {
        let mut rng = self.random("recording");
        let rail = (1_i64 << (self.bits - 1)) - 1;
        let strange = [0.0_f32, -0.0, f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN_POSITIVE, 1e-42];
        let mut out = Vec::new();
        for window in 0..WINDOWS {
            for step in 0..self.steps {
                for c in 0..self.channels {
                    let ChannelScaling { mean, std } = self.scaling(c);
                    let noise: f64 = rng.random_range(-0.1..0.1);
                    let burst = if window == 2 && (40..60).contains(&step) { rng.random_range(-9.0..9.0) } else { 0.0 };
                    let value = mean + std * ((0.2 * step as f64 + c as f64).sin() + noise + burst);
                    let stuck = window == 3 && step * 3 > self.steps;
                    let any = window == 4;
                    out.push(match self.kind {
                        SampleKind::Counts if any => rng.random::<i32>() >> rng.random_range(0..31),
                        SampleKind::Counts if stuck => rail as i32,
                        SampleKind::Counts => (value.round() as i64).clamp(-rail - 1, rail) as i32,
                        _ if any && step % 2 == 0 => strange[rng.random_range(0..strange.len())].to_bits() as i32,
                        _ if any => rng.random::<i32>(),
                        _ if stuck => ((mean + 20.0 * std) as f32).to_bits() as i32,
                        _ => (value as f32).to_bits() as i32,
                    });
                }
            }
        }
        out
    }

    /// Every part, the coarse one with numbers that are no recording's; two of three verdicts make an alarm.
    fn score_parts(&self) -> ScoreOptions {
        random_score(&self.graph(), 2 * self.steps as u64)
    }

    /// The plan with limits from the usual windows, and what it makes of each window of the recording.
    ///
    /// # Errors
    /// Of lowering.
    pub fn plan(&self, options: &Options) -> Result<(Lowered, Vec<Verdict>)> {
        let options = Options { input: self.encoding(), score: self.score_parts(), ..options.clone() };
        let scores = self.scores(&lower(&self.graph(), &options)?)?;
        let usual = [scores[0].parts(), scores[1].parts()];
        let mut score = options.score.clone();
        for limits in &mut score.limits {
            let part = usize::from(limits.part);
            let [low, high] = [usual[0][part].min(usual[1][part]), usual[0][part].max(usual[1][part])];
            *limits = PartLimits::new(limits.part, low - low / 10, high + high / 10, [low as f32, -1.0, 1.0]);
            if limits.part == Part::Outside.code() {
                *limits = PartLimits::new(limits.part, 0, 3, [0.0, 0.0, 1.0]);
            }
        }
        let lowered = lower(&self.graph(), &Options { score, ..options })?;
        let model = lowered.model()?;
        let mut alarm = Alarm::NONE;
        let verdict = |score| {
            let verdict = model.verdict(score);
            Verdict { alarm: alarm.next(&model.header().alarm, verdict.is_anomaly()), ..verdict }
        };
        let verdicts = self.scores(&lowered)?.into_iter().map(verdict).collect();
        Ok((lowered, verdicts))
    }

    /// The score of each window, by int8 values that are encoded beforehand.
    fn scores(&self, lowered: &Lowered) -> Result<Vec<Score>> {
        let model = lowered.model()?;
        let mut scorer = lowered.scorer()?;
        let recording = self.recording();
        let windows = recording.chunks(self.steps * self.channels);
        let score = |window: &[i32]| {
            let (values, outside) = encode(&model, window);
            let score = scorer.score(&values).map_err(|e| Error::invalid(e.to_string()))?;
            Ok(Score { outside, ..score })
        };
        windows.map(score).collect()
    }
}

/// A window's int8 values, and how many samples are outside.
pub fn encode(model: &Model<'_>, window: &[i32]) -> (Vec<i8>, u32) {
    let channels = usize::from(model.input().channels);
    let encoded = window.iter().enumerate().map(|(i, sample)| match model.encodings() {
        Encodings::Counts(all) => all[i % channels].encode_counts(*sample),
        Encodings::Physical(all) => all[i % channels].encode_physical(f32::from_bits(*sample as u32)),
        other => panic!("{other:?} is of no kind that is known"),
    });
    let (values, outside): (Vec<i8>, Vec<bool>) = encoded.map(|e| (e.value, e.outside)).unzip();
    (values, outside.into_iter().map(u32::from).sum())
}
