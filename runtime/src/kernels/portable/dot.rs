//! The dot product that portable kernels share.

/// Σ xᵢ·wᵢ modulo 2³².
#[inline]
pub(crate) fn dot<W: Copy + Into<i32>>(x: &[i8], w: &[W]) -> i32 {
    x.iter().zip(w).fold(0, |sum: i32, (x, w)| sum.wrapping_add(i32::from(*x).wrapping_mul((*w).into())))
}
