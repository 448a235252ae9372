//! What this processor can do. The standard library knows, but a `no_std` crate has to ask the processor.
#![allow(unsafe_code)]

use core::arch::x86_64::{__cpuid, __cpuid_count, _xgetbv};
use core::sync::atomic::{AtomicU8, Ordering};

const UNKNOWN: u8 = 0;
const NO: u8 = 1;
const YES: u8 = 2;

/// Whether the processor has AVX2 and the system keeps its registers.
#[inline]
pub(super) fn has_avx2() -> bool {
    static KNOWN: AtomicU8 = AtomicU8::new(UNKNOWN);
    match KNOWN.load(Ordering::Relaxed) {
        UNKNOWN => {
            let has = ask();
            KNOWN.store(if has { YES } else { NO }, Ordering::Relaxed);
            has
        }
        known => known == YES,
    }
}

#[cold]
fn ask() -> bool {
    if cfg!(miri) {
        return false; // it knows vector instructions, but not how to be asked for them
    }
    let bit = |word: u32, bit: u32| word >> bit & 1 == 1;
    if __cpuid(0).eax < 7 {
        return false;
    }
    let features = __cpuid(1).ecx;
    // The system uses the extended states, and the processor has AVX.
    if !(bit(features, 27) && bit(features, 28)) {
        return false;
    }
    // SAFETY: the system uses the extended states, so the instruction is there.
    let kept = unsafe { _xgetbv(0) };
    kept & 0b110 == 0b110 && bit(__cpuid_count(7, 0).ebx, 5)
}
