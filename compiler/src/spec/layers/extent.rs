//! Checks that layers share.

use crate::error::SpecFault;

/// `ok`, or a fault.
pub(super) fn ensure(ok: bool, fault: impl FnOnce() -> SpecFault) -> Result<(), SpecFault> {
    if ok { Ok(()) } else { Err(fault()) }
}

/// The layer's number of input channels is that of its input.
pub(super) fn ensure_channels(takes: usize, given: usize) -> Result<(), SpecFault> {
    ensure(takes == given, || SpecFault::Channels { takes, given })
}

/// Both values are at least 1.
pub(super) fn ensure_positive(v: [usize; 2], what: &'static str) -> Result<(), SpecFault> {
    ensure(v[0] > 0 && v[1] > 0, || SpecFault::Zero(what))
}

/// The value of a checked calculation.
pub(super) fn counted(value: Option<usize>) -> Result<usize, SpecFault> {
    value.ok_or(SpecFault::Overflow)
}
