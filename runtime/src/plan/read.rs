//! Reads records out of the constant data without casting it, so that the checks also run in constant evaluation.

use super::{Phase, Span, Stage};

/// Ends a check with `$what` unless `$ok` holds.
macro_rules! ensure {
    ($ok:expr, $what:expr) => {
        if !$ok {
            return Err($what);
        }
    };
}
/// Ends a check with what another one found.
macro_rules! pass {
    ($check:expr) => {
        if let Err(what) = $check {
            return Err(what);
        }
    };
}
pub(crate) use {ensure, pass};

/// Entries of `size` bytes that start on a multiple of `align` in a span; 0 where the span lies outside the data or does
/// not hold whole entries.
pub(crate) const fn count(data: &[u8], span: Span, size: usize, align: usize) -> usize {
    let (start, bytes) = (span.offset as usize, span.bytes as usize);
    let inside = start <= data.len() && bytes <= data.len() - start;
    if inside && start.is_multiple_of(align) && bytes.is_multiple_of(size) { bytes / size } else { 0 }
}

/// Whether `value` is one of `lowest` to `highest`.
pub(crate) const fn among(value: i64, lowest: i64, highest: i64) -> bool {
    lowest <= value && value <= highest
}

const fn half(data: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([data[at], data[at + 1]])
}

/// The word that starts at byte `at`.
pub(crate) const fn word(data: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([data[at], data[at + 1], data[at + 2], data[at + 3]])
}

/// The phase records of a convolution.
#[derive(Debug, Clone, Copy)]
pub struct Phases<'a>(Records<'a>);

#[derive(Debug, Clone, Copy)]
enum Records<'a> {
    /// For running.
    Typed(&'a [Phase]),
    /// For constant evaluation: where they start, and how many.
    Bytes(&'a [u8], usize, usize),
}

impl<'a> Phases<'a> {
    /// Those of `stage` in `data`: none where its span does not hold whole records.
    pub const fn of(stage: &Stage, data: &'a [u8]) -> Self {
        let count = count(data, stage.phases, size_of::<Phase>(), align_of::<Phase>());
        Self(Records::Bytes(data, stage.phases.offset as usize, count))
    }

    /// These.
    #[inline(always)]
    pub(crate) const fn typed(phases: &'a [Phase]) -> Self {
        Self(Records::Typed(phases))
    }

    /// How many there are.
    #[inline(always)]
    pub const fn len(&self) -> usize {
        match self.0 {
            Records::Typed(phases) => phases.len(),
            Records::Bytes(_, _, count) => count,
        }
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Phase `i`, which must be less than their number.
    #[inline(always)]
    pub const fn get(&self, i: usize) -> Phase {
        let (data, at) = match self.0 {
            Records::Typed(phases) => return phases[i],
            Records::Bytes(data, offset, _) => (data, offset + i * size_of::<Phase>()),
        };
        Phase {
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
    use bytemuck::Zeroable;

    #[test]
    fn records_read_as_they_are_cast() {
        let phases = [
            Phase { row: 1, taps_h: 2, column: 3, taps_w: 4, weights: 5 << 20 },
            Phase { row: 0x1234, taps_h: 0xfedc, column: 7, taps_w: 9, weights: u32::MAX },
        ];
        let data: &[u8] = bytemuck::cast_slice(&phases);
        let stage = Stage { phases: Span { offset: 0, bytes: 24 }, ..Stage::zeroed() };
        let read = Phases::of(&stage, data);
        assert_eq!((read.len(), read.get(0), read.get(1)), (2, phases[0], phases[1]));
        for (offset, bytes) in [(0, 23), (2, 12), (12, 24), (40, 0), (u32::MAX, 12), (4, u32::MAX)] {
            assert!(
                Phases::of(&Stage { phases: Span { offset, bytes }, ..stage }, data).is_empty(),
                "{offset} {bytes}"
            );
        }
    }
}
