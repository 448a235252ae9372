//! x86-64: in the instructions that every such processor has, and in wider ones where this one has them.
#![allow(unsafe_code)]

use super::abi::{LANES, LaneRequant, LineTaps, PoolWindows};
use super::detect::has_avx2;
use super::{avx2, sse2};

/// Sums of sixteen outputs at each position of a line.
pub(crate) fn lanes(call: &LineTaps<'_>, bias: &[i32; LANES], sums: &mut [[i32; LANES]]) {
    if has_avx2() {
        // SAFETY: the processor has AVX2.
        unsafe { avx2::lanes(call, bias, sums) }
    } else {
        // SAFETY: every x86-64 processor has SSE2.
        unsafe { sse2::lanes(call, bias, sums) }
    }
}

/// Sums of one output at each position of a line.
pub(crate) fn dots(call: &LineTaps<'_>, bias: i32, sums: &mut [i32]) {
    // SAFETY: every x86-64 processor has SSE2.
    unsafe { sse2::dots(call, bias, sums) }
}

/// As [`PoolWindows::largest`].
pub(crate) fn pool(pool: &PoolWindows, sums: &mut [[i32; LANES]]) {
    if has_avx2() {
        // SAFETY: the processor has AVX2.
        unsafe { avx2::pool(pool, sums) }
    } else {
        pool.largest(sums);
    }
}

/// As [`LaneRequant`] says.
pub(crate) fn narrow(sums: &mut [i32], lanes: &LaneRequant) {
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

    pub(crate) fn lanes(call: &LineTaps<'_>, bias: &[i32; LANES], sums: &mut [[i32; LANES]]) {
        // SAFETY: every x86-64 processor has SSE2.
        unsafe { sse2::lanes(call, bias, sums) }
    }

    pub(crate) fn narrow(sums: &mut [i32], lanes: &LaneRequant) {
        // SAFETY: every x86-64 processor has SSE2.
        unsafe { sse2::narrow(sums, lanes) }
    }
}
