//! The models that parity is shown on: the reference networks, trained (from fixtures) and with random weights.

use picoae::SampleKind;
use picoae_compiler::graph::QGraph;
use picoae_compiler::lower::{ChannelScaling, InputEncoding, Lowered, Options};
use picoae_compiler::quantize::QuantizeConfig;
use picoae_compiler::spec::Architecture;
use picoae_trainer::Result;
use picoae_trainer::data::Samples;
use picoae_trainer::data::random::Stream;
use picoae_trainer::evaluate::{AlarmConfig, Choice, Contract, FalseAlarms, PartSides};
use picoae_trainer::network::Autoencoder;
use picoae_trainer::pipeline;
use std::path::PathBuf;

/// Normal windows in a trained model's fixture.
pub const NORMAL_WINDOWS: usize = 40;

/// Windows of each abnormal kind in it.
pub const ABNORMAL_WINDOWS: usize = 3;

/// The fixtures' folder.
pub fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// A reference network with random weights, quantized on random samples.
///
/// # Errors
/// Of quantization.
pub fn random_weights(architecture: &Architecture, seed: u64) -> Result<QGraph> {
    let network = Autoencoder::new(architecture, seed)?;
    let samples = random_samples(architecture, 8, seed);
    let config = QuantizeConfig { calibration_windows: 8, ..QuantizeConfig::default() };
    pipeline::quantized(&network, &samples.into(), &config)
}

/// Samples of smooth random values: in 0 to 1 for images, in −2 to 2 for signals.
pub fn random_samples(architecture: &Architecture, count: usize, seed: u64) -> Samples {
    let mut random = Stream::new(seed, "tests/samples");
    let mut samples = Samples::new(architecture.input);
    for _ in 0..count {
        let (rise, wave) = (random.uniform([0.5, 4.0]), random.uniform([0.01, 0.5]));
        for i in 0..samples.sample_len() {
            let value = (wave * i as f64).sin() * rise / 2.0 + random.normal(0.05);
            let value = if architecture.one_dimensional { value } else { value.abs().min(1.0) };
            samples.values.push(value as f32);
        }
    }
    samples
}

/// The trained network of a reference model, from its fixture.
///
/// # Errors
/// When the fixture is missing or altered.
pub fn trained(name: &str) -> Result<QGraph> {
    Ok(QGraph::load(fixtures().join("models").join(name).join("quantized.safetensors"))?)
}

/// The int8 windows that come with a trained network: real ones, normal and abnormal.
///
/// # Errors
/// When the fixture is missing.
pub fn trained_windows(name: &str) -> Result<Vec<i8>> {
    let raw = picoae_compiler::files::read(fixtures().join("models").join(name).join("windows.i8"))?;
    Ok(raw.into_iter().map(|b| b as i8).collect())
}

/// Windows of extreme values: all −128, all 127, alternating, and a step between them.
pub fn extreme_windows(length: usize) -> Vec<i8> {
    let mut out = vec![-128; length];
    out.extend(vec![127; length]);
    out.extend((0..length).map(|i| if i % 2 == 0 { -128 } else { 127 }));
    out.extend((0..length).map(|i| if i < length / 2 { 127 } else { -128 }));
    out
}

/// A plan with every part that `picoae train` takes for signals of which there are many, and limits; learnt from int8 windows, which become the
/// counts that `options.input` makes them of again.
///
/// # Errors
/// Of lowering.
pub fn lowered_with_parts(graph: &QGraph, windows: &[i8], options: &Options) -> Result<Lowered> {
    let [height, width, channels] = graph.input.shape;
    let mut samples = Samples::new([channels, height, width]);
    let zero_point = f64::from(graph.input.zero_point);
    let count = |q: &i8| (COUNTS_MEAN + COUNTS_A_STEP * (f64::from(*q) - zero_point)) as f32;
    samples.values = windows.iter().map(count).collect();
    let windows = samples.into();
    Ok(pipeline::calibrated(graph, [&windows, &windows], &contract(PartSides::sharp()), options)?.lowered)
}

/// Count of a converter at an int8 network's zero, and counts of one of its steps.
const COUNTS_MEAN: f64 = 2048.0;
const COUNTS_A_STEP: f64 = 12.0;

/// Samples of a converter of 12 bits: what a product has.
pub fn product_counts(graph: &QGraph) -> InputEncoding {
    let std = COUNTS_A_STEP / f64::from(graph.input.scale);
    let scaling = ChannelScaling { mean: COUNTS_MEAN, std };
    InputEncoding::alike(SampleKind::Counts, scaling, graph.input.shape[2])
}

/// One false alarm in a hundred windows.
fn contract(sides: PartSides) -> Contract {
    Contract {
        false_alarms: FalseAlarms::DEFAULT,
        percentiles: None,
        choice: Choice::FalseAlarms,
        sides,
        alarm: AlarmConfig::default(),
        seconds: None,
        interleaved: 1,
        stream: false,
    }
}

/// A plan with limits from `windows`' own scores.
///
/// # Errors
/// Of lowering.
pub fn lowered_with_limits(graph: &QGraph, validation: &Samples, options: &Options) -> Result<Lowered> {
    let windows = validation.clone().into();
    Ok(pipeline::calibrated(graph, [&windows, &windows], &contract(PartSides::residuals()), options)?.lowered)
}
