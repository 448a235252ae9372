//! The files of a benchmark's folder, found by name wherever they lie in it.

use crate::data::{InputFile, find_files};
use crate::error::{Error, Result};
use std::path::{Path, PathBuf};

/// What a text file may expand to, where it is compressed.
const MOST_BYTES: u64 = 1 << 30;

/// A folder and every file in it and in its folders, in the order of their names.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    files: Vec<InputFile>,
}

impl Folder {
    /// # Errors
    /// [`Error::File`] for what is no folder or has no files, [`Error::Io`].
    pub(super) fn open(path: &Path) -> Result<Self> {
        if !path.is_dir() {
            return Err(Error::file(path, "no such folder, expected one with a benchmark's files"));
        }
        // `.` by its name: what begins with a dot is hidden.
        let path = path.canonicalize().unwrap_or_else(|_| path.into());
        let files = match std::fs::read_dir(&path).map(|mut all| all.next().is_none()) {
            // What was looked for is said instead.
            Ok(true) => Vec::new(),
            _ => find_files(std::slice::from_ref(&path))?,
        };
        Ok(Self { path, files })
    }

    /// The files whose names are wanted.
    pub(super) fn files(&self, wanted: impl Fn(&str) -> bool) -> impl Iterator<Item = &InputFile> {
        self.files.iter().filter(move |file| wanted(name(file)))
    }

    /// The one file of that name, or of that name with `.gz` behind it.
    ///
    /// # Errors
    /// [`Error::File`] where there is none, or several.
    pub(super) fn one(&self, wanted: &str) -> Result<&InputFile> {
        let found: Vec<&InputFile> = self.files(|name| name.strip_suffix(".gz").unwrap_or(name) == wanted).collect();
        match found[..] {
            [file] => Ok(file),
            [] => Err(self.missing(wanted)),
            [first, second, ..] => Err(self.twice(wanted, first, second)),
        }
    }

    /// Nothing in the folder is `wanted`.
    pub(super) fn missing(&self, wanted: &str) -> Error {
        Error::file(&self.path, format!("looked in this folder and those in it for {wanted}, found none"))
    }

    /// Two files are `wanted` where one can be.
    pub(super) fn twice(&self, wanted: &str, first: &InputFile, second: &InputFile) -> Error {
        let (first, second) = (first.path.display(), second.path.display());
        Error::file(&self.path, format!("both {first} and {second} are {wanted}, expected one"))
    }

    /// The folder has other files than it should.
    pub(super) fn bad(&self, message: impl Into<String>) -> Error {
        Error::file(&self.path, message)
    }
}

/// A file's own name; nothing where it is no text.
pub(super) fn name(file: &InputFile) -> &str {
    file.path.file_name().and_then(|n| n.to_str()).unwrap_or_default()
}

/// A file's own name without its ending.
pub(super) fn stem(file: &InputFile) -> &str {
    file.path.file_stem().and_then(|n| n.to_str()).unwrap_or_default()
}

/// A file's text, decompressed if it is gzip's.
///
/// # Errors
/// [`Error::Io`], [`Error::Gzip`], or [`Error::File`] for what is no text.
pub(super) fn text(file: &InputFile) -> Result<String> {
    let text = String::from_utf8(file.bytes(MOST_BYTES)?);
    let text = text.map_err(|_| Error::file(&file.path, "no text, expected UTF-8"))?;
    // Some editors put a mark of the encoding first.
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_wherever_they_lie() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("a/b")).unwrap();
        std::fs::write(folder.path().join("a/b/x.csv"), "\u{feff}1\n").unwrap();
        let open = || Folder::open(folder.path()).unwrap();
        let files = open();
        let file = files.one("x.csv").unwrap();
        assert_eq!((name(file), stem(file), text(file).unwrap().as_str()), ("x.csv", "x", "1\n"));
        assert!(open().one("y.csv").unwrap_err().to_string().ends_with("those in it for y.csv, found none"));
        std::fs::write(folder.path().join("x.csv.gz"), [0xff]).unwrap();
        assert!(open().one("x.csv").unwrap_err().to_string().ends_with("are x.csv, expected one"));
        let bad = open().files(|n| n.ends_with("gz")).next().cloned().unwrap();
        assert!(text(&bad).unwrap_err().to_string().ends_with("expected UTF-8"));
    }

    #[test]
    fn a_folder_must_be_there() {
        assert!(Folder::open(Path::new("nowhere-at-all")).unwrap_err().to_string().contains("no such folder"));
    }
}
