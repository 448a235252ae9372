//! Every way of the two-lane form, forced: the records say that it is taken, the reference executor what must come out.

use picoae::plan::{Flag, Packing, Phase, Stage};
use picoae_compiler::lower::{Lowered, Options, Target, lower};
use picoae_compiler::reference;
use picoae_tests::random_graph::random_input;
use picoae_tests::two_lanes::CASES;
use std::collections::BTreeMap;

/// What a plan's convolution does.
struct Way {
    form: u8,
    requantization: u32,
    packing: u32,
    sliced: bool,
    tile: u16,
    pool: u16,
    rectified: bool,
    flags: Vec<u16>,
}

fn way(lowered: &Lowered) -> Way {
    let stage: &Stage = lowered.stages.iter().find(|s| s.op == picoae::plan::Op::Conv.code()).unwrap();
    let phases = lowered.data()[stage.phases.offset as usize..].chunks_exact(size_of::<Phase>());
    let count = usize::from(stage.phases_h * stage.phases_w);
    let taps = phases.take(count).map(|p| bytemuck::pod_read_unaligned::<Phase>(p).taps_h).max().unwrap();
    let twins = stage.extra[0] >> 2 & 3 == Packing::Phases.code();
    let flags = if twins { 0 } else { count * usize::from(stage.out_channels) };
    let flags = &lowered.data()[stage.extra[1] as usize..][..flags * 2];
    Way {
        form: stage.form,
        requantization: stage.extra[0] & 3,
        packing: stage.extra[0] >> 2 & 3,
        sliced: u32::from(taps) > stage.extra[3] & 0xFFFF,
        tile: stage.tile,
        pool: stage.pool_h * stage.pool_w,
        rectified: stage.zero_point == -128,
        flags: if stage.form == 64 {
            flags.chunks_exact(2).map(|f| u16::from_le_bytes([f[0], f[1]])).collect()
        } else {
            Vec::new()
        },
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
        note(format!("form {}", way.form));
        note(format!("requantization {} rectified {}", way.requantization, way.rectified));
        if way.form == 64 {
            note(format!("packing {} sliced {} rows {}", way.packing, way.sliced, way.tile.min(2)));
            note(format!("pool {}", way.pool));
            note(format!("exact {} pool {}", way.requantization == 0, way.pool > 1));
            way.flags.iter().for_each(|flag| note(format!("flags {} rest {}", flag & 7, flag >> 3 > 0)));
        }
        match case.name.split('-').next().unwrap() {
            "exact" => assert_eq!(way.requantization, 0, "{}", case.name),
            "digits" => assert_eq!(way.requantization, 1, "{}", case.name),
            "large" => assert_eq!(way.requantization, 2, "{}", case.name),
            "halves" => assert_eq!(way.packing, Packing::Halves.code(), "{}", case.name),
            "too" => assert_eq!(way.form, 0, "{}", case.name),
            "two" => assert_eq!((way.tile, way.packing), (2, Packing::Bytes.code()), "{}", case.name),
            "sliced" => assert!(way.sliced, "{}", case.name),
            "twins" => assert_eq!(way.packing, Packing::Phases.code(), "{}", case.name),
            "nine" => assert!(way.form == 64 && way.flags.iter().all(|f| *f == 0), "{}", case.name),
            "triple" | "five" | "seven" => {
                assert!(way.flags.iter().any(|f| f & Flag::POLYNOMIAL != 0), "{}: {:?}", case.name, way.flags);
            }
            "mixed" => {
                let polynomials = way.flags.iter().filter(|f| **f & Flag::POLYNOMIAL != 0).count();
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
        "form 0",
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
        "flags 0 rest false",
        "flags 1 rest false",
        "flags 2 rest false",
        "flags 7 rest false",
        "flags 3 rest true",
        "flags 6 rest true",
    ] {
        assert!(seen.contains_key(what), "no case for: {what}; there are {seen:#?}");
    }
}
