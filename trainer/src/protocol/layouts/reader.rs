//! What every layout of a benchmark's files can do.

use crate::error::Result;
use crate::protocol::case::Case;
use crate::protocol::cut::Cut;
use crate::protocol::folder::Folder;

/// A layout with its settings.
pub(in crate::protocol) trait Reader {
    /// Checks the settings.
    ///
    /// # Errors
    /// [`crate::Error::Setting`] naming the key below `layout`, its value and what was expected.
    fn check(&self, cut: &Cut) -> Result<()>;

    /// What files are looked for, in words.
    fn wanted(&self) -> String;

    /// Whether a folder has them, or most of them.
    fn is_in(&self, folder: &Folder) -> bool;

    /// Reads the files.
    ///
    /// # Errors
    /// [`crate::Error::File`] saying what was looked for where it is missing, and whatever is wrong with a file.
    fn cases(&self, folder: &Folder, cut: &Cut) -> Result<Vec<Case>>;
}
