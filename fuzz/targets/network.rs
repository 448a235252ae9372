//! The integer network's file: whatever loads is lowered for every target, with and without the optimizing passes, and every
//! plan computes what the reference executor does, bit for bit.
#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use picoae::Model;
use picoae_compiler::export::{AlignedBlob, blob, rust};
use picoae_compiler::graph::{Limits, QGraph};
use picoae_compiler::lower::{Lowered, Options, Target, lower};
use picoae_compiler::reference;
use picoae_fuzz::file::with_file;
use picoae_fuzz::limit::limited;
use picoae_fuzz::mutate::{self, Weights};
use picoae_fuzz::network::fit;
use picoae_fuzz::random::Random;

/// Larger networks are not run, so that one input takes milliseconds.
const SMALL: Limits = Limits { work: 1 << 18, bytes: 1 << 20 };

fuzz_target!(|bytes: &[u8]| run(bytes));

fuzz_mutator!(|bytes: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let weights = Weights { number: 3, text: 1, words: 2, data: 1 };
    mutate::safetensors(bytes, size, max_size, seed, weights, |file, random| {
        if random.below(4) > 0 {
            fit(file, random);
        }
    })
});

fn run(bytes: &[u8]) {
    let mut graph = None;
    limited(|| graph = with_file("quantized.safetensors", bytes, |path| QGraph::load_within(path, &SMALL)).ok());
    let Some(graph) = graph else { return };
    let samples = Random::new(bytes.len() as u32).samples(graph.input.len());
    let mut expected = Results::default();
    limited(|| {
        expected.output = reference::run(&graph, &samples);
        expected.latent = reference::encode(&graph, &samples);
        expected.decoded = reference::decode(&graph, &expected.latent);
    });
    for target in Target::ALL {
        for optimize in [true, false] {
            limited(|| {
                let options = Options { optimize, target, ..Options::default() };
                if let Ok(lowered) = lower(&graph, &options) {
                    compare(&graph, &lowered, &samples, &expected, &format!("{target:?}, optimized: {optimize}"));
                }
            });
        }
    }
}

#[derive(Default)]
struct Results {
    output: Vec<i8>,
    latent: Vec<i8>,
    decoded: Vec<i8>,
}

fn compare(graph: &QGraph, lowered: &Lowered, samples: &[i8], expected: &Results, what: &str) {
    let artifact = AlignedBlob::new(&blob(lowered).expect("a plan can be exported"));
    let model = Model::from_bytes(artifact.bytes()).expect("what is exported can be loaded");
    assert_eq!(model.arena_bytes(), lowered.header.arena_bytes as usize);
    rust(lowered).expect("a plan can be exported as source");
    let mut scorer = lowered.scorer().expect("a plan can be run");
    let mut found = vec![0; expected.output.len()];
    let score = scorer.reconstruct(samples, &mut found);
    assert_eq!(found, expected.output, "{what}");
    if let Ok(score) = score {
        let pushed = samples.iter().filter_map(|sample| scorer.push(*sample)).last();
        assert_eq!(pushed, Some(score), "{what}, sample by sample");
    }
    let mut latent = vec![0; expected.latent.len()];
    if scorer.encode(samples, &mut latent).is_ok() {
        assert_eq!(latent, expected.latent, "{what}, latent");
    }
    if graph.encoder_layers < graph.layers.len() && scorer.decode(&expected.latent, &mut found).is_ok() {
        assert_eq!(found, expected.decoded, "{what}, decoded");
    }
}
