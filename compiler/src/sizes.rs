//! Arithmetic on sizes that a file or a description states: checked, all of it here.

/// Product of sizes; `None` where it cannot be counted.
pub(crate) fn product<'a>(sizes: impl IntoIterator<Item = &'a usize>) -> Option<usize> {
    sizes.into_iter().try_fold(1_usize, |all, size| all.checked_mul(*size))
}

/// Sum of sizes; `None` where it cannot be counted.
pub(crate) fn sum<'a>(sizes: impl IntoIterator<Item = &'a usize>) -> Option<usize> {
    sizes.into_iter().try_fold(0_usize, |all, size| all.checked_add(*size))
}

/// Positions from the first to the last tap of a kernel that has at least one.
pub(crate) fn span(kernel: usize, dilation: usize) -> Option<usize> {
    kernel.checked_sub(1)?.checked_mul(dilation)?.checked_add(1)
}

/// Positions from the start of the first of `windows` to the end of the last, of which there is at least one.
pub(crate) fn windows_end(windows: usize, stride: usize, span: usize) -> Option<usize> {
    windows.checked_sub(1)?.checked_mul(stride)?.checked_add(span)
}
