//! The pieces of `cargo xtask bench-device`.

pub(crate) mod cmsis_nn;
pub(crate) mod figures;
pub(crate) mod guard;
pub(crate) mod measure;
pub(crate) mod stages;
pub(crate) mod tables;
