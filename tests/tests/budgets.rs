//! Plans for budgets: whatever is on offer gives the reference executor's bits and keeps to what it says.

use picoae_compiler::graph::QGraph;
use picoae_compiler::lower::{Options, Target, lower, lower_explained};
use picoae_compiler::spec::timeseries;
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
    let least = sizes.iter().map(|s| s.0).min().unwrap();
    let refused = lower(graph, &Options { ram_budget: Some(least - 1), ..options.clone() }).unwrap_err();
    assert!(refused.to_string().contains(&least.to_string()), "{refused}");
    assert!(matches!(refused, picoae_compiler::Error::Invalid(_)));
    sizes.len()
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
