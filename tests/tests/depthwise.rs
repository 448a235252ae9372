//! Every way of the depthwise kernel, forced: the records say that it is taken, the reference executor what must come out.

use picoae::plan::params::depthwise_dsp::DepthwiseDspParams;
use picoae::plan::{Kernel, work};
use picoae_compiler::graph::{Geometry, QGraph, QLayer, QOp, TensorInfo};
use picoae_compiler::lower::{Options, Target, lower, lower_explained};
use picoae_tests::depthwise::CASES;
use picoae_tests::parity::{Kernels, check, check_plan};
use picoae_tests::random_graph::random_parameters;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::BTreeSet;

const DEPTHWISE: u8 = Kernel::DepthwiseDsp.code();

fn for_cortex_m4() -> Options {
    Options { target: Target::CortexM4, ..Options::default() }
}

#[test]
fn every_way_gives_the_references_bits() {
    let (mut kernels, mut seen) = (Kernels::new(), BTreeSet::new());
    for case in CASES {
        let graph = case.graph();
        let (balanced, explained) = lower_explained(&graph, &for_cortex_m4()).unwrap();
        assert_eq!(balanced.stages[0].kernel, DEPTHWISE, "{}", case.name);
        check_plan(&graph, &balanced, 8, &mut kernels);
        for offer in &explained.points {
            check_plan(&graph, &offer.lowered, 3, &mut kernels);
        }
        let next = balanced.stages.get(1).map_or(0, |next| next.input.layout);
        let table = DepthwiseDspParams::of(&balanced.stages[0].parameters).table.bytes;
        seen.insert(format!("layout {next} table {table}"));
    }
    let ways = ["layout 0 table 0", "layout 0 table 256", "layout 1 table 512", "layout 3 table 512"];
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), ways);
}

/// Random geometry: odd channels, kernels longer than the signal, padding up to the kernel less one, steps, extreme weights.
#[test]
fn random_depthwise_convolutions_agree() {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let (mut kernels, mut made) = (Kernels::new(), 0);
    while made < 500 {
        let signal = rng.random_bool(0.5);
        let mut pick = |signal_value: usize, low: usize, high: usize| {
            [if signal { signal_value } else { rng.random_range(low..=high) }, rng.random_range(low..=high)]
        };
        let size = pick(1, 1, if signal { 40 } else { 12 });
        let kernel = pick(1, 1, if signal { 10 } else { 4 });
        let (stride, dilation, part) = (pick(1, 1, 3), pick(1, 1, 2), pick(0, 0, 9));
        let channels = rng.random_range(2..20);
        let padding = [0, 1].map(|d| part[d] * kernel[d] / 10);
        let extents = [0, 1].map(|d| {
            let reach = (kernel[d] - 1) * dilation[d] + 1;
            (size[d] + 2 * padding[d]).checked_sub(reach).map_or(0, |free| free / stride[d] + 1)
        });
        if extents.contains(&0) {
            continue;
        }
        let parameters = random_parameters(&mut rng, channels, kernel[0] * kernel[1]);
        let geometry = Geometry { kernel, stride, padding, dilation, groups: channels };
        let tensor = |shape, zero_point| TensorInfo { shape, scale: 0.1, zero_point };
        let output = tensor([extents[0], extents[1], channels], rng.random_range(-128..=127));
        let layers = vec![QLayer { name: "depthwise".into(), op: QOp::Conv(geometry, parameters), output }];
        let input = tensor([size[0], size[1], channels], rng.random_range(-128..=127));
        let graph = QGraph { name: format!("depthwise-{made}"), input, layers, encoder_layers: 1 };
        check(&graph, &for_cortex_m4(), &mut kernels);
        made += 1;
    }
    assert!(kernels[&DEPTHWISE] > 250, "{kernels:?}");
}

#[test]
fn a_channel_multiplies_with_itself_only() {
    let case = CASES.iter().find(|case| case.name == "image").unwrap();
    let lowered = lower(&case.graph(), &for_cortex_m4()).unwrap();
    let [height, width, channels] = case.input.map(|extent| extent as u64);
    assert_eq!(lowered.stages[0].multiply_accumulates(lowered.data()), height * width * channels * 9);
    assert_eq!(lowered.header.work, work(&lowered.stages, lowered.data()));
}
