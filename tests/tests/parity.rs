//! Reference executor = runtime on the host, every bit: random networks, all operators, odd geometry, with and without
//! the optimizing passes.

use picoae_compiler::lower::Options;
use picoae_tests::parity::{Kernels, check};
use picoae_tests::random_graph::random_graph;

fn check_all(optimize: bool) {
    let options = Options { optimize, ..Options::default() };
    (0..600).for_each(|seed| check(&random_graph(seed), &options, &mut Kernels::new()));
}

#[test]
fn random_networks_layer_by_layer() {
    check_all(false);
}

#[test]
fn random_networks_optimized() {
    check_all(true);
}
