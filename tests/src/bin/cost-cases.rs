//! Writes plans whose stages are counted on the emulated devices, so that costs can be fitted: one folder a plan, holding
//! `device.safetensors` and `inputs.i8` (one window). Names end in `.cortex-m4`, `.cortex-m0` or `.riscv32`.
//!
//! The reference networks, trained, in the plans on offer; the networks that make the two-lane, the Kronecker, the depthwise and the
//! block form take each of their ways; networks with dense layers; random networks.

use picoae_compiler::error::Error;
use picoae_compiler::export;
use picoae_compiler::files::write_atomic;
use picoae_compiler::graph::QGraph;
use picoae_compiler::lower::{Options, ParetoPoint, Target, lower_explained};
use picoae_tests::models::trained;
use picoae_tests::nets::{dense_nets, random_net};
use picoae_tests::random_graph::{random_graph, random_input, random_wide_graph};
use picoae_tests::{block_dense, conv_kronecker, depthwise, swar16};
use std::error::Error as StdError;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const TARGETS: [(Target, &str); 3] =
    [(Target::CortexM4, "cortex-m4"), (Target::CortexM0, "cortex-m0"), (Target::Riscv32, "riscv32")];

/// Random networks of either kind. Another range than that of the tests, whose small ones are mostly overhead.
const SEEDS: std::ops::Range<u64> = 7000..7010;

/// Longer tiles than in such an option say nothing new of a reference network; nor of one that is a tile or two long.
const LONGEST_TILE: u32 = 3;
const LONGEST_SMALL_TILE: u32 = 1;

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: cost-cases FOLDER");
        return ExitCode::from(2);
    };
    match write_all(&folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cost-cases: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write_all(folder: &Path) -> Result<(), Box<dyn StdError>> {
    for name in ["timeseries", "digits", "ecg"] {
        let graph = trained(name)?;
        TARGETS.iter().try_for_each(|target| write(folder, name, &graph, *target, LONGEST_TILE))?;
    }
    let small = |name: &str, graph: &QGraph, target| write(folder, name, graph, target, LONGEST_SMALL_TILE);
    for case in swar16::CASES {
        let name = format!("two-lanes-{}", case.name);
        TARGETS.iter().try_for_each(|target| small(&name, &case.graph(), *target))?;
    }
    for case in depthwise::CASES {
        small(&format!("depthwise-{}", case.name), &case.graph(), TARGETS[0])?;
    }
    for case in block_dense::CASES {
        TARGETS.iter().try_for_each(|target| small(&format!("block-dense-{}", case.name), &case.graph(), *target))?;
    }
    for case in conv_kronecker::CASES {
        small(&format!("kronecker-{}", case.name), &case.graph(), TARGETS[0])?;
    }
    for net in dense_nets() {
        TARGETS.iter().try_for_each(|target| small(&net.name, &random_net(&net, 1), *target))?;
    }
    for seed in SEEDS {
        for (name, graph) in [("random", random_graph(seed)), ("wide", random_wide_graph(seed))] {
            TARGETS.iter().try_for_each(|target| small(&format!("{name}-{seed}"), &graph, *target))?;
        }
    }
    Ok(())
}

/// The plans on offer for one target, the smallest working memory first.
fn write(
    folder: &Path,
    name: &str,
    graph: &QGraph,
    (target, suffix): (Target, &str),
    longest_tile: u32,
) -> Result<(), Error> {
    let (_, explained) = lower_explained(graph, &Options { target, ..Options::default() })?;
    let worth = |point: &&ParetoPoint| point.option.tile <= longest_tile;
    for (i, point) in explained.points.iter().filter(worth).enumerate() {
        let folder = folder.join(format!("{name}-{i}.{suffix}"));
        let window: Vec<u8> = random_input(graph, 3).into_iter().map(|value| value as u8).collect();
        write_atomic(folder.join("device.safetensors"), export::blob(&point.lowered)?)?;
        write_atomic(folder.join("inputs.i8"), window)?;
    }
    Ok(())
}
