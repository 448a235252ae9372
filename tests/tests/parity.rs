//! Reference executor = runtime on the host, every bit: random networks, all operators, odd geometry, with and without
//! the optimizing passes, by window, by sample, and for the encoder and decoder alone.

use picoae_tests::random_graph::{describe, random_graph, random_input};
use picoae_trainer::lower::{Options, lower};
use picoae_trainer::reference;

fn check(seed: u64, optimize: bool) {
    let graph = random_graph(seed);
    let options = Options { optimize, ..Options::default() };
    let lowered = lower(&graph, &options).unwrap_or_else(|e| panic!("seed {seed}: {e}\n{}", describe(&graph)));
    let mut scorer = lowered.scorer().unwrap();
    for input_seed in 0..5 {
        let input = random_input(&graph, input_seed);
        let want = reference::run(&graph, &input);
        let mut got = vec![0; want.len()];
        let score =
            scorer.reconstruct(&input, &mut got).unwrap_or_else(|e| panic!("seed {seed}: {e}\n{}", describe(&graph)));
        assert_eq!(got, want, "seed {seed}, optimize {optimize}, input {input_seed}\n{}", describe(&graph));

        let mut pushed = None;
        for sample in &input {
            assert!(pushed.is_none(), "seed {seed}: a score before the last sample");
            pushed = scorer.push(*sample);
        }
        assert_eq!(pushed, Some(score), "seed {seed}");

        let mut latents = vec![0; graph.latent().len()];
        scorer.encode(&input, &mut latents).unwrap();
        assert_eq!(latents, reference::encode(&graph, &input), "seed {seed}: latents\n{}", describe(&graph));
        if graph.encoder_layers < graph.layers.len() && lowered.header.encoder_stages < lowered.header.stages {
            scorer.decode(&latents, &mut got).unwrap();
            assert_eq!(got, reference::decode(&graph, &latents), "seed {seed}: decoded\n{}", describe(&graph));
        }
    }
}

#[test]
fn random_networks_layer_by_layer() {
    (0..600).for_each(|seed| check(seed, false));
}

#[test]
fn random_networks_optimized() {
    (0..600).for_each(|seed| check(seed, true));
}
