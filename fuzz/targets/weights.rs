//! Float weights: whatever loads is quantized as the parameters of a small network, if its names and shapes fit.
#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use picoae_compiler::quantize::{QuantizeConfig, Range, Ranges, quantize};
use picoae_compiler::spec::{Architecture, ParameterTable};
use picoae_compiler::weights::Weights;
use picoae_compiler::{lower, reference};
use picoae_fuzz::file::with_file;
use picoae_fuzz::limit::limited;
use picoae_fuzz::mutate;

fuzz_target!(|bytes: &[u8]| limited(|| run(bytes)));

fuzz_mutator!(|bytes: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let weights = mutate::Weights { number: 1, text: 1, words: 4, data: 1 };
    mutate::safetensors(bytes, size, max_size, seed, weights, |_, _| {})
});

fn run(bytes: &[u8]) {
    let Ok(weights) = with_file("weights.safetensors", bytes, |path| Weights::load(path)) else { return };
    let network = network();
    let Ok(flat) = ParameterTable::new(&network).and_then(|table| table.flatten(&weights)) else { return };
    let layers = network.layers().map_or(0, |layers| layers.len());
    // As wide as the weights are, within reason: what they make of normal samples is not computed here.
    let widest = flat.iter().fold(1.0_f32, |widest, value| widest.max(value.abs())).min(1e6);
    let range = Range { min: -widest, max: widest };
    let ranges = Ranges { input: range, layers: vec![range; layers] };
    let Ok(graph) = quantize(&network, &weights, &ranges, &QuantizeConfig::default()) else { return };
    let samples: Vec<i8> = (0..graph.input.len()).map(|i| (i * 37) as i8).collect();
    let expected = reference::run(&graph, &samples);
    let lowered = lower::lower(&graph, &lower::Options::default()).expect("a quantized network can be lowered");
    let mut found = vec![0; expected.len()];
    let _ = lowered.scorer().expect("a plan can be run").reconstruct(&samples, &mut found);
    assert_eq!(found, expected);
}

/// Eight samples, two layers with parameters on each side.
fn network() -> Architecture {
    const TEXT: &str = r#"{
        "name": "small", "input": [1, 1, 8], "one_dimensional": true,
        "encoder": [
            { "type": "conv", "input": 1, "output": 2, "kernel": [1, 3], "stride": [1, 1], "padding": [0, 1] },
            { "type": "relu" },
            { "type": "flatten" },
            { "type": "linear", "input": 16, "output": 3 }
        ],
        "decoder": [
            { "type": "linear", "input": 3, "output": 8 },
            { "type": "reshape", "shape": [2, 1, 4] },
            { "type": "conv_transpose", "input": 2, "output": 1, "kernel": [1, 2], "stride": [1, 2], "padding": [0, 0] }
        ]
    }"#;
    serde_json::from_str(TEXT).expect("a sound description")
}
