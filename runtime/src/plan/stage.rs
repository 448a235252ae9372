//! One step of the pipeline.

use super::{Buffer, Phases};
use crate::kernels::{ALL_KERNELS, FORMS, has, operator};
use bytemuck::{Pod, Zeroable};

/// What a stage computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Op {
    /// Convolution, also transposed or behind an upsampling: one set of taps for each output phase.
    Conv,
    /// Largest value of each window.
    MaxPool,
    /// Rounded mean of each window.
    AvgPool,
    /// Nearest-neighbour upsampling.
    Upsample,
    /// A 256-entry table on each value.
    Table,
    /// Fully connected, accumulating row by row; comes out as one row of one column.
    Linear,
    /// Fully connected from one row of one column to a map, made row by row.
    Expand,
    /// Cuts rows and columns off and puts zero points around.
    Window,
    /// The same values in rows of another length.
    Reshape,
}

impl Op {
    /// Every operator.
    pub const ALL: [Self; 9] = [
        Self::Conv,
        Self::MaxPool,
        Self::AvgPool,
        Self::Upsample,
        Self::Table,
        Self::Linear,
        Self::Expand,
        Self::Window,
        Self::Reshape,
    ];

    /// Number in the artifact.
    pub const fn code(self) -> u8 {
        match self {
            Self::Conv => 1,
            Self::MaxPool => 2,
            Self::AvgPool => 3,
            Self::Upsample => 4,
            Self::Table => 5,
            Self::Linear => 6,
            Self::Expand => 7,
            Self::Window => 8,
            Self::Reshape => 9,
        }
    }

    /// The operator with this number in the artifact.
    pub const fn from_code(code: u8) -> Option<Self> {
        // Codes are the places in the list, from 1.
        if code >= 1 && code as usize <= Self::ALL.len() { Some(Self::ALL[code as usize - 1]) } else { None }
    }

    /// Name in messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Conv => "conv",
            Self::MaxPool => "max_pool",
            Self::AvgPool => "avg_pool",
            Self::Upsample => "upsample",
            Self::Table => "table",
            Self::Linear => "linear",
            Self::Expand => "expand",
            Self::Window => "window",
            Self::Reshape => "reshape",
        }
    }
}

/// A part of the constant data.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
pub struct Span {
    /// First byte, from the start of the data.
    pub offset: u32,
    /// Bytes.
    pub bytes: u32,
}

/// A requantization: multiplier in [2³⁰, 2³¹), shift in [−31, 30], positive to the left.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
pub struct Scale {
    /// The multiplier.
    pub multiplier: i32,
    /// The shift.
    pub shift: i32,
}

/// The taps of a convolution that make one phase of its output: the outputs whose row and column leave the same
/// remainders when divided by the number of phases.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
pub struct Phase {
    /// First input row (padding counted) of the phase's first output.
    pub row: u16,
    /// Input rows under the kernel.
    pub taps_h: u16,
    /// First input column (padding counted) of the phase's first output.
    pub column: u16,
    /// Input columns under the kernel.
    pub taps_w: u16,
    /// First of this phase's weights, counted in weights; they lie `[out][taps_h][taps_w][in / groups]`.
    pub weights: u32,
}

/// A record of the pipeline: reads rows from `input`, writes rows to the next stage's `input`.
///
/// For an output row y, `i = y / phases_h` and `p = y % phases_h`; the input rows are those from
/// `i · step_h + phase[p].row` on. Columns likewise.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
pub struct Stage {
    /// [`Op::code`].
    pub op: u8,
    /// Which kernel runs it; 0 is the portable one.
    pub form: u8,
    /// Width of a weight: 8 or 16 bits.
    pub weight_bits: u8,
    /// 1 when a table is applied to every output value.
    pub has_table: u8,
    /// Rows waiting in front of this stage.
    pub input: Buffer,
    /// Rows that come out.
    pub out_height: u16,
    /// Columns that come out.
    pub out_width: u16,
    /// Channels that come out.
    pub out_channels: u16,
    /// Most output rows made at a time.
    pub tile: u16,
    /// Output rows made the first time; 0: as any other time. A first tile that is shorter by what the kernel looks
    /// ahead lets later ones find their rows just when they come.
    pub first_tile: u16,
    /// Input rows from one output (of the same phase) to the next; the pooling or upsampling step.
    pub step_h: u16,
    /// Input columns from one output (of the same phase) to the next.
    pub step_w: u16,
    /// Kernel or window rows (for a convolution, of the largest phase).
    pub kernel_h: u16,
    /// Kernel or window columns (for a convolution, of the largest phase).
    pub kernel_w: u16,
    /// Rows between two taps.
    pub dilation_h: u16,
    /// Columns between two taps.
    pub dilation_w: u16,
    /// Vertical phases of a convolution, else 1.
    pub phases_h: u16,
    /// Horizontal phases of a convolution, else 1.
    pub phases_w: u16,
    /// Channel groups of a convolution, else 1.
    pub groups: u16,
    /// Convolution rows whose largest makes one output row.
    pub pool_h: u16,
    /// Convolution columns whose largest makes one output column.
    pub pool_w: u16,
    /// Rows cut off the top (window).
    pub crop_top: u16,
    /// Columns cut off the left (window).
    pub crop_left: u16,
    /// Rows of zero points put above (window).
    pub border_top: u16,
    /// Columns of zero points put left (window).
    pub border_left: u16,
    /// Zero point of the output.
    pub zero_point: i16,
    /// Smallest output.
    pub act_min: i16,
    /// Largest output.
    pub act_max: i16,
    /// Zero.
    pub reserved: u16,
    /// [`Phase`] records, `phases_h · phases_w` of them, row phases outermost.
    pub phases: Span,
    /// int8 or int16 weights.
    pub weights: Span,
    /// int32 biases with the input's zero point folded in: `[phase][out]`.
    pub bias: Span,
    /// [`Scale`] records: one an output channel, or a single one for all.
    pub scales: Span,
    /// 256 int8, indexed by the value's bit pattern as unsigned.
    pub table: Span,
    /// First byte in the arena of the stage's own working memory.
    pub scratch_offset: u32,
    /// Bytes of working memory.
    pub scratch_bytes: u32,
    /// First byte in the arena of one finished row of bytes, where a portable kernel's reader wants another layout.
    pub staging_offset: u32,
    /// Bytes of that row, else 0.
    pub staging_bytes: u32,
    /// Parameters of the chosen form.
    pub extra: [u32; 5],
}

impl Stage {
    /// Rows of the tile that starts at row `made`; 0 behind the last.
    #[inline]
    pub const fn rows_at(&self, made: usize) -> usize {
        let tile = if made == 0 && self.first_tile > 0 { self.first_tile } else { self.tile };
        let left = (self.out_height as usize).saturating_sub(made);
        if left < tile as usize { left } else { tile as usize }
    }

    /// First and last-plus-one input row (padding counted) that output row `y` reads.
    pub const fn rows_for(&self, y: usize, phases: &Phases<'_>) -> (usize, usize) {
        self.window::<ALL_KERNELS>(y, phases)
    }

    /// The same in a program with the kernels `K` only.
    #[inline(always)]
    pub(crate) const fn window<const K: u64>(&self, y: usize, phases: &Phases<'_>) -> (usize, usize) {
        let step = self.step_h as usize;
        let Some(op) = Op::from_code(self.op) else { return (y, y + 1) };
        let forms = K >> FORMS != 0;
        match op {
            Op::Conv if !(forms || has(K, operator(op, 8)) || has(K, operator(op, 16))) => (y, y + 1),
            Op::Expand if forms => (0, 1),
            Op::Conv if phases.len() == 1 => {
                let (pool, phase) = (self.pool_h as usize, phases.get(0));
                let start = y * pool * step + phase.row as usize;
                let reach = self.reach(phase.taps_h);
                (start, start + if reach == 0 { 0 } else { (pool - 1) * step + reach })
            }
            Op::Conv => {
                let ph = self.phases_h as usize;
                let (mut first, mut end) = (usize::MAX, 0);
                let mut r = y * self.pool_h as usize;
                while r < (y + 1) * self.pool_h as usize {
                    let p = phases.get(r % ph * self.phases_w as usize);
                    let start = r / ph * step + p.row as usize;
                    let reach = self.reach(p.taps_h);
                    if start < first {
                        first = start;
                    }
                    if reach > 0 && start + reach > end {
                        end = start + reach;
                    }
                    r += 1;
                }
                (first, if end > first { end } else { first })
            }
            _ if !has(K, operator(op, 8)) => (y, y + 1),
            Op::MaxPool | Op::AvgPool => (y * step, y * step + self.kernel_h as usize),
            Op::Upsample => (y / step, y / step + 1),
            Op::Window => {
                let row = y.saturating_sub(self.border_top as usize) + self.crop_top as usize;
                let last = self.input.height as usize - 1;
                let row = if row < last { row } else { last };
                (row, row + 1)
            }
            Op::Linear => (0, self.input.height as usize),
            Op::Expand => (0, 1),
            Op::Reshape => {
                let (own, row) = (self.out_width as usize * self.out_channels as usize, self.input.row_len());
                (y * own / row, ((y + 1) * own).div_ceil(row))
            }
            Op::Table => (y, y + 1),
        }
    }

    /// Rows from the first to the last of `taps` taps.
    const fn reach(&self, taps: u16) -> usize {
        if taps == 0 { 0 } else { (taps as usize - 1) * self.dilation_h as usize + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::Op;

    #[test]
    fn a_code_stands_for_one_operator() {
        for op in Op::ALL {
            assert_eq!(Op::from_code(op.code()), Some(op));
        }
        assert_eq!(Op::from_code(0), None);
        assert_eq!(Op::from_code(10), None);
    }
}
