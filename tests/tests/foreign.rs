//! Networks as other tools write them: accepted, every pass keeps every bit, and every target's plan gives what the
//! reference executor gives.

use picoae_compiler::Error;
use picoae_compiler::graph::{Limits, QGraph, QLayer, QOp, TensorInfo};
use picoae_compiler::lower::{Options, Target, execute, lower, steps};
use picoae_compiler::reference;
use picoae_tests::foreign_graph::foreign_graph;
use picoae_tests::models::lowered_with_limits;
use picoae_tests::parity::{Kernels, check_plan};
use picoae_tests::random_graph::{describe, random_graph, random_input, random_wide_graph};
use picoae_trainer::data::Samples;

/// How many networks; `PICOAE_FOREIGN_NETWORKS` gives another number.
fn networks(normally: u64) -> u64 {
    std::env::var("PICOAE_FOREIGN_NETWORKS").ok().and_then(|text| text.parse().ok()).unwrap_or(normally)
}

/// Executes the nodes behind every pass.
fn every_pass_is_exact(graph: &QGraph) {
    let steps = steps(graph, true, Target::Portable).unwrap_or_else(|e| panic!("{e}: {}", describe(graph)));
    for seed in 0..3 {
        let input = random_input(graph, seed + 2);
        let want = reference::trace(graph, &input);
        for step in &steps {
            let got = execute(&step.nodes, &input);
            let latent = step.nodes.iter().position(|n| n.is_latent).unwrap();
            assert_eq!(got.last(), want.last(), "{} behind `{}`\n{}", graph.name, step.pass, describe(graph));
            let want = &want[graph.encoder_layers];
            assert_eq!(&got[latent], want, "latent of {} behind `{}`\n{}", graph.name, step.pass, describe(graph));
        }
    }
}

#[test]
fn every_pass_keeps_every_bit() {
    for seed in 0..networks(600) {
        every_pass_is_exact(&foreign_graph(seed));
        every_pass_is_exact(&random_graph(seed));
        if seed.is_multiple_of(4) {
            every_pass_is_exact(&random_wide_graph(seed));
        }
    }
}

#[test]
fn every_plan_gives_the_references_bits() {
    let mut beyond = 0;
    for seed in 0..networks(600) {
        let graph = foreign_graph(seed);
        graph.check(&Limits::default()).unwrap_or_else(|e| panic!("{e}: {}", describe(&graph)));
        for target in [Target::Portable, Target::CortexM4, Target::CortexM0, Target::Riscv32, Target::Host] {
            let options = Options { target, optimize: !seed.is_multiple_of(5), ..Options::default() };
            match lower(&graph, &options) {
                Ok(lowered) => check_plan(&graph, &lowered, 3, &mut Kernels::new()),
                Err(Error::FoldedBias(_)) => beyond += 1,
                Err(e) => panic!("{target:?}: {e}\n{}", describe(&graph)),
            }
        }
    }
    assert!(beyond * 50 < networks(600) * 5, "{beyond} plans were refused");
}

#[test]
fn they_hold_what_they_are_for() {
    let graphs: Vec<QGraph> = (0..400).map(foreign_graph).collect();
    let layers = || graphs.iter().flat_map(|g| g.layers.iter().enumerate().map(move |(i, l)| (g.input_of(i), l)));
    /// Of an operation, its input's shape and its output's.
    type Is<'a> = dyn Fn(&QOp, [usize; 3], [usize; 3]) -> bool + 'a;
    let count = |is: &Is<'_>| layers().filter(|(input, layer)| is(&layer.op, input.shape, layer.output.shape)).count();
    let poolings = |is: &dyn Fn(usize, usize, usize, usize, usize) -> bool| {
        count(&|op, input, output| match op {
            QOp::MaxPool(g, _) => (0..2).any(|d| is(input[d], output[d], g.kernel[d], g.stride[d], g.padding[d])),
            _ => false,
        })
    };
    assert!(poolings(&|input, output, kernel, stride, padding| (output - 1) * stride + kernel > input + padding) > 40);
    assert!(poolings(&|_, _, kernel, stride, _| kernel > stride) > 40);
    assert!(count(&|op, _, _| matches!(op, QOp::MaxPool(_, range) if *range != [-128, 127])) > 40);
    assert!(count(&|op, _, _| matches!(op, QOp::Conv(g, _) if g.stride[0] != g.stride[1])) > 40);
    assert!(count(&|op, _, _| matches!(op, QOp::Conv(g, _) if g.dilation != [1, 1])) > 40);
    assert!(count(&|op, _, _| matches!(op, QOp::Conv(g, _) if g.groups > 1)) > 40);
    assert!(count(&|op, _, _| matches!(op, QOp::Conv(g, _) if g.padding[1] >= g.kernel[1])) > 20);
    let transposed = |more: &dyn Fn(usize, usize) -> bool| {
        count(&|op, input, output| match op {
            QOp::ConvTranspose(g, _) => {
                more(output[1], ((input[1] - 1) * g.stride[1] + g.kernel[1]).saturating_sub(g.padding[1]))
            }
            _ => false,
        })
    };
    assert!(transposed(&|output, reached| output > reached) > 20);
    assert!(transposed(&|output, reached| output < reached) > 20);
    assert!(count(&|op, input, output| matches!(op, QOp::Linear(_)) && input[1] > 1 && output[1] > 1) > 5);
}

/// What a score would compare with samples that have not come gets no limits, so it decides nothing.
#[test]
fn an_output_ahead_of_its_input_is_not_calibrated() {
    let map = |length| TensorInfo { shape: [1, length, 1], scale: 0.05, zero_point: 0 };
    let layer = |name: &str, op, output| QLayer { name: name.into(), op, output };
    let layers = vec![layer("pad", QOp::Pad([0, 0, 8, 0]), map(16)), layer("trim", QOp::Trim, map(8))];
    let graph = QGraph { name: "ahead".into(), input: map(8), layers, encoder_layers: 1 };
    let mut samples = Samples::new([1, 8, 1]);
    samples.values.extend((0..80).map(|i| i as f32 / 10.0));
    for optimize in [false, true] {
        let refused = lowered_with_limits(&graph, &samples, &Options { optimize, ..Options::default() });
        let text = refused.err().map(|e| e.to_string()).unwrap_or_default();
        assert!(text.contains("before the samples at their place have come"), "optimize {optimize}: {text}");
    }
}
