//! `cargo xtask device-test`: every score, reconstructed sample and latent value on the emulated devices must be the
//! host's, bit for bit; programs must fit real parts; a run that goes wrong must not pass.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::device::build::{Build, Form};
use crate::device::cases::{self, Artifact, Cases, Product};
use crate::device::cores::{self, CORES, Core, Part};
use crate::device::toolchain::Toolchain;
use crate::device::{elf, qemu, results, script};
use crate::support::paths;
use crate::support::tally::Tally;
use crate::vectors::{self, DeviceCases};
use crate::{bench_device, setup};

/// What to test.
#[derive(clap::Args, Default)]
pub(crate) struct Options {
    /// Only this core, without the measurements.
    #[arg(long, value_parser = cores::parser())]
    core: Option<&'static Core>,
}

/// Runs all of it, also after a failure.
pub(crate) fn run(tally: &mut Tally, options: &Options) -> Result<()> {
    let toolchain = setup::run()?;
    let cases = cases::make()?;
    let vectors = match vectors::for_devices(&paths::root().join(vectors::OWN)) {
        Ok(vectors) => Some(vectors),
        Err(error) => {
            tally.fail(format!("operator cases for the devices: {error:#}"));
            None
        }
    };
    let cores: Vec<_> = CORES.into_iter().filter(|core| options.core.is_none_or(|only| only.id == core.id)).collect();
    tally.lanes(cores::lanes(&cores), |tally, core| on_core(tally, &toolchain, &cases, vectors.as_ref(), core));
    if options.core.is_none()
        && let Err(error) = bench_device::check(tally, &toolchain, &cases)
    {
        tally.fail(format!("device figures: {error:#}"));
    }
    Ok(())
}

/// All that runs on one core.
fn on_core(
    tally: &mut Tally,
    toolchain: &Toolchain,
    cases: &Cases,
    vectors: Option<&DeviceCases>,
    core: &'static Core,
) {
    faults(tally, toolchain, core);
    all_models(tally, toolchain, cases, core);
    detectors(tally, toolchain, cases, core);
    settling(tally, toolchain, cases, core);
    match cases.products(core) {
        Ok(found) => found.iter().for_each(|product| one_product(tally, toolchain, product, core)),
        Err(error) => tally.fail(format!("reference models on {}: {error:#}", core.name)),
    }
    if let Some(vectors) = vectors {
        vectors.run(tally, toolchain, core);
    }
}

/// A reference model: from both forms of its artifact, without panics, and in the smallest part.
fn one_product(tally: &mut Tally, toolchain: &Toolchain, product: &Product, core: &'static Core) {
    for form in Form::ALL {
        let name = format!("{} from {} on {}", product.name, form.file(), core.name);
        tally.check(&name, product_run(toolchain, product, form, product.part()));
    }
    let name = format!("the smallest program with {} on {} cannot panic", product.name, core.name);
    tally.check(&name, cannot_panic(toolchain, product));
    if let Some(smallest) = core.smallest_part()
        && product.program == "timeseries"
    {
        let name = format!("{} in {}", product.name, smallest.memory);
        tally.check(&name, product_run(toolchain, product, Form::Const, smallest));
    }
}

/// A program with its model compiled in, in the memory of a real part.
fn product_run(toolchain: &Toolchain, product: &Product, form: Form, part: Part) -> Result<()> {
    let folder = &product.folder;
    let build = Build { program: product.program, part, model: Some(folder), form, report: true, stages: false };
    let program = build.make(toolchain)?;
    let found = folder.join("found.bin");
    script::remove(&found)?;
    let output = qemu::Run {
        part,
        elf: &program,
        folder,
        arguments: &["inputs.i8", "found.bin"],
        plugin: None,
        limit: script::PATIENCE,
    }
    .start()?;
    let windows = compare(folder, &folder.join("expected.bin"), &found)?;
    let figure = |name| results::figure(&output, name);
    ensure!(figure("windows")? == windows as u64, "the device scored {} windows of {windows}", figure("windows")?);
    let sizes = elf::sizes(&program)?;
    println!(
        "ok  {} from {} on {} ({}): {windows} windows, {} instructions each, stack {} B, arena {} B, static RAM {} B, \
         flash {} B",
        product.name,
        form.file(),
        part.machine,
        part.memory,
        figure("instructions")?,
        figure("stack_bytes")?,
        figure("arena_bytes")?,
        sizes.ram,
        sizes.flash_code + sizes.flash_data,
    );
    Ok(())
}

/// The smallest program with a compiled-in model: nothing that is linked may panic.
fn cannot_panic(toolchain: &Toolchain, product: &Product) -> Result<()> {
    let (part, model) = (product.part(), Some(product.folder.as_path()));
    let build = Build { program: "sensor", part, model, form: Form::Const, report: false, stages: false };
    let program = build.make(toolchain)?;
    ensure!(!elf::can_panic(&program)?, "{}: something in it calls the panic handler", program.display());
    Ok(())
}

/// All models of the host's, one after the other in one program.
fn all_models(tally: &mut Tally, toolchain: &Toolchain, cases: &Cases, core: &'static Core) {
    let found = format!("found-{}.bin", core.id);
    let models = cases.models_for(core);
    let lines = models.iter().map(|m| {
        let (way, inputs) = if cases::is_raw(m) { ("raw", "samples.raw") } else { ("whole", "inputs.i8") };
        format!("{way} {m}/device.safetensors {m}/{inputs} {m}/{found}\n")
    });
    match script::run(toolchain, &cases.folder, &lines.collect::<String>(), core) {
        Ok(output) => tell_costs(&output, core),
        Err(error) => tally.fail(format!("all models on {}: {error:#}", core.name)),
    }
    for model in models {
        let folder = cases.folder.join(model);
        let compared = match cases::is_raw(model) {
            true => compare_verdicts(&folder, &folder.join(&found)),
            false => compare(&folder, &folder.join("expected.bin"), &folder.join(&found)),
        };
        let name = format!("{model} on {}", core.name);
        if let Ok(windows) = &compared {
            println!("ok  {name}: {windows} windows");
        }
        tally.check(&name, compared.map(|_| ()));
    }
}

/// Compares the device's results with the host's and returns the number of windows.
fn compare(folder: &Path, expected: &Path, found: &Path) -> Result<usize> {
    let artifact = Artifact::read(folder)?;
    let model = artifact.model()?;
    let windows = cases::read(&folder.join("inputs.i8"))?.len() / model.input().len();
    results::compare(&cases::read(expected)?, &cases::read(found)?, windows, model.output().len())?;
    Ok(windows)
}

/// The same for the verdicts on raw samples.
fn compare_verdicts(folder: &Path, found: &Path) -> Result<usize> {
    results::compare_verdicts(&cases::read(&folder.join("verdicts.bin"))?, &cases::read(found)?)
}

/// Prints what raw samples cost, case by case.
fn tell_costs(output: &str, core: &Core) {
    let mut case = "the detector";
    for line in output.lines() {
        case = line.strip_prefix("case raw ").and_then(|files| files.split('/').next()).unwrap_or(case);
        if let Some(costs) = line.strip_prefix("raw samples: ") {
            println!("    {case} on {}: {costs}", core.name);
        }
    }
}

/// Raw samples through the generated detector, for the cases that are planned for this core.
fn detectors(tally: &mut Tally, toolchain: &Toolchain, cases: &Cases, core: &'static Core) {
    let own = |m: &&String| (cases::is_raw(m) || cases::is_stream(m)) && m.ends_with(core.plan_suffix);
    for model in cases.models.iter().filter(own) {
        // A stream's history is larger than a window's.
        let part = if cases::is_stream(model) { core.large_part() } else { core.part() };
        let detected = detector_run(toolchain, &cases.folder.join(model), part);
        if let Ok(windows) = &detected {
            println!("ok  the generated detector of {model} on {}: {windows} windows", core.name);
        }
        tally.check(&format!("the generated detector of {model} on {}", core.name), detected.map(|_| ()));
    }
}

/// Settling in: the device's record is the host's.
fn settling(tally: &mut Tally, toolchain: &Toolchain, cases: &Cases, core: &'static Core) {
    let own = |m: &&String| cases::settles(m) && m.ends_with(core.plan_suffix);
    for model in cases.models.iter().filter(own) {
        let folder = cases.folder.join(model);
        let settled = settle(toolchain, &folder, core.part());
        tally.check(&format!("settling in of {model} on {}", core.name), settled);
    }
}

fn settle(toolchain: &Toolchain, folder: &Path, part: Part) -> Result<()> {
    let build = Build { program: "settle", part, model: Some(folder), form: Form::Const, report: true, stages: false };
    let program = build.make(toolchain)?;
    let [found, journal] = ["found-record.bin", "found-journal.bin"].map(|name| folder.join(name));
    [&found, &journal].into_iter().try_for_each(|file| script::remove(file))?;
    let numbers = String::from_utf8(cases::read(&folder.join("settings.txt"))?)?;
    let mut arguments = vec!["samples.raw", "found-record.bin"];
    arguments.extend(numbers.split_whitespace());
    arguments.push("found-journal.bin");
    let run = qemu::Run { part, elf: &program, folder, arguments: &arguments, plugin: None, limit: script::PATIENCE };
    run.start()?;
    ensure!(cases::read(&folder.join("record.bin"))? == cases::read(&found)?, "the device's record is another");
    ensure!(cases::read(&folder.join("journal.bin"))? == cases::read(&journal)?, "the device's journal is another");
    Ok(())
}

fn detector_run(toolchain: &Toolchain, folder: &Path, part: Part) -> Result<usize> {
    let build = Build { program: "detect", part, model: Some(folder), form: Form::Const, report: true, stages: false };
    let program = build.make(toolchain)?;
    let found = folder.join("detected.bin");
    script::remove(&found)?;
    let arguments = ["samples.raw", "detected.bin"];
    let run = qemu::Run { part, elf: &program, folder, arguments: &arguments, plugin: None, limit: script::PATIENCE };
    tell_costs(&run.start()?, part.core);
    compare_verdicts(folder, &found)
}

/// What goes wrong on the device must be seen here.
fn faults(tally: &mut Tally, toolchain: &Toolchain, core: &'static Core) {
    let build =
        Build { program: "crash", part: core.part(), model: None, form: Form::Blob, report: true, stages: false };
    let program = match build.make(toolchain) {
        Ok(program) => program,
        Err(error) => return tally.fail(format!("faults on {}: {error:#}", core.name)),
    };
    let seen = elf::can_panic(&program).and_then(|can| can.then_some(()).context("its panic handler was not found"));
    tally.check(&format!("what can panic on {} is told from what cannot", core.name), seen);
    let start = |what: &str, seconds: u64| -> Result<String> {
        let folder = paths::scratch("crash")?;
        let (part, elf) = (core.part(), program.as_path());
        let limit = Duration::from_secs(seconds);
        qemu::Run { part, elf, folder: &folder, arguments: &[what], plugin: None, limit }.start()
    };
    tally.check("a program that ends well", start("nothing", 60).map(|_| ()));
    for (what, seconds, sign) in [
        ("panic", 60, "as asked"),
        ("fault", 60, "processor fault"),
        ("overflow", 60, "stack overflow"),
        ("hang", 2, "no end after 2 s"),
    ] {
        let seen = match start(what, seconds) {
            Ok(_) => Err(anyhow::anyhow!("the run passed")),
            Err(error) if format!("{error:#}").contains(sign) => Ok(()),
            Err(error) => Err(error.context(format!("the failure does not say `{sign}`"))),
        };
        tally.check(&format!("`{what}` on {} is seen", core.name), seen);
    }
}
