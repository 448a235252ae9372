//! Samples: where they come from and how they are cut.
//!
//! [`Samples`] is what everything makes and takes. Sources: synthetic signals ([`signals`]: normal windows, faults injected
//! into them), a user's CSV file, images (PNG, IDX), MNIST ([`mnist`]) with images that are no digits ([`anomalies`]).
//! Then windows are cut, split and normalized. All randomness comes from [`random`].

pub mod anomalies;
mod csv;
#[cfg(test)]
mod csv_tests;
mod gzip;
pub mod idx;
pub mod images;
mod letters;
pub mod mnist;
mod normalize;
mod png;
pub mod random;
mod samples;
pub mod signals;
mod split;
mod windows;
mod write;

pub use anomalies::{Anomaly, UnknownAnomaly};
pub use csv::{ColumnRef, CsvConfig, CsvShape, CsvWindows, read_column, read_marks, read_windows};
pub use normalize::{Normalization, Normalizer, SampleEncoding};
pub use samples::Samples;
pub use signals::{Fault, SignalConfig, SignalSet, UnknownFault, generate};
pub use split::{Split, SplitConfig, SplitOrder, overlap};
pub use windows::{cut, cut_around};
pub use write::{CsvColumns, write_windows};
