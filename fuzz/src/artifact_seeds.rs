//! Seeds of the `artifact` target: those of `network`, lowered for every processor. Made when they are needed, they always
//! have the format of the day.

use picoae_compiler::Result;
use picoae_compiler::export::blob;
use picoae_compiler::files::write_atomic;
use picoae_compiler::graph::QGraph;
use picoae_compiler::lower::{Options, Target, lower};
use std::path::Path;

/// The variable that names the folder to put them in.
pub const FOLDER: &str = "PICOAE_ARTIFACT_SEEDS";

/// Writes them to the folder that [`FOLDER`] names, if it names one.
///
/// # Panics
/// When they cannot be made.
pub fn make() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let count = lowered(Path::new(&folder)).unwrap_or_else(|e| panic!("seeds: {e}"));
    assert!(count > 0, "no seed could be lowered");
}

fn lowered(folder: &Path) -> Result<usize> {
    let networks = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/network");
    let entries = std::fs::read_dir(&networks).map_err(|e| picoae_compiler::Error::io(&networks, e))?;
    let mut count = 0;
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // Others are there because they were, or are, to be refused.
        let Ok(graph) = (if name.starts_with("random") { QGraph::load(&path) } else { continue }) else { continue };
        for target in Target::ALL {
            let Ok(lowered) = lower(&graph, &Options { target, ..Options::default() }) else { continue };
            write_atomic(folder.join(format!("{name}-{target:?}")), blob(&lowered)?)?;
            count += 1;
        }
    }
    Ok(count)
}
