//! Reference executor = runtime on the host for plans made for the Cortex-M4, every bit: the portable bodies of its
//! kernels read and write the layouts and packed weights that the device uses.

use picoae_compiler::graph::{Geometry, Parameters, QGraph, QLayer, QOp, Scale, TensorInfo};
use picoae_compiler::lower::{Options, Target};
use picoae_tests::parity::{Kernels, check, check_random, check_random_wide, check_reference_networks};

fn options() -> Options {
    Options { target: Target::CortexM4, ..Options::default() }
}

#[test]
fn random_networks() {
    let kernels = check_random(&options(), 600);
    assert!(kernels[&1] > 200, "few sliding convolutions: {kernels:?}");
}

#[test]
fn random_wide_networks() {
    let kernels = check_random_wide(&options(), 250);
    assert!(kernels[&1] > 175 && kernels[&2] > 2 && kernels[&3] > 10, "few stages of a kernel: {kernels:?}");
}

#[test]
fn the_reference_networks() {
    check_reference_networks(&options());
}

/// One convolution of 16 to 9 channels of an image (14 columns) or a signal, its parameters chosen by the caller.
fn single(signal: bool, weights: impl Fn(usize) -> i8, shift: i32, zero_point: i32) -> QGraph {
    let (shape, kernel) = if signal { ([1, 31, 16], [1, 3]) } else { ([5, 14, 16], [3, 3]) };
    let terms = kernel[0] * kernel[1] * 16;
    let parameters = Parameters {
        weights: (0..9 * terms).map(weights).collect(),
        bias: (0..9).map(|o| 1000 * o - 4000).collect(),
        scales: vec![Scale { multiplier: 1_500_000_000, shift }],
        range: [-128, 127],
    };
    let padding = [kernel[0] / 2, 1];
    let geometry = Geometry { kernel, stride: [1, 1], padding, dilation: [1, 1], groups: 1 };
    let tensor = |shape| TensorInfo { shape, scale: 0.1, zero_point };
    QGraph {
        name: "single".into(),
        input: tensor(shape),
        layers: vec![QLayer {
            name: "conv".into(),
            op: QOp::Conv(geometry, parameters),
            output: tensor([shape[0], shape[1], 9]),
        }],
        encoder_layers: 1,
    }
}

#[test]
fn extreme_weights_and_activations() {
    let mut kernels = Kernels::new();
    for signal in [false, true] {
        for zero_point in [-128, 0, 127] {
            check(&single(signal, |_| 127, -16, zero_point), &options(), &mut kernels);
            check(&single(signal, |_| -127, -16, zero_point), &options(), &mut kernels);
            check(&single(signal, |i| if i % 2 == 0 { 127 } else { -127 }, -16, zero_point), &options(), &mut kernels);
        }
    }
    assert!(kernels.keys().all(|kernel| [1, 5].contains(kernel)), "{kernels:?}");
}

#[test]
fn what_the_kernels_exclude_takes_the_portable_way() {
    let mut kernels = Kernels::new();
    for signal in [false, true] {
        // No right shift, a left shift, a shift beyond 20.
        for shift in [0, 2, -25] {
            check(&single(signal, |i| (i % 5) as i8 - 2, shift, 3), &options(), &mut kernels);
        }
    }
    assert_eq!(kernels.keys().collect::<Vec<_>>(), [&0]);
}
