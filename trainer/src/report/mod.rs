//! `report`: a run as one page to look at, with its pictures as SVG and PNG beside it. See `docs/report.md`.

mod axes;
mod digits;
mod facts;
mod figure;
mod gather;
mod inspection;
mod page;
mod plots;
mod raster;
mod scores;
mod signals;
mod svg;
mod theme;
mod training;

pub use inspection::picture;

use crate::error::Result;
use crate::run::RunDir;
use page::Page;
use picoae_compiler::files;
use rayon::prelude::*;
use std::path::Path;

/// What was made.
#[derive(Debug, Clone)]
pub struct Report {
    /// Names of the pictures, each with a file `.svg` and a file `.png` beside the page.
    pub pictures: Vec<String>,
    /// Accuracy of the nearest neighbour on the latents, float and int8, for labelled samples with a flat latent.
    pub nearest_neighbour: Option<[f64; 2]>,
}

/// The page's name.
pub const PAGE: &str = "report.html";

/// Most samples of each kind that [`report`] looks at unless asked otherwise.
pub const SAMPLES: usize = 1000;

/// Writes `report.html` and its pictures into `to`, looking at no more than `samples` samples of each kind.
///
/// # Errors
/// What the run lacks, or where nothing can be written.
pub fn report(run: &RunDir, to: &Path, samples: usize) -> Result<Report> {
    let g = gather::gather(run, samples.max(1))?;
    let mut page = Page::new(&format!("picoae: a run of “{}”", g.config.model));
    facts::overview(&mut page, &g);
    training::section(&mut page, &g)?;
    let nearest_neighbour = if g.images() { digits::section(&mut page, &g)? } else { None };
    if !g.images() {
        signals::section(&mut page, &g)?;
    }
    scores::section(&mut page, &g)?;
    facts::section(&mut page, &g);
    let subtitle = format!(
        "{} parameters; float and int8 side by side on at most {samples} test samples of each kind. Seed {}.",
        g.network.architecture().parameters(),
        g.config.seed
    );
    page.figures.par_iter().try_for_each(|figure| -> Result<()> {
        files::write_atomic(to.join(format!("{}.svg", figure.name)), svg::standalone(figure)?)?;
        files::write_atomic(to.join(format!("{}.png", figure.name)), raster::png(figure)?)?;
        Ok(())
    })?;
    files::write_atomic(to.join(PAGE), page.finish(&subtitle))?;
    Ok(Report { pictures: page.figures.into_iter().map(|f| f.name).collect(), nearest_neighbour })
}
