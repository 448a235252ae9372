//! `cargo xtask bench-device`: instructions, estimated cycles and sizes of the reference models on the emulated devices.

use std::fs;
use std::sync::{Mutex, PoisonError};
use std::thread;

use anyhow::{Context, Result, bail, ensure};
use clap::ValueEnum;

use crate::bench::figures::Figures;
use crate::bench::measure::measure;
use crate::bench::{guard, tables};
use crate::device::cases::{self, Cases, Product};
use crate::device::cores::{self, CORES, Core};
use crate::device::plugin;
use crate::device::toolchain::Toolchain;
use crate::setup;
use crate::support::paths;
use crate::support::tally::Tally;

/// What to measure and where the figures go.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// How the figures are printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Only models whose name starts so.
    #[arg(long, default_value = "")]
    model: String,
    /// Only this core.
    #[arg(long, value_parser = cores::parser())]
    core: Option<&'static Core>,
    /// Compares with the committed figures and writes nothing; what grew by more than 2 % is an error.
    #[arg(long)]
    check: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Markdown tables.
    Text,
    /// JSON: the content of the figures file.
    Json,
}

/// Measures, prints, and, when everything was measured, writes the figures file and the page of benchmarks.
pub(crate) fn run(options: &Options) -> Result<()> {
    let toolchain = setup::run()?;
    let cores = options.core.map_or(CORES.to_vec(), |core| vec![core]);
    let mut products = products(&cases::make()?, &cores)?;
    products.retain(|product| product.name.starts_with(&options.model));
    ensure!(!products.is_empty(), "no model's name starts with `{}`", options.model);
    let figures = measure_all(&toolchain, &products)?;
    match options.format {
        Format::Text => println!("{}", tables::markdown(&figures)),
        Format::Json => println!("{}", figures.json()?.trim_end()),
    }
    if options.check {
        let mut committed = Figures::read(&Figures::path())?;
        committed.models.retain(|name, _| name.starts_with(&options.model));
        for models in committed.models.values_mut() {
            models.retain(|core, _| cores.iter().any(|wanted| wanted.name == core));
        }
        let grown = guard::growth(&committed, &figures);
        ensure!(grown.is_empty(), "{}", grown.join("\n"));
    } else if options.model.is_empty() && cores.len() == CORES.len() {
        write(&figures)?;
    } else {
        eprintln!("not everything was measured, so neither figures file nor page was written");
    }
    Ok(())
}

/// The part of the tests: measures everything and compares with the committed figures.
pub(crate) fn check(tally: &mut Tally, toolchain: &Toolchain, cases: &Cases) -> Result<()> {
    let committed = Figures::read(&Figures::path())?;
    let measured = measure_all(toolchain, &products(cases, &CORES)?)?;
    let grown = guard::growth(&committed, &measured);
    if grown.is_empty() {
        tally.pass();
        println!("ok  no device figure grew by more than 2 %");
    }
    for line in grown {
        let advice = if committed.compiler == measured.compiler {
            "if that is meant, commit the figures of `cargo xtask bench-device`".to_owned()
        } else {
            format!("the committed figures are of {}, these of {}", committed.compiler, measured.compiler)
        };
        tally.fail(format!("{line}; {advice}"));
    }
    Ok(())
}

fn products(cases: &Cases, cores: &[&'static Core]) -> Result<Vec<Product>> {
    let mut products = Vec::new();
    for core in cores {
        products.extend(cases.products(core)?);
    }
    Ok(products)
}

/// Measures all, the cores of each lane beside those of the others.
fn measure_all(toolchain: &Toolchain, products: &[Product]) -> Result<Figures> {
    let plugin = plugin::make()?;
    let figures = Mutex::new(Figures { compiler: toolchain.version.clone(), ..Figures::default() });
    let lanes = cores::lanes(&CORES);
    let of_lane = |lane: &[&Core]| -> Result<()> {
        for product in products.iter().filter(|product| lane.iter().any(|core| core.id == product.core.id)) {
            let core = product.core.name;
            let model = measure(toolchain, &plugin, product).with_context(|| format!("{} on {core}", product.name))?;
            let mut figures = figures.lock().unwrap_or_else(PoisonError::into_inner);
            figures.models.entry(product.name.clone()).or_default().insert(core.to_owned(), model);
        }
        Ok(())
    };
    thread::scope(|scope| {
        let running: Vec<_> = lanes.iter().map(|lane| scope.spawn(|| of_lane(lane))).collect();
        running.into_iter().try_for_each(|lane| match lane.join() {
            Ok(measured) => measured,
            Err(_) => bail!("a lane ended before its end, see above"),
        })
    })?;
    Ok(figures.into_inner().unwrap_or_else(PoisonError::into_inner))
}

fn write(figures: &Figures) -> Result<()> {
    let page = paths::root().join("docs/benchmarks.md");
    let old = fs::read_to_string(&page).unwrap_or_default();
    for (path, text) in
        [(Figures::path(), figures.json()?), (page, tables::replace_part(&old, &tables::markdown(figures)))]
    {
        fs::write(&path, text).with_context(|| format!("{}: cannot write this file", path.display()))?;
        eprintln!("wrote {}", path.display());
    }
    Ok(())
}
