//! The model in the runtime's examples is what the compiler writes today.

use picoae::{Decision, Part, SampleKind, Score, ScoreReference, Threshold};
use picoae_compiler::export;
use picoae_compiler::lower::{ChannelScaling, InputEncoding, Options, ScoreOptions, Target, lower};
use picoae_tests::models::{ABNORMAL_WINDOWS, NORMAL_WINDOWS, trained, trained_windows};
use std::path::Path;

/// Compares a file of the examples; where it differs, writes what it should be beside the build.
fn assert_stands(name: &str, bytes: &[u8]) {
    let place = Path::new("../runtime/examples/pump").join(name);
    if std::fs::read(&place).unwrap_or_default() != bytes {
        let right = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::write(&right, bytes).unwrap();
        panic!("{} is old; as it should be: {}", place.display(), right.display());
    }
}

#[test]
fn the_examples_model_is_what_the_compiler_writes() {
    let graph = trained("timeseries").unwrap();
    let windows = trained_windows("timeseries").unwrap();
    let windows: Vec<&[i8]> = windows.chunks_exact(1000).collect();
    // As if the recording had been one of a converter of 12 bits whose signal rests at half its range.
    let scaling = ChannelScaling { mean: 2048.0, std: 600.0 };
    let input = InputEncoding::alike(SampleKind::Counts, scaling, 1);
    let counts = |window: &[i8]| -> Vec<u8> {
        let count = |q: &i8| scaling.mean + scaling.std * f64::from(graph.input.dequantize(*q));
        window.iter().flat_map(|q| (count(q).round() as i16).to_le_bytes()).collect()
    };
    let options = Options { target: Target::Portable, input, ..Options::default() };
    let plan = lower(&graph, &options).unwrap();
    let mut scorer = plan.scorer().unwrap();
    let normal: Vec<Score> = windows[..NORMAL_WINDOWS].iter().map(|window| scorer.score(window).unwrap()).collect();
    // A quarter of the extremes beyond them; one sample outside is none too many.
    let around = |all: Threshold, part: Part| {
        let values = || normal.iter().map(|score| score.part(part));
        let (low, high) = (values().min().unwrap(), values().max().unwrap());
        all.with(part, low - low / 4, high + high / 4)
    };
    let threshold = Part::OF_RESIDUALS.into_iter().fold(Threshold::OPEN, around).with(Part::Outside, 0, 1);
    let parts = Part::OF_RESIDUALS.into_iter().chain([Part::Outside]);
    let score = ScoreOptions::of(parts, &threshold, &ScoreReference::NONE);
    let lowered = lower(&graph, &Options { score, ..options }).unwrap();
    let mut scorer = lowered.scorer().unwrap();
    let abnormal = windows[NORMAL_WINDOWS..].chunks(ABNORMAL_WINDOWS).map(|kind| kind[0]);
    let found = abnormal.filter(|w| threshold.decide(&scorer.score(w).unwrap()) == Decision::Anomaly).max_by_key(|w| {
        // Noise: the largest steps from sample to sample.
        w.windows(2).map(|pair| i64::from(pair[0].abs_diff(pair[1])).pow(2)).sum::<i64>()
    });
    assert_stands("normal.i16", &counts(windows[0]));
    assert_stands("burst.i16", &counts(found.unwrap()));
    assert_stands("device.safetensors", &export::blob(&lowered).unwrap());
    assert_stands("device.rs", export::rust(&lowered).unwrap().as_bytes());
}
