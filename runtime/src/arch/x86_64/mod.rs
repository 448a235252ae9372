//! x86-64.
#![allow(unsafe_code)]

mod sse2;

use crate::forms::vector::{LANES, Lanes, Line, Runs};

/// Sums of sixteen outputs at each position of a line.
#[inline]
pub(crate) fn lanes(
    line: &Line,
    runs: &Runs,
    values: &[i16],
    weights: &[i16],
    bias: &[i32; LANES],
    sums: &mut [[i32; LANES]],
) {
    // SAFETY: every x86-64 processor has SSE2.
    unsafe { sse2::lanes(line, runs, values, weights, bias, sums) }
}

/// Sums of one output at each position of a line.
#[inline]
pub(crate) fn dots(line: &Line, runs: &Runs, values: &[i16], weights: &[i16], bias: i32, sums: &mut [i32]) {
    // SAFETY: every x86-64 processor has SSE2.
    unsafe { sse2::dots(line, runs, values, weights, bias, sums) }
}

/// Sixteen accumulators to values; as [`Lanes`] says.
#[inline]
pub(crate) fn narrow(sums: &[i32; LANES], lanes: &Lanes) -> [i8; LANES] {
    // SAFETY: every x86-64 processor has SSE2.
    unsafe { sse2::narrow(sums, lanes) }
}
