//! The body in the instructions of the DSP extension: calls `armv7em.s`.
#![allow(unsafe_code)]

use super::abi::{Rows, StoreRows};
use crate::kernel_set::KernelSet;

unsafe extern "C" {
    fn picoae_mono_k5_pool2(frame: *const Mono);
    fn picoae_mono_k5_pool2_single(frame: *const Mono);
    fn picoae_mono_k5_pool2_fields(frame: *const Mono);
}

/// What the kernel keeps in its stack frame.
#[repr(C)]
struct Mono {
    end: u32,
    x: u32,
    span: u32,
    weights: u32,
    channels: u32,
    out: u32,
    step: [u32; 2],
    /// 1 where the number of pairs of outputs is odd, else 0.
    odd: u32,
}

/// Makes a tile; the number of outputs is even.
pub(super) fn make<K: KernelSet>(call: &Rows, arena: &mut [u8], data: &[u8]) {
    let memory = arena.as_mut_ptr() as u32;
    let frame = Mono {
        end: 0,
        x: memory + call.x as u32,
        span: call.outputs as u32 * 4,
        weights: data.as_ptr() as u32 + call.weights as u32,
        channels: call.channels as u32,
        out: memory + call.out as u32,
        step: call.steps.map(|s| s as u32),
        odd: call.outputs as u32 / 2 % 2,
    };
    // SAFETY: `frame` has the layout that the kernel copies from, and the kernel keeps the registers that the calling
    // convention asks to be kept. It reads `outputs + 2` words from `x` on and 32 bytes a channel of weights, and writes
    // `outputs` int16 four bytes apart, or half as many words, in each channel; `plan::params::conv1d_c1_pool2` keeps all of these inside `arena` and `data`. The
    // loop ends because `outputs` is even and not 0.
    unsafe {
        match call.store {
            StoreRows::Packed if K::CONV1D_C1_PACKED => picoae_mono_k5_pool2_fields(&frame),
            StoreRows::Undoubled if K::CONV1D_C1_UNDOUBLED => picoae_mono_k5_pool2_single(&frame),
            StoreRows::Doubled if K::CONV1D_C1_DOUBLED => picoae_mono_k5_pool2(&frame),
            _ => {}
        }
    }
}
