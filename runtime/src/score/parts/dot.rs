//! Sums of products of int8 values.
#![cfg_attr(picoae_dsp, allow(unsafe_code))]

#[cfg(picoae_dsp)]
unsafe extern "C" {
    /// In `armv7em.s`.
    fn picoae_dot_int8(a: *const i8, b: *const i8, count: usize) -> i32;
}

/// Σ a b, of as many as both have, at most 2¹⁷.
#[cfg(picoae_dsp)]
#[inline(always)]
pub(super) fn dot(a: &[i8], b: &[i8]) -> i32 {
    let count = a.len().min(b.len());
    if count == 0 {
        return 0;
    }
    // SAFETY: it reads `count` bytes of each, at least one, and keeps the registers that the calling convention asks to be kept.
    unsafe { picoae_dot_int8(a.as_ptr(), b.as_ptr(), count) }
}

/// Σ a b, of as many as both have, at most 2¹⁷.
#[cfg(not(picoae_dsp))]
#[inline(always)]
pub(super) fn dot(a: &[i8], b: &[i8]) -> i32 {
    let product = |a: &i8, b: &i8| i32::from(*a) * i32::from(*b);
    let ((fours, rest), (fours_of, rest_of)) = (a.as_chunks::<4>(), b.as_chunks::<4>());
    // Written out: what is compiled for size does not unroll.
    let sum = fours.iter().zip(fours_of).fold(0_i32, |sum, ([a, b, c, d], [s, t, u, v])| {
        sum + product(a, s) + product(b, t) + product(c, u) + product(d, v)
    });
    rest.iter().zip(rest_of).fold(sum, |sum, (a, b)| sum + product(a, b))
}
