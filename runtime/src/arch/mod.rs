//! Kernels in a processor's own instructions: the only modules with `unsafe`, one a processor.

#[cfg(picoae_cortex_m4)]
pub(crate) mod cortex_m4;
