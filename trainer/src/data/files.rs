//! Which files are meant: names, folders, patterns, standard input.

use super::gzip;
use crate::error::{Error, Result};
use std::cmp::Ordering;
use std::io::{IsTerminal as _, Read as _, Seek as _};
use std::path::{Path, PathBuf};

/// The name of standard input.
const STANDARD_INPUT: &str = "-";

/// A file to read, and the name of the folder of its kind where there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputFile {
    /// Where it is; `-` is standard input.
    pub path: PathBuf,
    /// Name of the folder that it lies in.
    pub folder: Option<String>,
}

impl InputFile {
    fn new(path: PathBuf) -> Self {
        let folder = path.parent().and_then(Path::file_name).map(|n| n.to_string_lossy().into_owned());
        Self { path, folder }
    }

    /// Bytes that it takes on the disk; 0 where that is not known.
    pub(super) fn size(&self) -> u64 {
        std::fs::metadata(&self.path).map_or(0, |known| known.len())
    }

    /// The file, open, and its size, if it is a regular one that is not compressed.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(super) fn plain(&self) -> Result<Option<(std::fs::File, u64)>> {
        let regular = self.path != Path::new(STANDARD_INPUT) && self.path.is_file();
        if !regular {
            return Ok(None);
        }
        let mut file = std::fs::File::open(&self.path).map_err(|e| Error::io(&self.path, e))?;
        let mut start = Vec::new();
        file.by_ref().take(2).read_to_end(&mut start).map_err(|e| Error::io(&self.path, e))?;
        file.rewind().map_err(|e| Error::io(&self.path, e))?;
        Ok((start != [0x1f, 0x8b]).then_some((file, self.size())))
    }

    /// Its bytes, decompressed if they are gzip's.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Gzip`], or [`Error::File`] for what expands beyond `most` bytes.
    pub fn bytes(&self, most: u64) -> Result<Vec<u8>> {
        if self.path != Path::new(STANDARD_INPUT) {
            return gzip::read(&self.path, most);
        }
        let mut input = std::io::stdin();
        if input.is_terminal() {
            return Err(Error::file(&self.path, "standard input is a terminal, expected a file or a pipe"));
        }
        let mut bytes = Vec::new();
        input.read_to_end(&mut bytes).map_err(|e| Error::io(&self.path, e))?;
        if bytes.is_empty() {
            return Err(Error::file(
                &self.path,
                "nothing on standard input; a recording from there can be read once only",
            ));
        }
        gzip::unpacked(&self.path, bytes, most)
    }
}

/// The files that names mean: each a file, a folder (its files, and those of its folders, in the order of their names), a pattern
/// with `*` and `?` where no such file exists, or `-`.
///
/// # Errors
/// [`Error::File`] for a name that means nothing, [`Error::Io`].
pub fn find(names: &[PathBuf]) -> Result<Vec<InputFile>> {
    let mut found = Vec::new();
    for name in names {
        let before = found.len();
        if name == Path::new(STANDARD_INPUT) {
            found.push(InputFile { path: name.clone(), folder: None });
        } else if name.is_dir() {
            folder(name, 0, &mut found)?;
        } else if name.exists() {
            found.push(InputFile::new(name.clone()));
        } else if is_pattern(name) {
            let mut matching = Vec::new();
            expand(name, &mut matching)?;
            for path in matching {
                if path.is_dir() { folder(&path, 0, &mut found)? } else { found.push(InputFile::new(path)) }
            }
        } else {
            let from = if name.is_relative() { " from the folder in which picoae runs" } else { "" };
            return Err(Error::file(name, format!("no such file{from}")));
        }
        if found.len() == before {
            return Err(Error::file(name, "no file there, expected at least one"));
        }
    }
    Ok(found)
}

fn is_pattern(path: &Path) -> bool {
    path.to_string_lossy().contains(['*', '?'])
}

/// Names in a folder, in order; those that begin with a dot are left alone.
fn names(path: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(path).map_err(|e| Error::io(path, e))? {
        let entry = entry.map_err(|e| Error::io(path, e))?;
        names.push(entry.file_name().to_string_lossy().into_owned());
    }
    names.retain(|n| !n.starts_with('.'));
    names.sort_by(|a, b| natural(a, b));
    Ok(names)
}

fn folder(path: &Path, depth: usize, found: &mut Vec<InputFile>) -> Result<()> {
    const DEEPEST: usize = 8;
    for name in names(path)? {
        let path = path.join(name);
        if !path.is_dir() {
            found.push(InputFile::new(path));
        } else if depth < DEEPEST {
            folder(&path, depth + 1, found)?;
        }
    }
    Ok(())
}

/// What matches a pattern, which may be in any part of a path.
fn expand(pattern: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    let mut paths: Vec<PathBuf> = vec![PathBuf::new()];
    for part in pattern.components() {
        let part = part.as_os_str().to_string_lossy();
        let mut next = Vec::new();
        for path in paths {
            if !part.contains(['*', '?']) {
                let path = path.join(&*part);
                if path.exists() {
                    next.push(path);
                }
                continue;
            }
            let here = if path.as_os_str().is_empty() { Path::new(".") } else { &path };
            if here.is_dir() {
                next.extend(names(here)?.into_iter().filter(|n| matches(&part, n)).map(|n| path.join(n)));
            }
        }
        paths = next;
    }
    found.extend(paths);
    Ok(())
}

/// Whether a name matches a pattern of `*` (anything) and `?` (one letter).
fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut p, mut n) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(c) if *c == '?' || *c == name[n] => (p, n) = (p + 1, n + 1),
            _ => match &mut star {
                // The last star takes one letter more.
                Some((at, taken)) => {
                    *taken += 1;
                    (p, n) = (*at + 1, *taken);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// Order of names in which numbers are numbers: `part2` before `part10`.
fn natural(a: &str, b: &str) -> Ordering {
    let pieces = |s: &str| {
        let mut out: Vec<(bool, String)> = Vec::new();
        for c in s.chars() {
            match out.last_mut() {
                Some((digit, piece)) if *digit == c.is_ascii_digit() => piece.push(c),
                _ => out.push((c.is_ascii_digit(), c.to_string())),
            }
        }
        out
    };
    let (left, right) = (pieces(a), pieces(b));
    for ((number, x), (other, y)) in left.iter().zip(&right) {
        let order = if *number && *other {
            let bare = |s: &str| s.trim_start_matches('0').to_owned();
            let (x, y) = (bare(x), bare(y));
            x.len().cmp(&y.len()).then(x.cmp(&y))
        } else {
            x.cmp(y)
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    left.len().cmp(&right.len()).then_with(|| a.cmp(b))
}

/// The start of a file, decompressed, for a look at what it is; empty for standard input, which can be read once only.
///
/// # Errors
/// [`Error::Io`].
pub fn start(file: &InputFile) -> Result<Vec<u8>> {
    const LENGTH: u64 = 4096;
    if file.path == Path::new(STANDARD_INPUT) {
        return Ok(Vec::new());
    }
    let mut bytes = Vec::new();
    let open = || std::fs::File::open(&file.path).map_err(|e| Error::io(&file.path, e));
    open()?.take(LENGTH).read_to_end(&mut bytes).map_err(|e| Error::io(&file.path, e))?;
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut unpacked = Vec::new();
        // Damage is found when all is read.
        let _ = flate2::read::MultiGzDecoder::new(open()?).take(LENGTH).read_to_end(&mut unpacked);
        return Ok(unpacked);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_folders_and_patterns() {
        let folder = tempfile::tempdir().unwrap();
        let f = folder.path();
        for name in ["a/part10.csv", "a/part2.csv", "a/.hidden", "b/x.csv", "c.wav"] {
            let path = f.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "1").unwrap();
        }
        let found = |name: &str| -> Vec<String> {
            let all = find(&[f.join(name)]).unwrap();
            all.iter().map(|p| p.path.strip_prefix(f).unwrap().to_string_lossy().into_owned()).collect()
        };
        assert_eq!(found("a"), ["a/part2.csv", "a/part10.csv"]);
        assert_eq!(found(""), ["a/part2.csv", "a/part10.csv", "b/x.csv", "c.wav"]);
        assert_eq!(found("*/*.csv"), ["a/part2.csv", "a/part10.csv", "b/x.csv"]);
        assert_eq!(found("a/part?.csv"), ["a/part2.csv"]);
        assert_eq!(found("c.wav"), ["c.wav"]);
        assert_eq!(find(&[f.join("b")]).unwrap()[0].folder.as_deref(), Some("b"));
        for nothing in ["none.csv", "*.txt"] {
            let error = find(&[f.join(nothing)]).unwrap_err();
            assert!(error.to_string().contains(nothing) && error.exit_code() == 2);
        }
    }

    #[test]
    fn patterns_match_like_a_shell() {
        let yes = [("*", "a"), ("a*c", "abbc"), ("a*c", "ac"), ("*.csv", "x.y.csv"), ("a?c", "aüc"), ("**", "")];
        let no = [("*.csv", "x.csv.gz"), ("a?c", "ac"), ("a*c*d", "abc"), ("", "a")];
        yes.iter().for_each(|(p, n)| assert!(matches(p, n), "{p} {n}"));
        no.iter().for_each(|(p, n)| assert!(!matches(p, n), "{p} {n}"));
    }
}
