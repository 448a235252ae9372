//! Every way of the form with three positions in two words, forced: the records say that it is taken, the reference executor
//! what must come out.

use picoae::plan::{Op, Phase, Swar21};
use picoae_compiler::lower::{Lowered, Options, Target, lower};
use picoae_compiler::reference;
use picoae_tests::random_graph::random_input;
use picoae_tests::two_lanes::CASES;
use std::collections::BTreeSet;

/// What a plan's convolution does, in words.
fn ways(lowered: &Lowered) -> Vec<String> {
    let stage = lowered.stages.iter().find(|s| s.op == Op::Conv.code()).unwrap();
    if stage.form != picoae::Form::Swar21.code() {
        return vec![format!("form {}", stage.form)];
    }
    let code = stage.extra[0];
    let bit = |parameters: Swar21| code & parameters.code() != 0;
    let none = Swar21 { high_mul: false, each: false, halves: false, direct: false, shift: 0 };
    let phases = lowered.data()[stage.phases.offset as usize..].chunks_exact(size_of::<Phase>());
    let phases = phases.take(usize::from(stage.phases_h * stage.phases_w)).map(bytemuck::pod_read_unaligned::<Phase>);
    let taps = phases.map(|p| u32::from(p.taps_h) * u32::from(p.taps_w) * u32::from(stage.input.channels)).max();
    let direct = bit(Swar21 { direct: true, ..none });
    let products = if direct { "direct" } else { "packed" };
    let halves = if bit(Swar21 { halves: true, ..none }) { "halves" } else { "bytes" };
    let exact = !bit(Swar21 { high_mul: true, ..none });
    let pool = stage.pool_h * stage.pool_w;
    let finish = match (exact, stage.zero_point == -128) {
        (true, _) => "exact",
        (false, true) => "rectified",
        (false, false) => "high product",
    };
    let several = !direct && stage.extra[1] < taps.unwrap();
    vec![
        format!("{products} {halves}"),
        format!("{finish} pool {}", pool.min(3)),
        format!("several segments {several}"),
        format!("an own function each {}", bit(Swar21 { each: true, ..none })),
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
            assert!(exact || ways[0].starts_with("form 0"), "{}: {ways:?}", case.name);
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
        "several segments true",
        "several segments false",
        "exact pool 1",
        "exact pool 2",
        "exact pool 3",
        "high product pool 1",
        "high product pool 3",
        "rectified pool 2",
        "an own function each true",
        "form 0",
    ] {
        assert!(seen.contains(what), "no case for: {what}; there are {seen:#?}");
    }
}
