//! Every way of the kernel with three positions in two words, forced: the records say that it is taken, the reference executor
//! what must come out.

use picoae::plan::params::swar21::Swar21Params;
use picoae::plan::{Kernel, Operator};
use picoae_compiler::lower::{Lowered, Options, Target, lower};
use picoae_compiler::reference;
use picoae_tests::random_graph::random_input;
use picoae_tests::swar16::CASES;
use std::collections::BTreeSet;

/// What a plan's convolution does, in words.
fn ways(lowered: &Lowered) -> Vec<String> {
    let stage = lowered.stages.iter().find(|s| s.operator == Operator::Conv.code()).unwrap();
    if stage.kernel != Kernel::Swar21.code() {
        return vec![format!("kernel {}", stage.kernel)];
    }
    let (conv, params) = (stage.conv(), Swar21Params::of(&stage.parameters));
    let branches = stage.read_branches(lowered.data());
    let taps = (0..branches.len()).map(|i| branches.get(i));
    let taps = taps.map(|b| u32::from(b.taps_h) * u32::from(b.taps_w) * u32::from(stage.input.channels)).max().unwrap();
    let products = ["packed", "direct", "sliding"][usize::from(params.activations)];
    let pool = conv.pool_h * conv.pool_w;
    let output = match (params.mulh.is_empty(), params.output.zero_point == -128) {
        (true, _) => "exact",
        (false, true) => "rectified",
        (false, false) => "high product",
    };
    vec![
        format!("{products} {}", if params.weight_bytes == 2 { "halves" } else { "bytes" }),
        format!("{output} pool {}", pool.min(3)),
        format!("several segments {}", params.activations == 0 && params.segment < taps),
        format!("an own function each {}", params.mulh.bytes > 12),
    ]
}

#[test]
fn every_way_gives_the_references_bits() {
    let mut seen = BTreeSet::new();
    for case in CASES {
        let graph = case.graph();
        let lowered = lower(&graph, &Options { target: Target::Riscv32, ..Options::default() }).unwrap();
        let ways = ways(&lowered);
        let exact = ways.iter().any(|way| way.starts_with("exact"));
        if case.name.starts_with("exact") {
            assert!(exact || ways[0].starts_with("kernel 0"), "{}: {ways:?}", case.name);
        }
        seen.extend(ways);
        let mut scorer = lowered.scorer().unwrap();
        for seed in 0..10 {
            let input = random_input(&graph, seed);
            let want = reference::run(&graph, &input);
            let mut got = vec![0; want.len()];
            scorer.reconstruct(&input, &mut got).unwrap();
            assert_eq!(got, want, "{}, input {seed}", case.name);
        }
    }
    for what in [
        "packed bytes",
        "packed halves",
        "direct bytes",
        "direct halves",
        "sliding bytes",
        "several segments true",
        "several segments false",
        "exact pool 1",
        "exact pool 2",
        "exact pool 3",
        "high product pool 1",
        "high product pool 3",
        "rectified pool 2",
        "an own function each true",
        "kernel 0",
    ] {
        assert!(seen.contains(what), "no case for: {what}; there are {seen:#?}");
    }
}
