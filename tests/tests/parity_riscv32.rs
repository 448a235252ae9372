//! Reference executor = runtime on the host for plans made for the RISC-V, every bit: the portable twins of its
//! kernels read and write the layouts and packed weights that the device uses.

use picoae_compiler::lower::{Options, Target};
use picoae_tests::parity::{check_random, check_random_wide, check_reference_networks};

fn options() -> Options {
    Options { target: Target::Riscv32, ..Options::default() }
}

#[test]
fn random_networks() {
    let forms = check_random(&options(), 600);
    assert!(forms[&65] > 300, "few convolutions of three positions: {forms:?}");
}

#[test]
fn random_wide_networks() {
    let forms = check_random_wide(&options(), 400);
    assert!(forms[&65] > 300, "few convolutions of three positions: {forms:?}");
}

#[test]
fn the_reference_networks() {
    check_reference_networks(&options());
}
