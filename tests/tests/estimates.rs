//! The estimates that plans are chosen by, beside the instructions that the emulated devices executed.

use picoae_compiler::lower::{Options, Target, lower_explained};
use picoae_tests::models::trained;
use picoae_tests::zoo;
use serde_json::Value;

/// The plan with the fewest constants or the least memory, or the one without budgets, as the figures have them.
fn estimate(model: &str, target: Target) -> f64 {
    let (graph, plan) = if zoo::NAMES.contains(&model) {
        (zoo::network(model).unwrap().0, "")
    } else {
        let (network, plan) = model.split_once('-').unwrap_or((model, ""));
        (trained(network).unwrap(), plan)
    };
    let (chosen, explained) = lower_explained(&graph, &Options { target, ..Options::default() }).unwrap();
    // With the fewest constants, as fast as so many bytes of working memory allow.
    let least = |size: fn(&picoae::plan::Header) -> u32, most: u32| {
        let offers = || explained.points.iter().filter(|o| o.lowered.header.arena_bytes <= most);
        let least = offers().map(|o| size(&o.lowered.header)).min().unwrap();
        offers().filter(|o| size(&o.lowered.header) == least).map(|o| o.instructions).fold(f64::INFINITY, f64::min)
    };
    match plan {
        "size" => least(|h| h.data_bytes, 4096),
        "small" => least(|h| h.arena_bytes, u32::MAX),
        _ => chosen.instructions(target),
    }
}

#[test]
fn estimates_are_near_what_was_counted() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../benches/device-figures.json");
    let figures: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut compared = 0;
    // What the parts of the score take that look at the input is not estimated: it is the same for each plan.
    let with_parts = |model: &str| model == "linear" || model.ends_with("-parts");
    for (model, cores) in figures["models"].as_object().unwrap().iter().filter(|(model, _)| !with_parts(model)) {
        for (core, figure) in cores.as_object().unwrap() {
            let target = match core.as_str() {
                "M0+" => Target::CortexM0,
                "RV32IMAC" => Target::Riscv32,
                _ => Target::CortexM4,
            };
            let (counted, estimated) = (figure["instructions"].as_f64().unwrap(), estimate(model, target));
            println!("{model} on {core}: {counted} counted, {estimated:.0} estimated, {:.2}", estimated / counted);
            assert!((0.75..1.33).contains(&(estimated / counted)), "{model} on {core}: {counted}, {estimated}");
            compared += 1;
        }
    }
    assert!(compared >= 4);
}
