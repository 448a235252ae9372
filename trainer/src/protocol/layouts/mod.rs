//! Layouts of benchmarks' files, one a file.

mod archive;
mod bearing;
mod beats;
mod ranges;
mod reader;
mod tables;

pub use archive::Archive;
pub use bearing::{Bearing, Task};
pub use beats::Beats;
pub use ranges::Ranges;
pub use tables::Tables;

pub(super) use reader::Reader;
use serde::{Deserialize, Serialize};

/// `[layout.NAME]`: how a benchmark's files are laid out, and which parts of them are learnt from and tested.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// Folders of tables with labels in a column.
    Tables(Tables),
    /// Series whose names say what is in them.
    Archive(Archive),
    /// One normal recording of a machine and several of faults.
    Bearing(Bearing),
    /// One series, and ranges of times in a file of labels.
    Ranges(Ranges),
    /// A signal with marks of beats.
    Beats(Beats),
}

impl Layout {
    pub(super) fn reader(&self) -> &dyn Reader {
        match self {
            Self::Tables(layout) => layout,
            Self::Archive(layout) => layout,
            Self::Bearing(layout) => layout,
            Self::Ranges(layout) => layout,
            Self::Beats(layout) => layout,
        }
    }
}
