//! Tables of functions.

use picoae_compiler::graph::TensorInfo;

/// A table of a function of the value minus the input's zero point.
pub(super) fn of(input: &TensorInfo, function: impl Fn(i32) -> i32) -> Vec<i8> {
    (-128..=127).map(|q| function(q - input.zero_point).clamp(-128, 127) as i8).collect()
}
