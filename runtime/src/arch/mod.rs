//! Kernels in a processor's own instructions: the only modules with `unsafe`, one a processor.

#[cfg(picoae_cortex_m0)]
pub(crate) mod cortex_m0;
#[cfg(picoae_cortex_m4)]
pub(crate) mod cortex_m4;
