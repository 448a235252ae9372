//! The pieces of `cargo xtask bench-device` and, in `costs`, of `cargo xtask fit-costs`.

pub(crate) mod cmsis_nn;
pub(crate) mod costs;
pub(crate) mod figures;
pub(crate) mod guard;
pub(crate) mod measure;
pub(crate) mod stages;
pub(crate) mod tables;
