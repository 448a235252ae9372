//! What the checks of all operators share.

use crate::error::LayerFault;
use crate::graph::TensorInfo;

/// A layer's check: the operations that it takes.
pub(super) type Work = Result<u128, LayerFault>;

/// A layer between its tensors.
pub(super) struct Between<'a> {
    pub(super) input: &'a TensorInfo,
    pub(super) output: &'a TensorInfo,
}

/// Extents, scale and zero point of a tensor.
pub(super) fn tensor(t: &TensorInfo) -> Result<(), LayerFault> {
    ensure(t.shape.iter().all(|extent| (1..=65_535).contains(extent)), || LayerFault::Shape(t.shape))?;
    // A window's squared residuals times the scale's square stay finite.
    ensure((1e-32..=1e12).contains(&t.scale), || LayerFault::Scale(t.scale))?;
    ensure((-128..=127).contains(&t.zero_point), || LayerFault::ZeroPoint(t.zero_point))
}

/// Smallest and largest value of an output.
pub(super) fn range(range: [i32; 2]) -> Result<(), LayerFault> {
    let [low, high] = range;
    ensure(-128 <= low && low <= high && high <= 127, || LayerFault::Range(range))
}

/// `ok`, or a fault.
pub(super) fn ensure(ok: bool, fault: impl FnOnce() -> LayerFault) -> Result<(), LayerFault> {
    if ok { Ok(()) } else { Err(fault()) }
}

/// The value of a checked calculation.
pub(super) fn counted<T>(value: Option<T>) -> Result<T, LayerFault> {
    value.ok_or(LayerFault::Overflow)
}
