//! The portable kernels: one operator a file, each making one output row.

mod avg_pool;
mod conv;
mod expand;
mod linear;
mod max_pool;
mod reshape;
mod table;
mod upsample;
mod window;

use crate::kernels::{has, operator};
use crate::model::typed;
use crate::plan::{Op, Phase, Scale, Span, Stage};
use crate::requantize::requantize;
use bytemuck::Pod;

pub(crate) use linear::{accumulate, finish};

/// One output row to make.
pub(crate) struct RowTask<'a> {
    /// What to compute.
    pub(crate) stage: &'a Stage,
    /// The plan's constant data.
    pub(crate) data: &'a [u8],
    /// The working memory.
    pub(crate) arena: &'a mut [u8],
    /// Number (padding counted) of the input row that lies first in the strip.
    pub(crate) base: usize,
    /// Which output row.
    pub(crate) y: usize,
    /// Arena offset of the output row's first value, behind any left padding.
    pub(crate) out: usize,
}

/// The parts of the arena that a kernel touches.
pub(crate) struct RowMemory<'a> {
    /// The strip of input rows.
    pub(crate) input: &'a [i8],
    /// The output row, without padding.
    pub(crate) out: &'a mut [i8],
    /// The stage's working memory.
    pub(crate) scratch: &'a mut [u8],
}

impl<'a> RowTask<'a> {
    pub(crate) fn typed<T: Pod>(&self, span: Span) -> &'a [T] {
        typed(self.data, span)
    }

    /// The three disjoint parts of the arena; `None` never happens for a checked plan.
    pub(crate) fn memory(&mut self) -> Option<RowMemory<'_>> {
        let b = &self.stage.input;
        let input = b.offset as usize..b.offset as usize + b.bytes();
        let out = self.out..self.out + self.stage.out_width as usize * self.stage.out_channels as usize;
        let scratch =
            self.stage.scratch_offset as usize..(self.stage.scratch_offset + self.stage.scratch_bytes) as usize;
        let [input, out, scratch] = self.arena.get_disjoint_mut([input, out, scratch]).ok()?;
        Some(RowMemory { input: bytemuck::cast_slice(input), out: bytemuck::cast_slice_mut(out), scratch })
    }

    /// The strip and the stage's int32 sums, while no output row is being made.
    pub(crate) fn sums(&mut self) -> Option<(&[i8], &mut [i32])> {
        let b = &self.stage.input;
        let input = b.offset as usize..b.offset as usize + b.bytes();
        let scratch =
            self.stage.scratch_offset as usize..(self.stage.scratch_offset + self.stage.scratch_bytes) as usize;
        let [input, scratch] = self.arena.get_disjoint_mut([input, scratch]).ok()?;
        Some((bytemuck::cast_slice(input), bytemuck::try_cast_slice_mut(scratch).ok()?))
    }
}

/// Turns accumulators into output values: requantize, add the zero point, clamp, look up.
pub(crate) struct Finish<'a> {
    scales: &'a [Scale],
    per_channel: bool,
    zero_point: i32,
    min: i32,
    max: i32,
    table: Option<&'a [i8; 256]>,
}

impl<'a> Finish<'a> {
    pub(crate) fn new(stage: &Stage, data: &'a [u8]) -> Self {
        let scales = typed(data, stage.scales);
        Self {
            scales,
            per_channel: scales.len() > 1,
            zero_point: i32::from(stage.zero_point),
            min: i32::from(stage.act_min),
            max: i32::from(stage.act_max),
            table: (stage.has_table != 0).then(|| table_of(stage, data)).flatten(),
        }
    }

    #[inline]
    pub(crate) fn scale(&self, channel: usize) -> Scale {
        self.scales[if self.per_channel { channel } else { 0 }]
    }

    #[inline]
    pub(crate) fn table(&self) -> Option<&'a [i8; 256]> {
        self.table
    }

    #[inline]
    pub(crate) fn value(&self, acc: i32, channel: usize) -> i8 {
        let scale = self.scale(channel);
        let q = requantize(acc, scale).wrapping_add(self.zero_point).clamp(self.min, self.max) as i8;
        match self.table {
            Some(table) => table[q as u8 as usize],
            None => q,
        }
    }
}

/// The stage's table, indexed by the bit pattern of a value.
pub(crate) fn table_of<'a>(stage: &Stage, data: &'a [u8]) -> Option<&'a [i8; 256]> {
    typed::<i8>(data, stage.table).try_into().ok()
}

/// Σ xᵢ·wᵢ modulo 2³².
#[inline]
pub(crate) fn dot<W: Copy + Into<i32>>(x: &[i8], w: &[W]) -> i32 {
    x.iter().zip(w).fold(0, |sum: i32, (x, w)| sum.wrapping_add(i32::from(*x).wrapping_mul((*w).into())))
}

/// Makes one output row of a stage that works row by row (everything but [`Op::Linear`]).
pub(crate) fn run<const K: u64>(op: Op, task: &mut RowTask<'_>) {
    let there = |op| has(K, operator(op, 8));
    match op {
        Op::Conv if has(K, operator(Op::Conv, 16)) && task.stage.weight_bits == 16 => conv::row::<i16>(task),
        Op::Conv if there(Op::Conv) => conv::row::<i8>(task),
        Op::MaxPool if there(Op::MaxPool) => max_pool::row(task),
        Op::AvgPool if there(Op::AvgPool) => avg_pool::row(task),
        Op::Upsample if there(Op::Upsample) => upsample::row(task),
        Op::Table if there(Op::Table) => table::row(task),
        Op::Expand if there(Op::Expand) => expand::row(task),
        Op::Window if there(Op::Window) => window::row(task),
        Op::Reshape if there(Op::Reshape) => reshape::row(task),
        _ => {}
    }
}

/// The phase records of a convolution.
pub(crate) fn phases_of<'a>(stage: &Stage, data: &'a [u8]) -> &'a [Phase] {
    typed(data, stage.phases)
}
