//! Measures one model on one core.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::figures::{Model, Stage};
use super::stages;
use crate::device::build::{Build, Form};
use crate::device::cases::{self, Artifact, Product};
use crate::device::plugin::{self, Count};
use crate::device::toolchain::Toolchain;
use crate::device::{elf, qemu, results};

/// Windows that are run: as many as the program measures.
const WINDOWS: usize = 4;
const PATIENCE: Duration = Duration::from_secs(600);

/// Builds and runs what it takes to know all figures of `product`.
pub(crate) fn measure(toolchain: &Toolchain, plugin: &Path, product: &Product) -> Result<Model> {
    let folder = &product.folder;
    let artifact = Artifact::read(folder)?;
    let model = artifact.model()?;
    let inputs = cases::read(&folder.join("inputs.i8"))?;
    let few = inputs.get(..WINDOWS * model.input().len()).unwrap_or(&inputs);
    fs::write(folder.join("few.i8"), few)?;

    let build = |program, report, stages, part| {
        Build { program, part, model: Some(folder), form: Form::Const, report, stages }.make(toolchain)
    };
    let sizes = elf::sizes(&build("sensor", false, false, product.part())?)?;
    let plain = run(plugin, product, &build(product.program, true, false, product.part())?)?;
    let staged = run(plugin, product, &build(product.program, true, true, product.part())?)?;
    let whole = plain.slots.get(plugin::INFERENCE).copied().context("the inference was not marked")?;
    ensure!(whole.instructions > 0, "the inference was not marked");
    let timed = product.core.cycle_model.is_some();
    let stages = by_stage(stages::describe(&model, artifact.bytes(), folder), &staged, plain.each(whole), timed);
    Ok(Model {
        instructions: plain.each(whole).instructions,
        cycles_estimate: timed.then_some(plain.each(whole).cycles),
        macs: stages.iter().map(|stage| stage.macs).sum(),
        arena_bytes: model.arena_bytes() as u64,
        stack_bytes: plain.stack_bytes,
        flash_code_bytes: sizes.flash_code,
        flash_data_bytes: sizes.flash_data,
        stages,
    })
}

/// What a run under the plugin gave.
pub(crate) struct Counted {
    pub(crate) slots: Vec<Count>,
    pub(crate) inferences: u64,
    pub(crate) stack_bytes: u64,
}

impl Counted {
    /// The count of one inference.
    fn each(&self, count: Count) -> Count {
        Count {
            instructions: count.instructions / self.inferences,
            cycles: count.cycles / self.inferences,
            entries: count.entries / self.inferences,
        }
    }
}

fn run(library: &Path, product: &Product, program: &Path) -> Result<Counted> {
    let counts = product.folder.join("counts.txt");
    if counts.exists() {
        fs::remove_file(&counts)?;
    }
    let output = qemu::Run {
        part: product.part(),
        elf: program,
        folder: &product.folder,
        arguments: &["few.i8", "few.bin"],
        plugin: Some(plugin::option(library, program, product.core, "counts.txt")?),
        limit: PATIENCE,
    }
    .start()?;
    let inferences = results::figure(&output, "measured")?;
    ensure!(inferences > 0, "{}: no inference was measured", product.name);
    Ok(Counted { slots: plugin::read(&counts)?, inferences, stack_bytes: results::figure(&output, "stack_bytes")? })
}

/// Adds the counts to the stages, and what lies between them as one more.
///
/// The marks cost something too: what the marked program executes more than the plain one is taken off again, the same
/// for each mark, so that the stages add up to the plain inference.
pub(crate) fn by_stage(mut stages: Vec<Stage>, counted: &Counted, whole: Count, timed: bool) -> Vec<Stage> {
    let slot = |index: usize| counted.each(counted.slots.get(index).copied().unwrap_or_default());
    stages.push(Stage { name: "between the stages".into(), ..Stage::default() });
    let last = stages.len() - 1;
    let counts: Vec<Count> =
        (0..last).map(|stage| slot(plugin::FIRST_STAGE + stage)).chain([slot(plugin::INFERENCE)]).collect();
    let sum = |value: fn(&Count) -> u64| counts.iter().map(value).sum::<u64>();
    let entries = sum(|count| count.entries).max(1) as f64;
    let excess = |all: u64, plain: u64| (all as f64 - plain as f64).max(0.0) / entries;
    let instructions = excess(sum(|count| count.instructions), whole.instructions);
    let cycles = excess(sum(|count| count.cycles), whole.cycles);
    for (stage, count) in stages.iter_mut().zip(&counts) {
        let without = |value: u64, each: f64| (value as f64 - each * count.entries as f64).max(0.0).round() as u64;
        stage.instructions = without(count.instructions, instructions);
        stage.cycles_estimate = timed.then(|| without(count.cycles, cycles));
    }
    stages
}
