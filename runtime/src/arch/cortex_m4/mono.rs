//! Calls the one-channel kernel of `mono.s`.

use crate::forms::mono::{Call, Store};
use crate::kernels::{self, has};

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
pub(crate) fn make<const K: u64>(call: &Call, arena: &mut [u8], data: &[u8]) {
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
    // `outputs` int16 four bytes apart, or half as many words, in each channel; `forms::mono` keeps all of these inside `arena` and `data`. The
    // loop ends because `outputs` is even and not 0.
    unsafe {
        match call.store {
            Store::Fields if has(K, kernels::MONO_FIELDS) => picoae_mono_k5_pool2_fields(&frame),
            Store::Single if has(K, kernels::MONO_SINGLE) => picoae_mono_k5_pool2_single(&frame),
            Store::Double if has(K, kernels::MONO_DOUBLE) => picoae_mono_k5_pool2(&frame),
            _ => {}
        }
    }
}
