//! Reference executor = runtime on the host for plans made for the Cortex-M0+, every bit: the portable twins of its
//! kernels read and write the layouts and packed weights that the device uses.

use picoae_tests::nets::random_net;
use picoae_tests::random_graph::{describe, random_graph, random_input, random_wide_graph};
use picoae_trainer::graph::QGraph;
use picoae_trainer::lower::{Options, Target, lower};
use picoae_trainer::net::{digits, timeseries};
use picoae_trainer::reference;
use std::collections::BTreeMap;

/// Runs `graph` whole and in its halves; counts the forms that its stages have.
fn check(graph: &QGraph, options: &Options, forms: &mut BTreeMap<u8, usize>) {
    let text = || describe(graph);
    let lowered = lower(graph, options).unwrap_or_else(|e| panic!("{}: {e}\n{}", graph.name, text()));
    for stage in &lowered.stages {
        *forms.entry(stage.form).or_default() += 1;
    }
    let mut scorer = lowered.scorer().unwrap();
    for input_seed in 0..5 {
        let input = random_input(graph, input_seed);
        let want = reference::run(graph, &input);
        let mut got = vec![0; want.len()];
        scorer.reconstruct(&input, &mut got).unwrap_or_else(|e| panic!("{}: {e}\n{}", graph.name, text()));
        assert_eq!(got, want, "{}, input {input_seed}\n{}", graph.name, text());
        let mut latents = vec![0; graph.latent().len()];
        scorer.encode(&input, &mut latents).unwrap();
        assert_eq!(latents, reference::encode(graph, &input), "{}: latents\n{}", graph.name, text());
        if graph.encoder_layers < graph.layers.len() && lowered.header.encoder_stages < lowered.header.stages {
            scorer.decode(&latents, &mut got).unwrap();
            assert_eq!(got, reference::decode(graph, &latents), "{}: decoded\n{}", graph.name, text());
        }
    }
}

fn options() -> Options {
    Options { target: Target::CortexM0, ..Options::default() }
}

#[test]
fn random_networks() {
    let mut forms = BTreeMap::new();
    for seed in 0..600 {
        check(&random_graph(seed), &options(), &mut forms);
        check(&random_graph(seed), &Options { optimize: false, ..options() }, &mut forms);
    }
    assert!(forms[&64] > 300, "few two-lane convolutions: {forms:?}");
}

#[test]
fn random_wide_networks() {
    let mut forms = BTreeMap::new();
    for seed in 0..400 {
        check(&random_wide_graph(seed), &options(), &mut forms);
        check(&random_wide_graph(seed), &Options { flash_budget: Some(1 << 16), ..options() }, &mut forms);
    }
    assert!(forms[&64] > 600, "few two-lane convolutions: {forms:?}");
}

#[test]
fn the_reference_networks() {
    let mut forms = BTreeMap::new();
    check(&random_net(&digits(), 1), &options(), &mut forms);
    check(&random_net(&timeseries(), 2), &options(), &mut forms);
    check(&random_net(&timeseries(), 3), &Options { flash_budget: Some(1 << 14), ..options() }, &mut forms);
}
