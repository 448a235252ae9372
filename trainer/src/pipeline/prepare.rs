//! The samples of a run, in the network's range.

use crate::config::{RunConfig, Source};
use crate::data::{self, Normalizer, SampleEncoding, Samples};
use crate::error::{Error, Result};
use picoae_compiler::spec;
use picoae_compiler::spec::Architecture;

/// The samples of a run.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// Normal samples to train on.
    pub train: Samples,
    /// Normal samples to validate on: early stopping and limits.
    pub validation: Samples,
    /// Normal samples to test with.
    pub test: Samples,
    /// Abnormal samples to test with, by kind.
    pub kinds: Vec<(String, Samples)>,
    /// How the sensor's values became the network's.
    pub normalizer: Normalizer,
    /// The same samples as they came from the sensor: what a device gets.
    pub raw: Raw,
}

/// Samples as they came from the sensor.
#[derive(Debug, Clone, Default)]
pub struct Raw {
    /// As [`Prepared::train`].
    pub train: Samples,
    /// As [`Prepared::validation`].
    pub validation: Samples,
    /// As [`Prepared::test`].
    pub test: Samples,
    /// As [`Prepared::kinds`].
    pub kinds: Vec<(String, Samples)>,
}

/// The network that a configuration names.
///
/// # Errors
/// [`Error::Unknown`] for a name that is none.
pub fn architecture(config: &RunConfig) -> Result<Architecture> {
    match config.model.as_str() {
        "timeseries" => Ok(spec::timeseries()),
        "digits" => Ok(spec::digits()),
        other => Err(Error::unknown("model", other, RunConfig::MODELS.join(" or "))),
    }
}

/// Makes or reads the samples that `config` asks for.
///
/// # Errors
/// Whatever is wrong with the configuration or the file, in one line.
pub fn prepare(config: &RunConfig, architecture: &Architecture) -> Result<Prepared> {
    let mut prepared = match config.data.source {
        Source::Signals => signals(config, architecture)?,
        Source::Csv => csv(config, architecture)?,
        Source::Mnist => digits(config)?,
    };
    if config.data.source != Source::Mnist {
        prepared.normalizer = Normalizer::fit(config.data.normalization, &prepared.train);
    }
    prepared.raw = Raw {
        train: prepared.train.clone(),
        validation: prepared.validation.clone(),
        test: prepared.test.clone(),
        kinds: prepared.kinds.clone(),
    };
    let sets = [&mut prepared.train, &mut prepared.validation, &mut prepared.test];
    for samples in sets.into_iter().chain(prepared.kinds.iter_mut().map(|(_, s)| s)) {
        prepared.normalizer.apply(&mut samples.values);
    }
    Ok(prepared)
}

fn signals(config: &RunConfig, architecture: &Architecture) -> Result<Prepared> {
    let window: usize = architecture.input.iter().product();
    if config.data.signals.window != window {
        let expected = format!("{window}: the network {:?} takes windows of that length", architecture.name);
        return Err(Error::setting("data.signals.window", config.data.signals.window, expected));
    }
    let set = data::generate(&config.data.signals, config.seed)?;
    Ok(Prepared {
        train: set.train,
        validation: set.validation,
        test: set.test_normal,
        kinds: set.faults.into_iter().map(|(fault, samples)| (fault.name().to_string(), samples)).collect(),
        normalizer: Normalizer::default(),
        raw: Raw::default(),
    })
}

fn digits(config: &RunConfig) -> Result<Prepared> {
    let mnist = data::mnist::load(&config.data.mnist.folder, config.data.mnist.validation, config.seed)?;
    let others = data::anomalies::make(&mnist.test, config.data.mnist.anomalies, config.seed)?;
    Ok(Prepared {
        train: pixels(mnist.train),
        validation: pixels(mnist.validation),
        test: pixels(mnist.test),
        kinds: others.into_iter().map(|(kind, samples)| (kind.name().to_string(), pixels(samples))).collect(),
        normalizer: Normalizer { mean: 0.0, std: WHITE, encoding: SampleEncoding::Counts },
        raw: Raw::default(),
    })
}

/// The count of a white pixel.
const WHITE: f32 = 255.0;

/// Images as a camera gives them, counts from 0 to 255, out of values from 0 to 1.
pub fn pixels(mut images: Samples) -> Samples {
    images.values.iter_mut().for_each(|v| *v = (*v * WHITE).round());
    images
}

fn csv(config: &RunConfig, architecture: &Architecture) -> Result<Prepared> {
    let path = config.data.file.as_deref().ok_or_else(|| {
        // A configuration that was checked has it.
        Error::setting("data.file", "missing", "the CSV file's path")
    })?;
    if architecture.input[..2] != [1, 1] {
        return Err(Error::invalid(format!("the network {:?} takes no signals", architecture.name)));
    }
    let window = architecture.input[2];
    let read = data::read_windows(path, window, &config.data.csv)?;
    let of = |label: usize| -> Vec<usize> {
        (0..read.samples.len())
            .filter(|i| read.samples.labels.get(*i).map_or(0, |l| usize::from(*l)) == label)
            .collect()
    };
    let normal = read.samples.select(&of(0));
    let kinds = read.names.iter().enumerate().skip(1).map(|(l, name)| (name.clone(), read.samples.select(&of(l))));
    let gap = if read.continuous { data::overlap(window, config.data.csv.hop(window)) } else { 0 };
    let split = config.data.split.split(normal.len(), gap, config.seed).map_err(|e| e.in_file(path))?;
    Ok(Prepared {
        train: normal.select(&split.train),
        validation: normal.select(&split.validation),
        test: normal.select(&split.test),
        kinds: kinds.collect(),
        normalizer: Normalizer::default(),
        raw: Raw::default(),
    })
}
