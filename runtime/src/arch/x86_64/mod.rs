//! x86-64: in the instructions that every such processor has, and in wider ones where this one has them.
#![allow(unsafe_code)]

mod avx2;
mod detect;
mod sse2;

use crate::forms::vector::{LANES, Lanes, Pool, Seen};
use detect::has_avx2;

/// `pairs` pairs of values from `at` on.
#[inline(always)]
fn pairs_at(values: &[i16], at: usize, pairs: usize) -> &[[i16; 2]] {
    values[at..at + pairs * 2].as_chunks().0
}

/// Sums of sixteen outputs at each position of a line.
pub(crate) fn lanes(seen: &Seen<'_>, bias: &[i32; LANES], sums: &mut [[i32; LANES]]) {
    if has_avx2() {
        // SAFETY: the processor has AVX2.
        unsafe { avx2::lanes(seen, bias, sums) }
    } else {
        // SAFETY: every x86-64 processor has SSE2.
        unsafe { sse2::lanes(seen, bias, sums) }
    }
}

/// Sums of one output at each position of a line.
pub(crate) fn dots(seen: &Seen<'_>, bias: i32, sums: &mut [i32]) {
    // SAFETY: every x86-64 processor has SSE2.
    unsafe { sse2::dots(seen, bias, sums) }
}

/// As [`Pool::largest`].
pub(crate) fn pool(pool: &Pool, sums: &mut [[i32; LANES]]) {
    if has_avx2() {
        // SAFETY: the processor has AVX2.
        unsafe { avx2::pool(pool, sums) }
    } else {
        pool.largest(sums);
    }
}

/// As [`Lanes`] says.
pub(crate) fn narrow(sums: &mut [i32], lanes: &Lanes) {
    if has_avx2() {
        // SAFETY: the processor has AVX2.
        unsafe { avx2::narrow(sums, lanes) }
    } else {
        // SAFETY: every x86-64 processor has SSE2.
        unsafe { sse2::narrow(sums, lanes) }
    }
}

/// The bodies for processors without AVX2, for tests on those with it.
#[cfg(test)]
pub(crate) mod without_avx2 {
    use super::*;

    pub(crate) fn lanes(seen: &Seen<'_>, bias: &[i32; LANES], sums: &mut [[i32; LANES]]) {
        // SAFETY: every x86-64 processor has SSE2.
        unsafe { sse2::lanes(seen, bias, sums) }
    }

    pub(crate) fn narrow(sums: &mut [i32], lanes: &Lanes) {
        // SAFETY: every x86-64 processor has SSE2.
        unsafe { sse2::narrow(sums, lanes) }
    }
}
