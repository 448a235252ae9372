//! Reference executor = runtime on the host for plans made for the Cortex-M0+, every bit: the portable twins of its
//! kernels read and write the layouts and packed weights that the device uses.

use picoae_tests::nets::random_net;
use picoae_tests::parity::{Forms, check};
use picoae_tests::random_graph::{random_graph, random_wide_graph};
use picoae_trainer::lower::{Options, Target};
use picoae_trainer::net::{digits, timeseries};

fn options() -> Options {
    Options { target: Target::CortexM0, ..Options::default() }
}

#[test]
fn random_networks() {
    let mut forms = Forms::new();
    for seed in 0..600 {
        check(&random_graph(seed), &options(), &mut forms);
        check(&random_graph(seed), &Options { optimize: false, ..options() }, &mut forms);
    }
    assert!(forms[&64] > 300, "few two-lane convolutions: {forms:?}");
}

#[test]
fn random_wide_networks() {
    let mut forms = Forms::new();
    (0..400).for_each(|seed| check(&random_wide_graph(seed), &options(), &mut forms));
    assert!(forms[&64] > 300, "few two-lane convolutions: {forms:?}");
}

#[test]
fn the_reference_networks() {
    let mut forms = Forms::new();
    check(&random_net(&digits(), 1), &options(), &mut forms);
    check(&random_net(&timeseries(), 2), &options(), &mut forms);
}
