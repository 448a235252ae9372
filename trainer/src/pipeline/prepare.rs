//! The samples of a run, in the network's range.

use super::labelled;
use super::quantized::LearntFrom;
use crate::config::{DataConfig, RunConfig, Source};
use crate::data::{
    self, Independent, Normalization, Normalizer, Recording, SampleEncoding, Samples, Split, SplitOrder, Windows,
};
use crate::error::{Error, Result};
use crate::evaluate::{Contract, PartSides};
use picoae_compiler::spec::Architecture;
use std::ops::Range;

/// Windows that are trained on; of more, which overlap by nearly all of their samples, an epoch would learn nothing more and take days.
const MOST_TRAINED: usize = 1 << 19;

/// Windows of a set that limits and tests take.
const MOST_JUDGED: usize = 100_000;

/// The samples of a run.
#[derive(Debug, Clone, Default)]
pub struct Prepared {
    /// Normal samples to train on.
    pub train: Windows,
    /// Normal samples to validate on: early stopping and limits.
    pub validation: Windows,
    /// Normal samples to test with.
    pub test: Windows,
    /// Abnormal samples to test with, by kind.
    pub kinds: Vec<(String, Windows)>,
    /// Normal windows of a recording that begin at other places than those to validate on; of other samples none.
    pub between: Windows,
    /// Abnormal samples that the limits are chosen by, where labels decide; they are not in `kinds`.
    pub labelled: Windows,
    /// All abnormal samples by kind, where some of them are in `labelled`; else none.
    pub all_kinds: Vec<(String, Windows)>,
    /// Marked rows of a recording, with the kind they are marked as; of other samples none.
    pub events: Vec<(String, Range<usize>)>,
    /// First rows of a recording's stretches: a gap lies in front of each.
    pub breaks: Vec<usize>,
    /// Names of a recording's channels; of other samples none.
    pub channels: Vec<String>,
    /// Samples a second, where the recording says it.
    pub rate: Option<f64>,
    /// How the sensor's values became the network's.
    pub normalizer: Normalizer,
    /// What was read, in words.
    pub notes: Vec<String>,
    /// What makes doubt whether something good can come of it, in words.
    pub warnings: Vec<String>,
}

impl Prepared {
    /// All abnormal samples by kind, whatever they are for.
    pub fn abnormal(&self) -> &[(String, Windows)] {
        if self.all_kinds.is_empty() { &self.kinds } else { &self.all_kinds }
    }

    /// What normal is learnt from.
    pub fn learnt_from(&self) -> LearntFrom<'_> {
        LearntFrom { train: &self.train, validation: &self.validation, labelled: &self.labelled }
    }

    /// What the network takes: `[channels, height, width]`.
    pub fn input(&self) -> [usize; 3] {
        self.train.shape()
    }
}

/// The network of a configuration, for samples of shape `input`: `[channels, height, width]`.
///
/// # Errors
/// Of [`picoae_compiler::spec::NetworkConfig::architecture`].
pub fn architecture(config: &RunConfig, input: [usize; 3]) -> Result<Architecture> {
    Ok(config.network.architecture(input)?)
}

/// Makes or reads the samples that `config` asks for, and learns how they are normalized.
///
/// # Errors
/// Whatever is wrong with the configuration or the file, in one line.
pub fn prepare(config: &RunConfig) -> Result<Prepared> {
    read(config, None).and_then(|prepared| prepared.divided(config))
}

/// As [`prepare`], normalized as a run learnt it when it was trained.
///
/// # Errors
/// As [`prepare`]; [`Error::Invalid`] where there are other channels now.
pub fn prepare_again(config: &RunConfig, normalizer: &Normalizer) -> Result<Prepared> {
    read(config, Some(normalizer)).and_then(|prepared| prepared.divided(config))
}

fn read(config: &RunConfig, known: Option<&Normalizer>) -> Result<Prepared> {
    match config.data.source {
        Source::Signals => {
            let set = data::generate(&config.data.signals, config.seed)?;
            let kinds = set.faults.into_iter().map(|(fault, samples)| (fault.name().to_string(), samples)).collect();
            finished(
                config,
                Sets { train: set.train, validation: set.validation, test: set.test_normal, kinds }.into(),
                known,
            )
        }
        Source::Mnist => {
            let mnist = data::mnist::load(&config.data.mnist.folder, config.data.mnist.validation, config.seed)?;
            let others = data::anomalies::make(&mnist.test, config.data.mnist.anomalies, config.seed)?;
            let kinds = others.into_iter().map(|(kind, samples)| (kind.name().to_string(), pixels(samples))).collect();
            finished(
                config,
                Sets {
                    train: pixels(mnist.train),
                    validation: pixels(mnist.validation),
                    test: pixels(mnist.test),
                    kinds,
                }
                .into(),
                known,
            )
        }
        Source::Images => images(config, known),
        Source::Recording => recording(config, known),
    }
}

/// Sets that are there as they are.
struct Sets {
    train: Samples,
    validation: Samples,
    test: Samples,
    kinds: Vec<(String, Samples)>,
}

impl From<Sets> for Prepared {
    fn from(sets: Sets) -> Self {
        Self {
            train: sets.train.into(),
            validation: sets.validation.into(),
            test: sets.test.into(),
            kinds: sets.kinds.into_iter().map(|(name, samples)| (name, samples.into())).collect(),
            ..Self::default()
        }
    }
}

impl Prepared {
    /// The parts of a set, and other kinds.
    fn of(split: &Split, normal: &Windows, kinds: Vec<(String, Windows)>) -> Self {
        Self {
            train: split.train.of(normal),
            validation: split.validation.of(normal),
            test: split.test.of(normal),
            kinds,
            ..Self::default()
        }
    }

    /// With half of the labelled samples for the limits, where labels decide.
    fn divided(mut self, config: &RunConfig) -> Result<Self> {
        if let Some(divided) = labelled::divided(config, &self.kinds)? {
            self.all_kinds = std::mem::replace(&mut self.kinds, divided.testing);
            self.labelled = divided.choosing;
            self.notes.push(divided.note);
        }
        Ok(self)
    }

    /// All sets through one normalizer.
    #[must_use]
    pub fn normalized(mut self, normalizer: Normalizer) -> Self {
        for set in [&mut self.train, &mut self.validation, &mut self.test, &mut self.between, &mut self.labelled] {
            *set = std::mem::take(set).normalized(&normalizer);
        }
        self.kinds = self.kinds.into_iter().map(|(name, set)| (name, set.normalized(&normalizer))).collect();
        self.normalizer = normalizer;
        self
    }
}

/// Independent validation windows from which on both sides of the residuals' parts can have limits.
const MANY: usize = 100;

/// What a configuration's limits are to keep, with what its samples add.
pub fn contract(config: &RunConfig, prepared: &Prepared) -> Contract {
    let validation = &prepared.validation;
    let sides = match config.data.source {
        _ if is_images(config) => PartSides::residuals(),
        Source::Signals if Independent::of(validation).0 >= MANY => PartSides::sharp(),
        _ => PartSides::robust(),
    };
    Contract {
        false_alarms: config.threshold.false_alarms,
        percentiles: config.threshold.percentiles(),
        choice: config.threshold.choice(),
        sides: config.threshold.parts.unwrap_or(sides),
        alarm: config.alarm,
        seconds: prepared.rate.map(|rate| validation.rows() as f64 / rate),
        interleaved: validation.interleaved(),
        stream: false,
    }
}

fn is_images(config: &RunConfig) -> bool {
    matches!(config.data.source, Source::Mnist | Source::Images)
}

/// The count of a white pixel.
const WHITE: f32 = 255.0;

/// Images as a camera gives them, counts from 0 to 255, out of values from 0 to 1.
#[must_use]
pub fn pixels(mut images: Samples) -> Samples {
    images.values.iter_mut().for_each(|v| *v = (*v * WHITE).round());
    images
}

/// Counts of pixels to values from 0 to 1.
fn of_pixels() -> Normalizer {
    Normalizer { encoding: SampleEncoding::Counts, ..Normalizer::of(&[(0.0, WHITE)]) }
}

fn finished(config: &RunConfig, sets: Prepared, known: Option<&Normalizer>) -> Result<Prepared> {
    let normalizer = match known {
        Some(known) => fitting(known, &sets.train)?,
        None if is_images(config) && config.data.normalization() == Normalization::None => of_pixels(),
        None => {
            let encoding = if is_images(config) { SampleEncoding::Counts } else { SampleEncoding::Physical };
            Normalizer::fit(config.data.normalization(), &sets.train, encoding).0
        }
    };
    Ok(sets.normalized(normalizer))
}

/// A run's normalizer, if it is for samples with these channels.
fn fitting(known: &Normalizer, samples: &Windows) -> Result<Normalizer> {
    let channels = samples.shape()[0];
    if known.channels.len() == channels {
        return Ok(known.clone());
    }
    let trained = known.channels.len();
    Err(Error::invalid(format!(
        "{channels} channels, but the run was trained with {trained}; choose them with --channels"
    )))
}

fn images(config: &RunConfig, known: Option<&Normalizer>) -> Result<Prepared> {
    let data::images::Images { normal, kinds } =
        data::images::find(&config.data.files, &config.data.labels, &config.data.format)?;
    let split = config.data.split.split(normal.len(), 0, config.seed)?;
    let kinds = kinds.into_iter().map(|(name, samples)| (name, pixels(samples).into())).collect();
    finished(config, Prepared::of(&split, &pixels(normal).into(), kinds), known)
}

fn recording(config: &RunConfig, known: Option<&Normalizer>) -> Result<Prepared> {
    let asked = config.data.window.unwrap_or(DataConfig::WINDOW);
    let recording = config.data.recording(asked).read()?;
    let window = window(&recording, config)?;
    let several = recording.window.is_none();
    let hop = config.data.hop.unwrap_or(if several { DataConfig::default_hop(window) } else { window });
    let cut = recording.cut(window, hop);
    if cut.normal.is_empty() {
        let rows = recording.stretches.iter().map(|s| s.rows.len()).max().unwrap_or(0);
        let message = if cut.kinds.is_empty() {
            format!(
                "{rows} samples without a gap, expected at least {window} for one window; a shorter one is --window {rows}"
            )
        } else {
            "no window without marked samples, expected some to train on; are the labels meant the other way round (--normal)?".into()
        };
        return Err(Error::invalid(message).in_file(&recording.files[0]));
    }
    // Windows that overlap may leave more of a stretch's end uncovered than those that do not.
    let independent = Independent::of(&cut.normal).max(Independent::of(&recording.cut(window, window).normal));
    independent.check(window).map_err(|e| e.in_file(&recording.files[0]))?;
    // As many as share samples with the next part.
    let gap = if several { window.div_ceil(hop) - 1 } else { 0 };
    let split =
        config.data.split.split(cut.normal.len(), gap, config.seed).map_err(|e| e.in_file(&recording.files[0]))?;
    let mut notes = vec![described(&recording)];
    notes.extend(recording.notes.iter().cloned());
    if cut.short > 0 {
        notes.push(format!("{} stretches are shorter than a window of {window} and give none", cut.short));
    }
    if cut.uncovered > 0 {
        notes.push(format!("{} samples at the ends of stretches are in no window", cut.uncovered));
    }
    let mut prepared = Prepared::of(&split, &cut.normal, cut.kinds);
    prepared.rate = recording.rate;
    let all = prepared.train.len();
    prepared.train = prepared.train.thinned(MOST_TRAINED);
    if prepared.train.len() < all {
        notes.push(format!("of {all} windows that overlap, {} are trained on", prepared.train.len()));
    }
    if hop < window {
        thin(&mut prepared, &mut notes);
    }
    let (fitted, spreads) = Normalizer::fit(config.data.normalization(), &prepared.train, recording.encoding());
    let normalizer = match known {
        Some(known) => fitting(known, &prepared.train)?,
        None => fitted,
    };
    prepared.warnings = data::check(&recording, &prepared.train, &spreads)?;
    if config.data.split.order == SplitOrder::Shuffled && hop < window && several {
        prepared.warnings.push(
            "windows that overlap are shuffled into the parts (data.split.order): tests and limits see what was trained on"
                .into(),
        );
    }
    // A few samples far out set neither the range nor the loss: training reads them as the ends of the usual range. What is
    // scored is read as it is.
    prepared.train = prepared.train.clipped(spreads.iter().map(|s| [s.low, s.high]).collect());
    if several {
        prepared.between = prepared.validation.between();
        let marked =
            recording.marks.iter().filter_map(|m| Some((recording.kinds.get(m.kind)?.clone(), m.rows.clone())));
        prepared.events = marked.collect();
        prepared.breaks = recording.stretches.iter().map(|stretch| stretch.rows.start).collect();
    }
    prepared.notes = notes;
    prepared.channels = recording.channels;
    Ok(prepared.normalized(normalizer))
}

/// Windows that overlap by nearly all of their samples say nothing new: limits and tests take at most [`MOST_JUDGED`] of each set.
fn thin(prepared: &mut Prepared, notes: &mut Vec<String>) {
    let kinds = prepared.kinds.iter_mut().map(|(_, set)| set);
    for set in [&mut prepared.validation, &mut prepared.test].into_iter().chain(kinds) {
        let all = set.len();
        *set = set.thinned(MOST_JUDGED);
        if set.len() < all {
            notes.push(format!("of {all} windows that overlap, {} are judged", set.len()));
        }
    }
}

/// Samples of a window: as the files have it, else as configured.
fn window(recording: &Recording, config: &RunConfig) -> Result<usize> {
    let Some(window) = recording.window else { return Ok(config.data.window.unwrap_or(DataConfig::WINDOW)) };
    match (config.data.window, config.data.hop) {
        (Some(asked), _) if asked != window => {
            Err(Error::setting("data.window", asked, format!("{window}: the files have windows of that length")))
        }
        (_, Some(hop)) if hop != window => {
            Err(Error::setting("data.hop", hop, "nothing there: the files have windows, which do not overlap"))
        }
        _ => Ok(window),
    }
}

/// A recording in a line.
fn described(recording: &Recording) -> String {
    let rate =
        recording.rate.map_or(String::new(), |rate| format!(" at {} a second", (rate * 1000.0).round() / 1000.0));
    let plural = |n: usize, word: &str| if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") };
    let stretches = match recording.stretches.len() {
        1 => "without a gap".into(),
        n => format!("in {n} stretches"),
    };
    let kinds = match &recording.kinds[..] {
        [] => String::new(),
        kinds => format!(", marked as {}", kinds.join(", ")),
    };
    let rows = recording.rows();
    format!(
        "{}: {} of {} ({}){rate} {stretches}{kinds}",
        plural(recording.files.len(), "file"),
        plural(rows, "sample"),
        plural(recording.channels.len(), "channel"),
        recording.channels.join(", ")
    )
}
