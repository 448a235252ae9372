//! Plans for budgets: whatever is on offer gives the reference executor's bits and keeps to what it says.

use picoae_compiler::graph::QGraph;
use picoae_compiler::lower::{Options, ParetoPoint, Scarce, Target, lower, lower_explained};
use picoae_compiler::spec::timeseries;
use picoae_tests::models::trained;
use picoae_tests::nets::random_net;
use picoae_tests::parity::{Kernels, check_plan};
use picoae_tests::random_graph::{random_graph, random_wide_graph};

/// Checks every plan on offer, and that each is found by its own sizes as budgets; gives their number.
fn check_offers(graph: &QGraph, target: Target, inputs: u64, kernels: &mut Kernels) -> usize {
    let options = Options { target, ..Options::default() };
    let (_, explained) = lower_explained(graph, &options).unwrap();
    let sizes: Vec<(u32, u32)> =
        explained.points.iter().map(|o| (o.lowered.header.arena_bytes, o.lowered.header.data_bytes)).collect();
    assert!(sizes.is_sorted(), "{sizes:?}");
    for offer in &explained.points {
        check_plan(graph, &offer.lowered, inputs, kernels);
        let (ram, flash) = (offer.lowered.header.arena_bytes, offer.lowered.header.data_bytes);
        let found =
            lower(graph, &Options { ram_budget: Some(ram), flash_budget: Some(flash), ..options.clone() }).unwrap();
        assert!(found.header.arena_bytes <= ram && found.header.data_bytes <= flash, "{}", graph.name);
    }
    check_speed(&explained.points);
    let least = sizes.iter().map(|s| s.0).min().unwrap();
    match lower(graph, &Options { ram_budget: Some(least - 1), ..options.clone() }) {
        Err(refused) => {
            assert!(refused.to_string().contains(&least.to_string()), "{refused}");
            assert!(matches!(refused, picoae_compiler::Error::Invalid(_)));
        }
        // A slow plan that is not on offer, because one of nearly its size is.
        Ok(slow) => {
            assert!(slow.header.arena_bytes < least, "{}", graph.name);
            let instructions = slow.instructions(target);
            assert!(explained.points.iter().any(|o| o.instructions * 4.0 / 3.0 < instructions), "{}", graph.name);
        }
    }
    sizes.len()
}

/// No plan on offer is slower, beyond doubt, than one of nearly its size; one that is much slower than another with nearly as
/// little of one kind of memory says so.
fn check_speed(points: &[ParetoPoint]) {
    let near = |bytes: u32, own: u32| f64::from(bytes) <= 1.1 * f64::from(own);
    for slow in points {
        for fast in points {
            let [slow_size, fast_size] = [slow, fast].map(|o| &o.lowered.header);
            let arena = near(fast_size.arena_bytes, slow_size.arena_bytes);
            let constants = near(fast_size.data_bytes, slow_size.data_bytes);
            let times = slow.instructions / fast.instructions;
            assert!(!(arena && constants && times > 4.0 / 3.0), "{:?} beside {:?}", slow.option, fast.option);
            if (arena || constants) && times > 2.0 {
                assert!(slow.drawback.is_some(), "{:?} beside {:?}", slow.option, fast.option);
            }
        }
    }
}

/// What the best other library takes for one inference of the time-series network on a Cortex-M0+ (docs/benchmarks.md).
const OTHER_LIBRARY: f64 = 25_676_391.0;

#[test]
fn few_constants_are_no_trap() {
    let graph = trained("timeseries").unwrap();
    for target in [Target::CortexM4, Target::CortexM0, Target::Riscv32] {
        let (_, explained) = lower_explained(&graph, &Options { target, ..Options::default() }).unwrap();
        let points = &explained.points;
        let fewest = points.iter().min_by_key(|o| (o.lowered.header.data_bytes, o.lowered.header.arena_bytes)).unwrap();
        assert!(fewest.instructions < OTHER_LIBRARY * 0.6, "{target:?}: {:?}, {}", fewest.option, fewest.instructions);
        let portable = points.iter().min_by_key(|o| o.lowered.header.arena_bytes).unwrap();
        assert_eq!(portable.drawback.unwrap().scarce, Scarce::WorkingMemory, "{target:?}");
        for slow in points.iter().filter(|o| o.instructions > OTHER_LIBRARY * 0.75) {
            assert!(slow.drawback.is_some(), "{target:?}: {:?}", slow.option);
        }
    }
}

#[test]
fn random_networks() {
    let (mut kernels, mut plans) = (Kernels::new(), 0);
    for seed in 1000..1600 {
        let target =
            [Target::Portable, Target::CortexM4, Target::CortexM0, Target::Riscv32, Target::Host][seed as usize % 5];
        plans += check_offers(&random_graph(seed), target, 1, &mut kernels);
    }
    assert!(plans > 900, "{plans} plans of 600 networks");
}

#[test]
fn random_wide_networks() {
    let (mut kernels, mut plans) = (Kernels::new(), 0);
    for seed in 1000..1090 {
        let target = [Target::CortexM4, Target::CortexM0, Target::Riscv32, Target::Host][seed as usize % 4];
        plans += check_offers(&random_wide_graph(seed), target, 1, &mut kernels);
    }
    assert!(plans > 200 && kernels.len() >= 4, "{plans} plans, {kernels:?}");
}

#[test]
fn the_time_series_network() {
    let mut kernels = Kernels::new();
    for target in [Target::CortexM4, Target::CortexM0, Target::Riscv32, Target::Host] {
        let plans = check_offers(&random_net(&timeseries(), 4), target, 2, &mut kernels);
        assert!(plans >= 4, "{plans} plans for {target:?}");
    }
}
