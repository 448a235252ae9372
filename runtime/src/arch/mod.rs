//! Kernels in the assembly language of one processor each: the only places with `unsafe`.

#[cfg(all(target_arch = "arm", target_os = "none", not(target_has_atomic = "32")))]
pub(crate) mod cortex_m0;
