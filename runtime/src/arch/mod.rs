//! Kernels in a processor's own instructions: the only modules with `unsafe`, one a processor.

#[cfg(picoae_cortex_m0)]
pub(crate) mod cortex_m0;
#[cfg(picoae_dsp)]
pub(crate) mod cortex_m4;
#[cfg(picoae_riscv32)]
pub(crate) mod riscv32;
#[cfg(target_arch = "x86_64")]
pub(crate) mod x86_64;

#[cfg(picoae_dsp)]
pub(crate) use cortex_m4::{move_down, move_planes};

/// In each plane of `plane` words, moves `count` words from index `from` on to its start; `false` where there is no fast
/// way.
#[cfg(not(picoae_dsp))]
pub(crate) fn move_planes(_words: &mut [u32], _plane: usize, _from: usize, _count: usize) -> bool {
    false
}

#[cfg(picoae_cortex_m0)]
pub(crate) use cortex_m0::move_down;
#[cfg(picoae_riscv32)]
pub(crate) use riscv32::move_down;

/// Moves `count` words of `words` from index `from` on to its start.
#[cfg(not(any(picoae_dsp, picoae_cortex_m0, picoae_riscv32)))]
pub(crate) fn move_down(words: &mut [u32], from: usize, count: usize) {
    words.copy_within(from..from + count, 0);
}
