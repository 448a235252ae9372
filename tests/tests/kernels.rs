//! Each kernel against the reference executor on random geometry: odd lengths, one channel, kernels longer than the
//! signal, padding from 0 to the kernel less one, strides, dilation, groups.

use picoae_compiler::graph::{Geometry, Parameters, QGraph, QLayer, QOp, TensorInfo};
use picoae_compiler::lower::{Options, Target, lower};
use picoae_compiler::reference;
use picoae_tests::random_graph::{describe, random_parameters};
use proptest::prelude::*;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// Runs a network of one layer both ways, for every target.
fn agree(op: QOp, input: TensorInfo, output: TensorInfo, values: &[i8]) -> Result<(), TestCaseError> {
    let layers = vec![QLayer { name: "layer".into(), op, output }];
    let graph = QGraph { name: "kernel".into(), input, layers, encoder_layers: 1 };
    let values: Vec<i8> = values.iter().copied().cycle().take(graph.input.len()).collect();
    let want = reference::run(&graph, &values);
    for target in [Target::Portable, Target::CortexM4, Target::CortexM0, Target::Riscv32, Target::Host] {
        let lowered = lower(&graph, &Options { target, ..Options::default() }).unwrap();
        let mut got = vec![0; want.len()];
        lowered.scorer().unwrap().reconstruct(&values, &mut got).unwrap();
        prop_assert_eq!(&got, &want, "{:?} {}", target, describe(&graph));
    }
    Ok(())
}

fn tensor(shape: [usize; 3], zero_point: i32) -> TensorInfo {
    TensorInfo { shape, scale: 0.1, zero_point }
}

fn parameters(seed: u64, outputs: usize, terms: usize) -> Parameters {
    random_parameters(&mut ChaCha8Rng::seed_from_u64(seed), outputs, terms)
}

prop_compose! {
    /// Geometry whose padding is less than its kernel.
    fn geometry()(
        kernel in [1_usize..8, 1_usize..8],
        stride in [1_usize..4, 1_usize..4],
        dilation in prop_oneof![3 => Just([1, 1]), 1 => [1_usize..3, 1_usize..3]],
        part in [0.0..1.0_f64, 0.0..1.0_f64],
    ) -> Geometry {
        let padding = [0, 1].map(|d| (part[d] * kernel[d] as f64) as usize);
        Geometry { kernel, stride, padding, dilation, groups: 1 }
    }
}

fn values() -> impl Strategy<Value = Vec<i8>> {
    prop_oneof![
        4 => prop::collection::vec(any::<i8>(), 1..200),
        1 => prop::collection::vec(prop_oneof![Just(-128_i8), Just(127_i8)], 1..20),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn convolution(
        mut g in geometry(), size in [1_usize..20, 1_usize..40], channels in 1_usize..9, outputs in 1_usize..9,
        groups in 1_usize..3, one_dimensional in any::<bool>(), zero_point in -128..128_i32, seed in any::<u64>(), v in values(),
    ) {
        let size = if one_dimensional { [1, size[1]] } else { size };
        if one_dimensional {
            (g.kernel[0], g.stride[0], g.padding[0], g.dilation[0]) = (1, 1, 0, 1);
        }
        g.groups = groups;
        let (channels, outputs) = (channels * groups, outputs * groups);
        let out = [0, 1].map(|d| {
            let span = (g.kernel[d] - 1) * g.dilation[d] + 1;
            (size[d] + 2 * g.padding[d]).checked_sub(span).map_or(0, |free| free / g.stride[d] + 1)
        });
        prop_assume!(out[0] > 0 && out[1] > 0);
        let p = parameters(seed, outputs, g.kernel[0] * g.kernel[1] * channels / groups);
        let input = tensor([size[0], size[1], channels], zero_point);
        agree(QOp::Conv(g, p), input, tensor([out[0], out[1], outputs], -3), &v)?;
    }

    #[test]
    fn transposed_convolution(
        mut g in geometry(), size in [1_usize..9, 1_usize..20], channels in 1_usize..9, outputs in 1_usize..9,
        cut in [0_usize..2, 0_usize..2], zero_point in -128..128_i32, seed in any::<u64>(), v in values(),
    ) {
        g.dilation = [1, 1];
        let full = [0, 1].map(|d| ((size[d] - 1) * g.stride[d] + g.kernel[d]).saturating_sub(2 * g.padding[d] + cut[d]));
        prop_assume!(full[0] > 0 && full[1] > 0);
        let p = parameters(seed, outputs, g.kernel[0] * g.kernel[1] * channels);
        let input = tensor([size[0], size[1], channels], zero_point);
        agree(QOp::ConvTranspose(g, p), input, tensor([full[0], full[1], outputs], 7), &v)?;
    }

    #[test]
    fn fully_connected(
        shape in [1_usize..6, 1_usize..6, 1_usize..9], outputs in 1_usize..20, zero_point in -128..128_i32,
        seed in any::<u64>(), v in values(),
    ) {
        let input = tensor(shape, zero_point);
        agree(QOp::Linear(parameters(seed, outputs, input.len())), input, tensor([1, 1, outputs], 0), &v)?;
    }

    #[test]
    fn max_pooling(
        kernel in [1_usize..5, 1_usize..5], stride in [1_usize..4, 1_usize..4], part in [0.0..1.0_f64, 0.0..1.0_f64],
        out in [1_usize..6, 1_usize..9], cut in [0_usize..3, 0_usize..3], channels in 1_usize..9, v in values(),
    ) {
        let padding = [0, 1].map(|d| (part[d] * kernel[d] as f64) as usize);
        // Windows may reach beyond the map below and right as well, where they still start inside it or its padding.
        let cut = [0, 1].map(|d| cut[d] % (kernel[d] + padding[d]));
        let size = [0, 1].map(|d| ((out[d] - 1) * stride[d] + kernel[d]).saturating_sub(padding[d] + cut[d]));
        prop_assume!(size[0] > 0 && size[1] > 0);
        let g = Geometry { kernel, stride, padding, dilation: [1, 1], groups: 1 };
        let input = tensor([size[0], size[1], channels], 5);
        agree(QOp::MaxPool(g, [-100, 100]), input, tensor([out[0], out[1], channels], 5), &v)?;
    }

    #[test]
    fn average_pooling(
        kernel in [1_usize..5, 1_usize..5], stride in [1_usize..4, 1_usize..4], out in [1_usize..6, 1_usize..9],
        channels in 1_usize..9, v in values(),
    ) {
        let size = [0, 1].map(|d| (out[d] - 1) * stride[d] + kernel[d]);
        let g = Geometry { kernel, stride, padding: [0, 0], dilation: [1, 1], groups: 1 };
        agree(QOp::AvgPool(g), tensor([size[0], size[1], channels], 5), tensor([out[0], out[1], channels], 5), &v)?;
    }

    #[test]
    fn moves(
        size in [1_usize..9, 1_usize..9, 1_usize..6], factor in [1_usize..4, 1_usize..4], sides in [0_usize..3, 0_usize..3, 0_usize..3, 0_usize..3],
        v in values(),
    ) {
        let [h, w, c] = size;
        let input = tensor(size, -7);
        agree(QOp::Upsample(factor), input, tensor([h * factor[0], w * factor[1], c], -7), &v)?;
        let [t, b, l, r] = sides;
        agree(QOp::Pad(sides), input, tensor([h + t + b, w + l + r, c], -7), &v)?;
        agree(QOp::Trim, input, tensor([h.div_ceil(2), w.div_ceil(2), c], -7), &v)?;
        agree(QOp::Reshape, input, tensor([c, h, w], -7), &v)?;
        agree(QOp::Table((0..256).map(|i| (i * 7 % 256) as u8 as i8).collect()), input, tensor(size, 1), &v)?;
    }
}
