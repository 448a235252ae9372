//! The pieces of `cargo xtask fit-costs`: counted stages, the fit, the source that comes of it.

pub(crate) mod fit;
pub(crate) mod measure;
pub(crate) mod samples;
pub(crate) mod source;
