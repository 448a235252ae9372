//! Every way of `conv_kronecker`, forced: the records say that it is taken, the reference executor what must come out.

use picoae::plan::params::conv_kronecker::KroneckerParams;
use picoae_compiler::lower::{Lowered, Options, Target, lower_explained};
use picoae_tests::conv_kronecker::CASES;
use picoae_tests::parity::{Kernels, check_plan};
use std::collections::BTreeSet;

const KRONECKER: u8 = 5;

/// What each of a plan's stages of this kernel does: between which layouts, and how far channels lie apart.
fn ways(lowered: &Lowered) -> BTreeSet<String> {
    let stages = lowered.stages.iter().enumerate().filter(|(_, stage)| stage.kernel == KRONECKER);
    stages
        .flat_map(|(s, stage)| {
            let next = lowered.stages.get(s + 1).map_or(0, |n| n.input.layout);
            let stored = format!(
                "layout {next} pool {} stored {}",
                stage.conv().pool_h,
                KroneckerParams::of(&stage.parameters).stored
            );
            [stored, format!("plane {}", stage.input.plane)]
        })
        .collect()
}

#[test]
fn every_way_gives_the_references_bits() {
    let (mut kernels, mut seen) = (Kernels::new(), BTreeSet::new());
    for case in CASES {
        let graph = case.graph();
        let options = Options { target: Target::CortexM4, ..Options::default() };
        let (balanced, explained) = lower_explained(&graph, &options).unwrap();
        // Where it costs about as much as the other form, only some of the plans on offer take it.
        let plans = [&balanced].into_iter().chain(explained.points.iter().map(|offer| &offer.lowered));
        let taken = plans.flat_map(|plan| &plan.stages).any(|s| s.kernel == KRONECKER);
        assert_eq!(taken, case.name != "beyond", "{}", case.name);
        check_plan(&graph, &balanced, 6, &mut kernels);
        seen.extend(ways(&balanced));
        for offer in &explained.points {
            check_plan(&graph, &offer.lowered, 2, &mut kernels);
            seen.extend(ways(&offer.lowered));
        }
    }
    for way in [
        "layout 0 pool 1 stored 2",
        "layout 0 pool 2 stored 2",
        "layout 3 pool 1 stored 0",
        "layout 3 pool 1 stored 1",
        "layout 3 pool 2 stored 1",
        "layout 4 pool 1 stored 1",
        "layout 4 pool 1 stored 2",
        "layout 4 pool 2 stored 1",
        "layout 4 pool 2 stored 2",
        "plane 16",
        "plane 20",
        "plane 24",
        "plane 28",
        "plane 40",
    ] {
        assert!(seen.contains(way), "no case for: {way}; there are {seen:#?}");
    }
}
