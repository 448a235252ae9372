//! Arithmetic on extents, checked: descriptions come from files.

use crate::error::{Error, Result};

/// `ok`, or an error that says `what`.
pub(super) fn ensure(ok: bool, what: impl FnOnce() -> String) -> Result<()> {
    if ok { Ok(()) } else { Err(Error::invalid(what())) }
}

/// The layer's number of input channels is that of its input.
pub(super) fn ensure_channels(takes: usize, given: usize) -> Result<()> {
    ensure(takes == given, || format!("a layer takes {takes} channels but is given {given}"))
}

/// Both values are at least 1.
pub(super) fn ensure_positive(v: [usize; 2], what: &str) -> Result<()> {
    ensure(v[0] > 0 && v[1] > 0, || format!("{what} must be at least 1"))
}

/// The value of a checked calculation.
pub(super) fn counted(value: Option<usize>) -> Result<usize> {
    value.ok_or_else(|| Error::invalid("its sizes multiply to more than can be counted"))
}
