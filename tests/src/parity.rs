//! Compares a plan on the host with the reference executor, every bit.

use crate::nets::random_net;
use crate::random_graph::{describe, random_graph, random_input, random_wide_graph};
use crate::scores::{defined, random_score};
use picoae_compiler::graph::QGraph;
use picoae_compiler::lower::{Lowered, Options, lower};
use picoae_compiler::reference;
use picoae_compiler::spec::{digits, timeseries};
use std::collections::BTreeMap;

/// How many stages of each kernel were checked.
pub type Kernels = BTreeMap<u8, usize>;

/// Lowers `graph` and checks the plan with five inputs.
///
/// # Panics
/// Where lowering fails or a bit differs.
pub fn check(graph: &QGraph, options: &Options, kernels: &mut Kernels) {
    // Another choice of parts for each network.
    let seed = graph.name.bytes().fold(0, |sum, b| sum + u64::from(b));
    let options = Options { score: random_score(graph, seed), ..options.clone() };
    let lowered = lower(graph, &options).unwrap_or_else(|e| panic!("{}: {e}\n{}", graph.name, describe(graph)));
    check_plan(graph, &lowered, 5, kernels);
    if lowered.is_ahead().unwrap() {
        // A score would compare other values than those side by side.
        return;
    }
    for input in (0..2).map(|seed| random_input(graph, seed)) {
        let got = lowered.scorer().unwrap().score(&input).unwrap();
        assert_eq!(got, defined(graph, &lowered, &options.score, &input), "{}\n{}", graph.name, describe(graph));
    }
}

/// Checks `networks` random networks, optimized and not.
///
/// # Panics
/// As [`check`].
pub fn check_random(options: &Options, networks: u64) -> Kernels {
    let mut kernels = Kernels::new();
    for seed in 0..networks {
        let graph = random_graph(seed);
        check(&graph, options, &mut kernels);
        check(&graph, &Options { optimize: false, ..options.clone() }, &mut kernels);
    }
    kernels
}

/// Checks `networks` random networks with many channels.
///
/// # Panics
/// As [`check`].
pub fn check_random_wide(options: &Options, networks: u64) -> Kernels {
    let mut kernels = Kernels::new();
    (0..networks).for_each(|seed| check(&random_wide_graph(seed), options, &mut kernels));
    kernels
}

/// Checks both reference networks with random weights.
///
/// # Panics
/// As [`check`].
pub fn check_reference_networks(options: &Options) -> Kernels {
    let mut kernels = Kernels::new();
    check(&random_net(&digits(), 1), options, &mut kernels);
    check(&random_net(&timeseries(), 2), options, &mut kernels);
    kernels
}

/// Runs a plan of `graph` by window, by sample, and in its halves, with `inputs` inputs.
///
/// # Panics
/// Where a bit differs.
pub fn check_plan(graph: &QGraph, lowered: &Lowered, inputs: u64, kernels: &mut Kernels) {
    let text = || describe(graph);
    for stage in &lowered.stages {
        *kernels.entry(stage.kernel).or_default() += 1;
    }
    let mut scorer = lowered.scorer().unwrap();
    for input_seed in 0..inputs {
        let input = random_input(graph, input_seed);
        let want = reference::run(graph, &input);
        let mut got = vec![0; want.len()];
        let score = scorer.reconstruct(&input, &mut got).unwrap_or_else(|e| panic!("{}: {e}\n{}", graph.name, text()));
        assert_eq!(got, want, "{}, input {input_seed}\n{}", graph.name, text());

        let mut pushed = None;
        for sample in &input {
            assert!(pushed.is_none(), "{}: a score before the last sample", graph.name);
            pushed = scorer.push(*sample);
        }
        assert_eq!(pushed, Some(score), "{}, input {input_seed}, sample by sample\n{}", graph.name, text());

        let mut latents = vec![0; graph.latent().len()];
        scorer.encode(&input, &mut latents).unwrap();
        assert_eq!(latents, reference::encode(graph, &input), "{}: latents\n{}", graph.name, text());
        if graph.encoder_layers < graph.layers.len() && lowered.header.encoder_stages < lowered.header.stages {
            scorer.decode(&latents, &mut got).unwrap();
            assert_eq!(got, reference::decode(graph, &latents), "{}: decoded\n{}", graph.name, text());
        }
    }
}
