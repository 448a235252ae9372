//! Writes models with inputs and the host's results, for the devices to compare with: one folder a model, holding
//! `device.safetensors`, `device.rs`, `inputs.i8` and `expected.bin` (a record a window: the score, see
//! `picoae_compiler::export::score`, then reconstruction and latent values).
//!
//! `raw-NAME` are recordings as sensors give them, with the verdicts: `device.safetensors`, `device.rs`, `samples.raw` (words,
//! little-endian: counts, or the bits of physical values) and `verdicts.bin` (see `picoae_compiler::export::VERDICT_BYTES`).
//!
//! `stream-NAME` are streams, with the same files; `settle` is a sensor that settles in, with `settings.txt` (windows a round of moments and for
//! limits), `record.bin`, the site's record, and `journal.bin`.
//!
//! Each reference model comes once for every processor (`NAME`, `NAME.cortex-m4`, `NAME.cortex-m0`, `NAME.riscv32`), trained and with
//! random weights; a few random networks follow, and what makes `swar16`, `conv_kronecker`, `depthwise_dsp` and `block_dense` take each
//! of their ways.
//! `timeseries-size` and `timeseries-small` are the time-series network in the plans with the fewest constants and with the
//! least working memory; `timeseries-parts` and `linear` have every part of the score that `picoae train` gives them. The networks of
//! `benches/zoo` come as the reference models do.

use picoae::plan::Kernel;
use picoae_compiler::export;
use picoae_compiler::files::write_atomic;
use picoae_compiler::graph::QGraph;
use picoae_compiler::lower::{Lowered, Options, ParetoPoint, StreamOptions, Target, lower, lower_explained};
use picoae_compiler::spec;
use picoae_tests::models::{
    NORMAL_WINDOWS, extreme_windows, lowered_with_parts, product_counts, random_samples, random_weights, trained,
    trained_windows,
};
use picoae_tests::random_graph::{random_graph, random_input};
use picoae_tests::scores::random_score;
use picoae_tests::swar16::CASES;
use picoae_tests::{block_dense, conv_kronecker, depthwise, raw, streams, zoo};
use picoae_trainer::Result;
use picoae_trainer::pipeline::quantize_samples;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: device-cases FOLDER");
        return ExitCode::from(2);
    };
    match write_all(&folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("device-cases: {error}");
            ExitCode::from(error.exit_code())
        }
    }
}

fn write_all(folder: &Path) -> Result<()> {
    for architecture in [spec::timeseries(), spec::digits()] {
        let name = architecture.name.as_str();
        let graph = trained(name)?;
        let mut inputs = trained_windows(name)?;
        inputs.extend(extreme_windows(graph.input.len()));
        for_targets(&folder.join(name), &graph, &inputs)?;

        let graph = random_weights(&architecture, 5)?;
        let mut inputs = quantize_samples(&random_samples(&architecture, 2, 6).into(), &graph.input);
        inputs.extend(extreme_windows(graph.input.len()));
        for_targets(&folder.join(format!("{name}-random")), &graph, &inputs)?;
    }
    other_plans(folder, &trained("timeseries")?, &trained_windows("timeseries")?)?;
    with_parts(&folder.join("timeseries-parts"), &trained("timeseries")?, &trained_windows("timeseries")?)?;
    with_parts(&folder.join("linear"), &trained("linear")?, &trained_windows("linear")?)?;
    for name in zoo::NAMES {
        let (graph, mut inputs) = zoo::network(name)?;
        inputs.extend(extreme_windows(graph.input.len()));
        for_targets(&folder.join(name), &graph, &inputs)?;
    }
    // The time-series network again, trained on a real electrocardiogram.
    for_targets(&folder.join("ecg"), &trained("ecg")?, &trained_windows("ecg")?)?;
    for seed in 0..24 {
        let graph = random_graph(seed);
        let inputs: Vec<i8> = (0..4).flat_map(|input| random_input(&graph, input)).collect();
        let options = Options { score: random_score(&graph, seed), ..Options::default() };
        write(&folder.join(format!("random-{seed}")), &graph, &inputs, &options)?;
    }
    let m0 = Options { target: Target::CortexM0, ..Options::default() };
    let riscv = Options { target: Target::Riscv32, ..Options::default() };
    for case in CASES {
        let graph = case.graph();
        let inputs: Vec<i8> = (0..5).flat_map(|input| random_input(&graph, input)).collect();
        write(&folder.join(format!("swar16-{}.cortex-m0", case.name)), &graph, &inputs, &m0)?;
        write(&folder.join(format!("swar21-{}.riscv32", case.name)), &graph, &inputs, &riscv)?;
    }
    let m4 = Options { target: Target::CortexM4, ..Options::default() };
    for case in raw::CASES {
        let targets = [("", Target::Portable), (".cortex-m4", Target::CortexM4), (".cortex-m0", Target::CortexM0)];
        for (suffix, target) in targets.into_iter().chain([(".riscv32", Target::Riscv32)]) {
            let (lowered, verdicts) = case.plan(&Options { target, ..Options::default() })?;
            let folder = folder.join(format!("raw-{}{suffix}", case.name));
            write_atomic(folder.join("device.safetensors"), export::blob(&lowered)?)?;
            write_atomic(folder.join("device.rs"), export::rust(&lowered)?)?;
            let samples: Vec<u8> = case.recording().iter().flat_map(|sample| sample.to_le_bytes()).collect();
            write_atomic(folder.join("samples.raw"), samples)?;
            write_atomic(folder.join("verdicts.bin"), verdicts.iter().flat_map(export::verdict).collect::<Vec<u8>>())?;
        }
    }
    let targets = [(".cortex-m4", Target::CortexM4), (".cortex-m0", Target::CortexM0), (".riscv32", Target::Riscv32)];
    for (suffix, target) in targets {
        let folder_of = |name: &str| folder.join(format!("{name}{suffix}"));
        // An hour of 100 Hz on one core, two minutes on the others.
        let samples = if target == Target::CortexM4 { 360_000 } else { 12_000 };
        let lowered = streams::detector(target, Some(StreamOptions { hop: 100, window: 0 }))?;
        let counts = streams::recording(samples, 7_000, [0.0, 1.0]);
        write_raw(&folder_of("stream-timeseries"), &lowered, &counts)?;
        let verdicts = streams::verdicts(&lowered, &counts)?;
        let verdicts: Vec<u8> = verdicts.iter().flat_map(export::verdict).collect();
        write_atomic(folder_of("stream-timeseries").join("verdicts.bin"), verdicts)?;
        // Another sensor of the same kind.
        let lowered = streams::detector(target, None)?;
        let counts = streams::recording(60_000, usize::MAX, [150.0, 1.3]);
        let place = folder_of("settle");
        write_raw(&place, &lowered, &counts)?;
        let (site, journal) = streams::settled(&lowered, &counts)?;
        let mut record = Vec::new();
        site.write(&mut |piece| record.extend_from_slice(piece));
        write_atomic(place.join("journal.bin"), journal)?;
        write_atomic(place.join("record.bin"), record)?;
        let settings = streams::SETTINGS;
        write_atomic(place.join("settings.txt"), format!("{} {}", settings.moments_windows, settings.limits_windows))?;
    }
    for case in depthwise::CASES {
        let graph = case.graph();
        let inputs: Vec<i8> = (0..5).flat_map(|input| random_input(&graph, input)).collect();
        write(&folder.join(format!("depthwise-{}.cortex-m4", case.name)), &graph, &inputs, &m4)?;
    }
    for case in block_dense::CASES {
        let graph = case.graph();
        let inputs: Vec<i8> = (0..5).flat_map(|input| random_input(&graph, input)).collect();
        for (suffix, options) in [("cortex-m4", &m4), ("cortex-m0", &m0), ("riscv32", &riscv)] {
            write(&folder.join(format!("block-dense-{}.{suffix}", case.name)), &graph, &inputs, options)?;
        }
    }
    for case in conv_kronecker::CASES {
        let graph = case.graph();
        let inputs: Vec<i8> = (0..5).flat_map(|input| random_input(&graph, input)).collect();
        let (_, explained) = lower_explained(&graph, &m4)?;
        let taken = |o: &&ParetoPoint| o.lowered.stages.iter().any(|s| s.kernel == Kernel::ConvKronecker.code());
        for (i, offer) in explained.points.iter().filter(taken).enumerate() {
            let name = format!("conv-kronecker-{}-{i}.cortex-m4", case.name);
            write_plan(&folder.join(name), &graph, &inputs, &offer.lowered)?;
        }
    }
    Ok(())
}

/// A plan, and counts for it as words.
fn write_raw(folder: &Path, lowered: &Lowered, counts: &[i32]) -> Result<()> {
    write_atomic(folder.join("device.safetensors"), export::blob(lowered)?)?;
    write_atomic(folder.join("device.rs"), export::rust(lowered)?)?;
    let samples: Vec<u8> = counts.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    Ok(write_atomic(folder.join("samples.raw"), samples)?)
}

/// The plans at the ends of what is on offer: the fewest constants, and the least working memory.
fn other_plans(folder: &Path, graph: &QGraph, inputs: &[i8]) -> Result<()> {
    for (target, suffix) in
        [(Target::CortexM4, "cortex-m4"), (Target::CortexM0, "cortex-m0"), (Target::Riscv32, "riscv32")]
    {
        let options = Options { target, input: product_counts(graph), ..Options::default() };
        let (_, explained) = lower_explained(graph, &options)?;
        let sizes = || explained.points.iter().map(|o| &o.lowered.header);
        let (ram, flash) = (sizes().map(|h| h.arena_bytes).min(), sizes().map(|h| h.data_bytes).min());
        // With the fewest constants, as fast as 4 KiB of working memory allow.
        let size = Options { flash_budget: flash, ram_budget: Some(4096), ..options.clone() };
        write(&folder.join(format!("timeseries-size.{suffix}")), graph, inputs, &size)?;
        let small = Options { ram_budget: ram, ..options };
        write(&folder.join(format!("timeseries-small.{suffix}")), graph, inputs, &small)?;
    }
    Ok(())
}

fn for_targets(folder: &Path, graph: &QGraph, inputs: &[i8]) -> Result<()> {
    for (suffix, target) in [
        ("", Target::Portable),
        (".cortex-m4", Target::CortexM4),
        (".cortex-m0", Target::CortexM0),
        (".riscv32", Target::Riscv32),
    ] {
        let mut name = folder.as_os_str().to_os_string();
        name.push(suffix);
        write(
            Path::new(&name),
            graph,
            inputs,
            &Options { target, input: product_counts(graph), ..Options::default() },
        )?;
    }
    Ok(())
}

/// A model as `picoae train` deploys it, every part of the score included.
fn with_parts(folder: &Path, graph: &QGraph, inputs: &[i8]) -> Result<()> {
    for (target, suffix) in
        [(Target::CortexM4, "cortex-m4"), (Target::CortexM0, "cortex-m0"), (Target::Riscv32, "riscv32")]
    {
        let options = Options { target, input: product_counts(graph), ..Options::default() };
        let normal = &inputs[..NORMAL_WINDOWS * graph.input.len()];
        let lowered = lowered_with_parts(graph, normal, &options)?;
        write_plan(&folder.with_extension(suffix), graph, inputs, &lowered)?;
    }
    Ok(())
}

fn write(folder: &Path, graph: &QGraph, inputs: &[i8], options: &Options) -> Result<()> {
    write_plan(folder, graph, inputs, &lower(graph, options)?)
}

fn write_plan(folder: &Path, graph: &QGraph, inputs: &[i8], lowered: &Lowered) -> Result<()> {
    let mut scorer = lowered.scorer()?;
    let mut expected = Vec::new();
    let (mut output, mut latents) = (vec![0; graph.output().len()], vec![0; graph.latent().len()]);
    for input in inputs.chunks(graph.input.len()) {
        let failed = |e: picoae::ScorerError| picoae_trainer::Error::invalid(e.to_string());
        let score = scorer.reconstruct(input, &mut output).map_err(failed)?;
        scorer.encode(input, &mut latents).map_err(failed)?;
        expected.extend(export::score(&score));
        expected.extend(output.iter().chain(&latents).map(|v| *v as u8));
    }
    write_atomic(folder.join("device.safetensors"), export::blob(lowered)?)?;
    write_atomic(folder.join("device.rs"), export::rust(lowered)?)?;
    write_atomic(folder.join("inputs.i8"), inputs.iter().map(|v| *v as u8).collect::<Vec<_>>())?;
    Ok(write_atomic(folder.join("expected.bin"), expected)?)
}
