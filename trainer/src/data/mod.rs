//! Samples: where they come from and how they are cut.
//!
//! Sources: synthetic signals ([`signals`]: normal windows, faults injected into them), recordings in files of many forms
//! ([`RecordingSource`]; [`examples`] makes some up), images (PNG, IDX), MNIST ([`mnist`]) with images that are no digits ([`anomalies`]). What makes samples
//! gives [`Samples`]; a file gives a [`Recording`]. Both become [`Windows`], views that are cut, split and normalized where they
//! are read. All randomness comes from [`random`].

pub mod anomalies;
mod checks;
mod csv;
pub mod examples;
mod files;
mod fitting;
mod format;
mod formats;
mod gzip;
pub mod idx;
pub mod images;
mod labels;
mod letters;
pub mod mnist;
mod normalize;
mod png;
mod progress;
pub mod random;
mod raw_type;
mod recording;
mod rows;
mod samples;
pub mod signals;
mod sniff;
mod source;
#[cfg(test)]
mod source_tests;
mod split;
mod spread;
mod starts;
mod text;
pub mod time;
mod windows;
mod write;

pub use anomalies::{Anomaly, UnknownAnomaly};
pub use checks::{Independent, check, far_values};
pub use csv::read_marks;
pub use files::{InputFile, find as find_files, start as file_start};
pub use format::{ColumnRef, DateOrder, FormatConfig, HeaderRule, Layout, Missing, TimeUnit};
pub use labels::{LabelConfig, LabelSource};
pub use normalize::{ChannelNormalization, Normalization, Normalizer, SampleEncoding};
pub use raw_type::RawType;
pub use recording::{Clock, Mark, Part, Recording, Stretch};
pub use samples::Samples;
pub use signals::{Fault, SignalConfig, SignalSet, UnknownFault, generate};
pub use sniff::Content;
pub use source::RecordingSource;
pub use split::{Portion, Split, SplitConfig, SplitOrder};
pub use spread::{Spread, spread};
pub use windows::{Cut, Windows, cut_around, prime_at_most};
pub use write::{CsvColumns, windows_as_csv, write_windows};
