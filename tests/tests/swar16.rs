//! Every way of the `swar16` kernel, forced: the records say that it is taken, the reference executor what must come out.

use picoae::plan::params::swar16::{ChannelFlags, Packing, Swar16Params};
use picoae::plan::{Kernel, Operator, Stage};
use picoae_compiler::lower::{Lowered, Options, Target, lower};
use picoae_compiler::reference;
use picoae_tests::random_graph::random_input;
use picoae_tests::swar16::CASES;
use std::collections::BTreeMap;

/// What a plan's convolution does.
struct Way {
    kernel: u8,
    requantization: u8,
    packing: u8,
    sliced: bool,
    tile: u16,
    pool: u16,
    rectified: bool,
    flags: Vec<u16>,
}

fn way(lowered: &Lowered) -> Way {
    let stage: &Stage = lowered.stages.iter().find(|s| s.operator == Operator::Conv.code()).unwrap();
    let (conv, params) = (stage.conv(), Swar16Params::of(&stage.parameters));
    let branches = stage.read_branches(lowered.data());
    let taps = (0..branches.len()).map(|i| branches.get(i).taps_h).max().unwrap();
    let swar16 = stage.kernel == Kernel::Swar16.code();
    let flags = &lowered.data()[params.flags.offset as usize..][..params.flags.bytes as usize];
    let flags = if swar16 { flags } else { &[] };
    Way {
        kernel: stage.kernel,
        requantization: params.digits.saturating_sub(1),
        packing: params.packing,
        sliced: taps > params.slice_rows,
        tile: stage.tile,
        pool: conv.pool_h * conv.pool_w,
        rectified: params.output.zero_point == -128,
        flags: flags.chunks_exact(2).map(|f| u16::from_le_bytes([f[0], f[1]])).collect(),
    }
}

#[test]
fn every_way_gives_the_references_bits() {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for case in CASES {
        let graph = case.graph();
        let lowered = lower(&graph, &Options { target: Target::CortexM0, ..Options::default() }).unwrap();
        let way = way(&lowered);
        let mut note = |what: String| *seen.entry(what).or_default() += 1;
        note(format!("kernel {}", way.kernel));
        note(format!("requantization {} rectified {}", way.requantization, way.rectified));
        if way.kernel == 64 {
            note(format!("packing {} sliced {} rows {}", way.packing, way.sliced, way.tile.min(2)));
            note(format!("pool {}", way.pool));
            note(format!("exact {} pool {}", way.requantization == 0, way.pool > 1));
            way.flags.iter().for_each(|flag| note(format!("flags {} excess {}", flag & 7, flag >> 3 > 0)));
        }
        match case.name.split('-').next().unwrap() {
            "exact" => assert_eq!(way.requantization, 0, "{}", case.name),
            "digits" => assert_eq!(way.requantization, 1, "{}", case.name),
            "large" => assert_eq!(way.requantization, 2, "{}", case.name),
            "halves" => assert_eq!(way.packing, Packing::Halves.code(), "{}", case.name),
            "too" => assert_eq!(way.kernel, 0, "{}", case.name),
            "two" => assert_eq!((way.tile, way.packing), (2, Packing::Bytes.code()), "{}", case.name),
            "sliced" => assert!(way.sliced, "{}", case.name),
            "dual" => assert_eq!(way.packing, Packing::DualPhase.code(), "{}", case.name),
            "nine" => assert!(way.kernel == 64 && way.flags.iter().all(|f| *f == 0), "{}", case.name),
            "triple" | "five" | "seven" => {
                assert!(way.flags.iter().any(|f| f & ChannelFlags::POLYNOMIAL != 0), "{}: {:?}", case.name, way.flags);
            }
            "mixed" => {
                let polynomials = way.flags.iter().filter(|f| **f & ChannelFlags::POLYNOMIAL != 0).count();
                assert!(polynomials > 0 && polynomials < way.flags.len(), "{}: {:?}", case.name, way.flags);
            }
            _ => {}
        }
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
        "kernel 0",
        "requantization 0 rectified false",
        "requantization 1 rectified true",
        "requantization 2 rectified false",
        "requantization 2 rectified true",
        "packing 0 sliced true rows 1",
        "packing 0 sliced false rows 2",
        "packing 1 sliced false rows 2",
        "packing 2 sliced false rows 2",
        "pool 2",
        "pool 3",
        "pool 4",
        "exact true pool true",
        "flags 0 excess false",
        "flags 1 excess false",
        "flags 2 excess false",
        "flags 7 excess false",
        "flags 3 excess true",
        "flags 6 excess true",
    ] {
        assert!(seen.contains_key(what), "no case for: {what}; there are {seen:#?}");
    }
}
