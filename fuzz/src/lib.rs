//! What the fuzz targets share: limits, files, and mutations that keep a file's structure.

pub mod artifact_seeds;
pub mod container;
pub mod file;
pub mod limit;
pub mod mutate;
pub mod network;
pub mod random;
