//! Reference executor = runtime on the host for plans made for the Cortex-M0+, every bit: the portable bodies of its
//! kernels read and write the layouts and packed weights that the device uses.

use picoae_compiler::lower::{Options, Target};
use picoae_tests::parity::{check_random, check_random_wide, check_reference_networks};

fn options() -> Options {
    Options { target: Target::CortexM0, ..Options::default() }
}

#[test]
fn random_networks() {
    let kernels = check_random(&options(), 600);
    assert!(kernels[&64] > 300, "few swar16 convolutions: {kernels:?}");
}

#[test]
fn random_wide_networks() {
    let kernels = check_random_wide(&options(), 400);
    assert!(kernels[&64] > 300, "few swar16 convolutions: {kernels:?}");
}

#[test]
fn the_reference_networks() {
    check_reference_networks(&options());
}
