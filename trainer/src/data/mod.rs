//! Samples: where they come from and how they are cut.

pub mod anomalies;
mod csv;
#[cfg(test)]
mod csv_tests;
mod faults;
mod gzip;
pub mod idx;
pub mod images;
mod letters;
pub mod mnist;
mod mnist_origin;
#[cfg(test)]
mod mnist_origin_tests;
mod normalize;
mod png;
pub mod random;
mod signals;
mod signals_config;
mod split;
mod windows;
mod write;

pub use anomalies::{Anomaly, UnknownAnomaly};
pub use csv::{ColumnRef, CsvConfig, CsvWindows, Layout, read_column, read_marks, read_windows};
pub use faults::{Fault, UnknownFault};
pub use normalize::{Normalization, Normalizer};
pub use signals::{SignalSet, generate};
pub use signals_config::{
    Amplitude, Burst, Clipping, Drift, DropOut, FaultConfig, Frequency, SignalConfig, Spike, Step,
};
pub use split::{Order, Split, SplitConfig, overlap};
pub use windows::{cut, cut_around};
pub use write::{Table, write_windows};

/// Equally shaped float samples, one behind the other.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Samples {
    /// Shape of one sample: `[channels, height, width]`; signals have height 1.
    pub shape: [usize; 3],
    /// `len() × channels × height × width` values.
    pub values: Vec<f32>,
    /// One class or kind a sample (a digit; 0 for normal and 1… for faults), or empty.
    pub labels: Vec<u8>,
}

impl Samples {
    /// No samples of the given shape yet.
    pub fn new(shape: [usize; 3]) -> Self {
        Self { shape, values: Vec::new(), labels: Vec::new() }
    }

    /// Values of one sample.
    pub fn sample_len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Number of samples.
    pub fn len(&self) -> usize {
        self.values.len().checked_div(self.sample_len()).unwrap_or(0)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The values of sample `i`.
    pub fn sample(&self, i: usize) -> &[f32] {
        let n = self.sample_len();
        &self.values[i * n..(i + 1) * n]
    }

    /// All samples in order.
    pub fn iter(&self) -> impl Iterator<Item = &[f32]> {
        self.values.chunks_exact(self.sample_len().max(1))
    }
}
