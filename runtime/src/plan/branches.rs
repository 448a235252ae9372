//! The polyphase branches of a convolution. Output (y, x) belongs to the branch (y mod branches_h, x mod branches_w); each
//! branch is a small convolution of its own. A plain convolution has one branch, a transposed one stride² of them (no
//! multiplication meets an inserted zero), one behind a nearest upsampling as many as the factor.

use super::fault::Fault;
use super::span::{Span, entries, half, word};
use crate::record::record;

record! {
    /// The taps of a convolution that make one branch of its output.
    #[derive(Eq)]
    pub struct Branch {
        /// First input row (padding counted) of the branch's first output.
        pub row: u16,
        /// Input rows under the kernel.
        pub taps_h: u16,
        /// First input column (padding counted) of the branch's first output.
        pub column: u16,
        /// Input columns under the kernel.
        pub taps_w: u16,
        /// Where this branch's weights start, in the unit that the kernel says.
        pub weights: u32,
    }
}

/// The branches of a convolution, row branches outermost.
#[derive(Debug, Clone, Copy)]
pub struct Branches<'a>(Records<'a>);

#[derive(Debug, Clone, Copy)]
enum Records<'a> {
    /// For running.
    Cast(&'a [Branch]),
    /// For constant evaluation: where they start, and how many.
    Bytes(&'a [u8], usize, usize),
}

impl<'a> Branches<'a> {
    /// Those that lie in `span` of `data`.
    ///
    /// # Errors
    /// Where the span does not hold whole records.
    pub const fn read(span: Span, data: &'a [u8]) -> Result<Self, Fault> {
        match entries(data, span, size_of::<Branch>(), align_of::<Branch>()) {
            Ok(count) => Ok(Self(Records::Bytes(data, span.offset as usize, count))),
            Err(fault) => Err(fault),
        }
    }

    /// These.
    #[inline(always)]
    pub const fn cast(branches: &'a [Branch]) -> Self {
        Self(Records::Cast(branches))
    }

    /// How many there are.
    #[inline(always)]
    pub const fn len(&self) -> usize {
        match self.0 {
            Records::Cast(branches) => branches.len(),
            Records::Bytes(_, _, count) => count,
        }
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Branch `i`; beyond their number one without taps.
    #[inline(always)]
    pub const fn get(&self, i: usize) -> Branch {
        const NONE: Branch = Branch { row: 0, taps_h: 0, column: 0, taps_w: 0, weights: 0 };
        let (data, at) = match self.0 {
            Records::Cast(branches) => return if i < branches.len() { branches[i] } else { NONE },
            Records::Bytes(_, _, count) if i >= count => return NONE,
            Records::Bytes(data, offset, _) => (data, offset + i * size_of::<Branch>()),
        };
        Branch {
            row: half(data, at),
            taps_h: half(data, at + 2),
            column: half(data, at + 4),
            taps_w: half(data, at + 6),
            weights: word(data, at + 8),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_read_as_they_are_cast() {
        let branches = [
            Branch { row: 1, taps_h: 2, column: 3, taps_w: 4, weights: 5 << 20 },
            Branch { row: 0x1234, taps_h: 0xfedc, column: 7, taps_w: 9, weights: u32::MAX },
        ];
        let data: &[u8] = bytemuck::cast_slice(&branches);
        let read = Branches::read(Span { offset: 0, bytes: 24 }, data).unwrap();
        assert_eq!((read.len(), read.get(0), read.get(1)), (2, branches[0], branches[1]));
        assert_eq!(read.get(2).taps_h, 0);
        for (offset, bytes) in [(0, 23), (2, 12), (12, 24), (40, 0), (u32::MAX, 12), (4, u32::MAX)] {
            assert!(Branches::read(Span { offset, bytes }, data).is_err(), "{offset} {bytes}");
        }
    }
}
