//! `cargo xtask imports`: dependencies point one way, inside crates as between them.
//!
//! The imports and paths of every crate's sources are read and resolved to the files that define what they name. A
//! circle of files or of folders inside a crate is an error, and so is a dependency that points upwards between crates.
//!
//! - `mod x;` is no dependency, nor is a module's `pub use` of what lies in it. Whoever uses a name through such a
//!   re-export depends on the file that defines it; what cannot be followed (a name that a macro makes) counts against
//!   the last module that could.
//! - Test modules, test functions and documentation are left out.
//! - Methods are called without an import and are not seen.

mod circles;
mod levels;
mod package;
mod resolve;
mod source;
#[cfg(test)]
mod tests;
mod tree;

use anyhow::Result;

use crate::support::tally::Failed;
use package::Package;

/// Prints every circle and every upward dependency.
///
/// # Errors
/// When there is one, or when a source cannot be read.
pub(crate) fn run() -> Result<()> {
    let packages = package::all()?;
    let (findings, files) = findings(&packages)?;
    if findings.is_empty() {
        println!("{files} files of {} packages: no circle, no dependency that points upwards", packages.len());
        return Ok(());
    }
    println!("{}", findings.join("\n"));
    Err(Failed.into())
}

/// What is wrong, a text each, and the number of files that were read.
fn findings(packages: &[Package]) -> Result<(Vec<String>, usize)> {
    let mut findings = levels::upward(packages);
    let crates = tree::Crates::read(packages)?;
    findings.extend(crates.outside());
    let (uses, files) = (resolve::uses(&crates), crates.files());
    for package in packages {
        findings.extend(circles::of_package(&package.name, &package.folder(), &uses));
    }
    Ok((findings, files))
}
