//! Counts the stages of many plans.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use picoae_compiler::lower::cost::{self, Class};

use super::samples::{InstructionSet, Sample, Samples};
use crate::bench::measure::{self, Counted};
use crate::bench::stages;
use crate::device::build::{Build, Form};
use crate::device::cases::{self, Artifact};
use crate::device::cores::{CORES, Core};
use crate::device::plugin;
use crate::device::toolchain::Toolchain;
use crate::device::{qemu, script};

/// The core that stands for an instruction set.
const CORES_OF: [(&str, InstructionSet); 3] =
    [("m4f", InstructionSet::Armv7em), ("m0plus", InstructionSet::Armv6m), ("riscv32", InstructionSet::Rv32im)];

/// Counts the stages of all plans in `folder`, one window each, on the core that each is made for.
pub(crate) fn all(toolchain: &Toolchain, folder: &Path) -> Result<Samples> {
    let library = plugin::make()?;
    let (mut samples, mut known) =
        (Samples { compiler: toolchain.version.clone(), stages: Vec::new() }, BTreeSet::new());
    let names = cases::folders(folder)?;
    for (id, set) in CORES_OF {
        let core = CORES.into_iter().find(|core| core.id == id).with_context(|| format!("no core `{id}`"))?;
        let program = |stages| {
            let part = core.whole_board();
            Build { program: "vectors", part, model: None, form: Form::Blob, report: true, stages }.make(toolchain)
        };
        let programs = [program(false)?, program(true)?];
        for name in names.iter().filter(|name| name.ends_with(core.plan_suffix)) {
            let own =
                one(core, &library, &programs, folder, name).with_context(|| format!("{name} on {}", core.name))?;
            for (class, features, instructions) in own {
                let plan = name.trim_end_matches(core.plan_suffix).to_owned();
                samples.push(&mut known, Sample { set, class, plan, features, instructions });
            }
        }
    }
    ensure!(!samples.stages.is_empty(), "{}: no plan to count", folder.display());
    Ok(samples)
}

/// The stages of one plan, and what lies between them.
fn one(
    core: &'static Core,
    library: &Path,
    programs: &[PathBuf; 2],
    folder: &Path,
    name: &str,
) -> Result<Vec<(Class, cost::Features, u64)>> {
    let artifact = Artifact::read(&folder.join(name))?;
    let model = artifact.model()?;
    let data = stages::data(&model, artifact.bytes());
    let counted = |program: &PathBuf| -> Result<Counted> {
        let counts = folder.join("counts.txt");
        script::remove(&counts)?;
        fs::write(folder.join("script.txt"), format!("whole {name}/device.safetensors {name}/inputs.i8 found.bin\n"))?;
        let plugin = Some(plugin::option(library, program, core, "counts.txt")?);
        let arguments = &["script.txt"];
        qemu::Run { part: core.whole_board(), elf: program, folder, arguments, plugin, limit: script::PATIENCE }
            .start()?;
        Ok(Counted { slots: plugin::read(&counts)?, inferences: 1, stack_bytes: 0 })
    };
    let [plain, staged] = programs;
    let whole = counted(plain)?.slots.get(plugin::INFERENCE).copied().context("the inference was not marked")?;
    let empty = vec![Default::default(); model.stages().len()];
    let by_stage = measure::by_stage(empty, &counted(staged)?, whole, false);
    let stages = model.stages().iter().map(|stage| (Class::of(stage), cost::features(stage, data)));
    let rest = (Class::Between, cost::between(model.header(), model.stages()));
    let classes = stages.chain([rest]);
    Ok(classes.zip(&by_stage).map(|((class, features), counted)| (class, features, counted.instructions)).collect())
}
