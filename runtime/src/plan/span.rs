//! Parts of the constant data or of the arena, and how the checks read what lies there: without casting, so that they also
//! run in constant evaluation.

use super::fault::Fault;
use crate::record::record;
use bytemuck::Pod;

/// Ends a check with `$fault` unless `$ok` holds.
macro_rules! ensure {
    ($ok:expr, $fault:expr) => {
        if !$ok {
            return Err($fault);
        }
    };
}
/// Ends a check with what another one found; gives what it gave.
macro_rules! check {
    ($check:expr) => {
        match $check {
            Ok(value) => value,
            Err(fault) => return Err(fault),
        }
    };
}
pub(crate) use {check, ensure};

record! {
    /// A part of the constant data, or of the arena.
    #[derive(Eq)]
    pub struct Span {
        /// First byte.
        pub offset: u32,
        /// Bytes.
        pub bytes: u32,
    }
}

impl Span {
    /// Nothing.
    pub const EMPTY: Self = Self { offset: 0, bytes: 0 };

    /// Whether it holds nothing.
    pub const fn is_empty(&self) -> bool {
        self.bytes == 0
    }

    /// Whether the two lie one behind the other. An empty one lies at a place, too.
    pub(crate) const fn is_apart(&self, other: &Self) -> bool {
        self.end() <= other.offset as u64 || other.end() <= self.offset as u64
    }

    /// One behind the last byte.
    pub const fn end(&self) -> u64 {
        self.offset as u64 + self.bytes as u64
    }

    /// The bytes of a span of `bytes`; `None` where it does not lie within.
    #[inline]
    pub(crate) fn of_mut<'b>(&self, bytes: &'b mut [u8]) -> Option<&'b mut [u8]> {
        let start = self.offset as usize;
        bytes.get_mut(start..start.checked_add(self.bytes as usize)?)
    }

    /// Whether it lies within the first `length` bytes.
    pub const fn is_within(&self, length: usize) -> bool {
        self.end() <= length as u64
    }
}

/// How many entries of `size` bytes a span of the data holds.
///
/// # Errors
/// Where the span does not lie inside the data, starts on no multiple of `align`, or holds no whole entries.
pub(crate) const fn entries(data: &[u8], span: Span, size: usize, align: usize) -> Result<usize, Fault> {
    ensure!(span.is_within(data.len()), Fault::SpanOutside);
    ensure!((span.offset as usize).is_multiple_of(align), Fault::SpanMisaligned);
    ensure!((span.bytes as usize).is_multiple_of(size), Fault::SpanPartial);
    Ok(span.bytes as usize / size)
}

/// Whether `value` is one of `lowest` to `highest`.
pub(crate) const fn in_range(value: i64, lowest: i64, highest: i64) -> bool {
    lowest <= value && value <= highest
}

/// The half word that starts at byte `at`.
pub(crate) const fn half(data: &[u8], at: usize) -> u16 {
    u16::from_ne_bytes([data[at], data[at + 1]])
}

/// The word that starts at byte `at`.
pub(crate) const fn word(data: &[u8], at: usize) -> u32 {
    u32::from_ne_bytes([data[at], data[at + 1], data[at + 2], data[at + 3]])
}

/// The typed content of a span of `data`; empty where the span does not fit.
#[inline]
pub(crate) fn cast_span<T: Pod>(data: &[u8], span: Span) -> &[T] {
    let start = span.offset as usize;
    let end = start.saturating_add(span.bytes as usize);
    data.get(start..end).and_then(|b| bytemuck::try_cast_slice(b).ok()).unwrap_or(&[])
}
