//! Reference executor = runtime for plans made for the workstation, every bit: with the processor's own vectors here, with
//! the portable bodies elsewhere.

use picoae_compiler::graph::{Geometry, Parameters, QGraph, QLayer, QOp, Scale, TensorInfo};
use picoae_compiler::lower::{Options, Target};
use picoae_tests::parity::{Kernels, check, check_random, check_random_wide, check_reference_networks};

/// The kernel of convolutions in vectors.
const VECTOR: u8 = picoae::plan::Kernel::Simd16.code();

fn options() -> Options {
    Options { target: Target::Host, ..Options::default() }
}

#[test]
fn random_networks() {
    let kernels = check_random(&options(), 600);
    assert!(kernels[&VECTOR] > 600, "few convolutions in vectors: {kernels:?}");
}

#[test]
fn random_wide_networks() {
    let kernels = check_random_wide(&options(), 250);
    assert!(kernels[&VECTOR] > 400, "few convolutions in vectors: {kernels:?}");
}

#[test]
fn the_reference_networks() {
    for optimize in [true, false] {
        let kernels = check_reference_networks(&Options { optimize, ..options() });
        assert_eq!(kernels[&VECTOR], 8 + 5, "a convolution is not in vectors: {kernels:?}");
    }
}

/// A convolution of 16 channels of an image or a signal to `outputs`, its parameters chosen by the caller.
fn single(signal: bool, outputs: usize, weights: impl Fn(usize) -> i8, shift: i32, zero_point: i32) -> QGraph {
    let (shape, kernel) = if signal { ([1, 31, 16], [1, 3]) } else { ([5, 14, 16], [3, 3]) };
    let terms = kernel[0] * kernel[1] * 16;
    let parameters = Parameters {
        weights: (0..outputs * terms).map(weights).collect(),
        bias: (0..outputs as i32).map(|o| 1000 * o - 4000).collect(),
        scales: vec![Scale { multiplier: 1_500_000_000, shift }],
        range: [-128, 127],
    };
    let geometry = Geometry { kernel, stride: [1, 1], padding: [kernel[0] / 2, 1], dilation: [1, 1], groups: 1 };
    let tensor = |shape| TensorInfo { shape, scale: 0.1, zero_point };
    let output = tensor([shape[0], shape[1], outputs]);
    QGraph {
        name: "single".into(),
        input: tensor(shape),
        layers: vec![QLayer { name: "conv".into(), op: QOp::Conv(geometry, parameters), output }],
        encoder_layers: 1,
    }
}

#[test]
fn extreme_weights_and_activations() {
    let mut kernels = Kernels::new();
    for signal in [false, true] {
        for outputs in [1, 2, 3, 16, 17] {
            for zero_point in [-128, 0, 127] {
                let mut check = |graph| check(&graph, &options(), &mut kernels);
                check(single(signal, outputs, |_| 127, -16, zero_point));
                check(single(signal, outputs, |_| -127, -16, zero_point));
                check(single(signal, outputs, |i| if i % 2 == 0 { 127 } else { -127 }, -16, zero_point));
            }
        }
    }
    assert_eq!(kernels.keys().collect::<Vec<_>>(), [&VECTOR]);
}

#[test]
fn shifts_of_any_size() {
    let mut kernels = Kernels::new();
    for signal in [false, true] {
        for shift in [2, 0, -1, -10, -25, -31] {
            check(&single(signal, 20, |i| (i % 5) as i8 - 2, shift, 3), &options(), &mut kernels);
        }
    }
    assert_eq!(kernels.keys().collect::<Vec<_>>(), [&VECTOR]);
}
