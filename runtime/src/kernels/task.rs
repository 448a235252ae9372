//! What a kernel is asked for: the rows of a tile, and the parts of the arena that it touches.

use crate::plan::span::cast_span;
use crate::plan::{Branch, Span, Stage};
use bytemuck::Pod;

/// Output rows to make.
pub(crate) struct Task<'a> {
    /// What to compute.
    pub(crate) stage: &'a Stage,
    /// The plan's constant data.
    pub(crate) data: &'a [u8],
    /// The working memory.
    pub(crate) arena: &'a mut [u8],
    /// Number (padding counted) of the input row that lies first in the line buffer.
    pub(crate) base: usize,
    /// The first output row.
    pub(crate) y: usize,
    /// Arena offset of the output row's first value, behind any left padding.
    pub(crate) out: usize,
}

/// The parts of the arena that a kernel touches.
pub(crate) struct Memory<'a> {
    /// The line buffer of input rows.
    pub(crate) input: &'a [i8],
    /// The output row, without padding.
    pub(crate) out: &'a mut [i8],
    /// The stage's working memory.
    pub(crate) scratch: &'a mut [u8],
}

impl<'a> Task<'a> {
    /// The typed content of a span of the data.
    #[inline]
    pub(crate) fn cast<T: Pod>(&self, span: Span) -> &'a [T] {
        cast_span(self.data, span)
    }

    /// The branches of a convolution.
    #[inline]
    pub(crate) fn branches(&self) -> &'a [Branch] {
        branches_of(self.stage, self.data)
    }

    /// The three disjoint parts of the arena; `None` never happens for a checked plan.
    pub(crate) fn memory(&mut self) -> Option<Memory<'_>> {
        let out = self.out..self.out + self.stage.out_width as usize * self.stage.out_channels as usize;
        let [input, out, scratch] = self.parts(out)?;
        Some(Memory { input: bytemuck::cast_slice(input), out: bytemuck::cast_slice_mut(out), scratch })
    }

    /// The line buffer, the bytes `out`, and the stage's working memory.
    pub(crate) fn parts(&mut self, out: core::ops::Range<usize>) -> Option<[&mut [u8]; 3]> {
        let (b, scratch) = (&self.stage.input, self.stage.scratch);
        let input = b.offset as usize..b.offset as usize + b.bytes();
        let scratch = scratch.offset as usize..(scratch.offset + scratch.bytes) as usize;
        self.arena.get_disjoint_mut([input, out, scratch]).ok()
    }

    /// The line buffer and the stage's int32 sums, while no output row is being made.
    pub(crate) fn sums(&mut self) -> Option<(&[i8], &mut [i32])> {
        let (b, scratch) = (&self.stage.input, self.stage.scratch);
        let input = b.offset as usize..b.offset as usize + b.bytes();
        let scratch = scratch.offset as usize..(scratch.offset + scratch.bytes) as usize;
        let [input, scratch] = self.arena.get_disjoint_mut([input, scratch]).ok()?;
        Some((bytemuck::cast_slice(input), bytemuck::try_cast_slice_mut(scratch).ok()?))
    }
}

/// The branches of a convolution.
#[inline]
pub(crate) fn branches_of<'a>(stage: &Stage, data: &'a [u8]) -> &'a [Branch] {
    let conv = stage.conv();
    let start = conv.branches.offset as usize;
    // The plan's checks compared the number with the span. No plan has more than 2²⁴, and that the compiler sees spares the
    // division that gives the number from the bytes, a hundred instructions where the processor has none.
    let count = (usize::from(conv.branches_h) * usize::from(conv.branches_w)) & 0xff_ffff;
    let bytes = data.get(start..start.wrapping_add(count * size_of::<Branch>())).unwrap_or_default();
    bytemuck::try_cast_slice(bytes).unwrap_or_default()
}
