//! Makes a tile: packs the activations, then goes through the output channels.

use super::abi::{ChannelLoop, Direct, Pack, Slide};
use super::body;
use crate::arith::MulhRequant;
use crate::kernel_set::{KernelSet, any_swar21_sliding};
use crate::kernels::lines::{BranchLines, Line};
use crate::kernels::output_stage::OutputStage;
use crate::kernels::task::Task;
use crate::plan::params::swar21::{Blocks, GROUP, SLIDING_POSITIONS, Scratch, Swar21Params};
use crate::plan::params::tap_grid::TapGrid;
use crate::plan::row_layout::RowLayout;
use crate::plan::span::cast_span;
use crate::plan::{Branch, Branches, Stage};

/// Everything that stays the same during a call, and what is packed.
struct TileWork<'a> {
    stage: &'a Stage,
    params: &'a Swar21Params,
    data: &'a [u8],
    buffer: &'a [i8],
    words: &'a mut [i32],
    sums: &'a mut [i32],
    out: &'a mut [i8],
    table: &'a [u8; 256],
    mulh: &'a [MulhRequant],
    bias: &'a [i32],
    weights: &'a [u8],
    /// What the activations are of: a line and the kernel's extents.
    packed: Option<(Line, u16, u16)>,
}

/// Makes `rows` rows.
pub(crate) fn run<K: KernelSet>(task: &mut Task<'_>, layout: &RowLayout, rows: usize) {
    let (stage, data, params) = (task.stage, task.data, Swar21Params::of(&task.stage.parameters));
    let (base, y) = (task.base, task.y);
    let branches = task.branches();
    let Ok(table) = cast_span(data, params.table).try_into() else { return };
    // As the checks compared it with the working memory.
    let sizes = Scratch::of(stage, &Branches::cast(branches));
    let out = layout.at..layout.at + rows.wrapping_sub(1) * layout.pitch + layout.len;
    let Some([buffer, out, scratch]) = task.parts(out) else { return };
    let Ok(scratch) = bytemuck::try_cast_slice_mut(scratch) else { return };
    let Some((words, sums)) = scratch.split_at_mut_checked(sizes.activations) else { return };
    let mut work = TileWork {
        stage,
        params,
        data,
        buffer: bytemuck::cast_slice(buffer),
        words,
        sums,
        out: bytemuck::cast_slice_mut(out),
        table,
        mulh: cast_span(data, params.mulh),
        bias: cast_span(data, params.bias),
        weights: cast_span(data, params.weights),
        packed: None,
    };
    let mut lines = BranchLines::new(stage, base, y, rows);
    for (number, branch) in branches.iter().enumerate() {
        if let Some(line) = &mut lines.next(branch, layout) {
            work.line::<K>(branch, number, line);
        }
    }
}

impl TileWork<'_> {
    /// Makes the outputs of a line, as many at a time as there is room for. Changes the line on its way, which spares a copy.
    fn line<K: KernelSet>(&mut self, branch: &Branch, number: usize, line: &mut Line) {
        let pool = line.pool[0] * line.pool[1];
        let room = usize::from(self.params.positions);
        if line.rows * line.outputs * pool <= room {
            return self.chunk::<K>(branch, number, line);
        }
        let most = if pool <= 1 { room } else { room / pool };
        let Line { rows, outputs, source, out, .. } = *line;
        line.rows = 1;
        for row in 0..rows {
            line.source = source + row * line.source_down;
            line.out = out + row * line.out_down;
            let mut left = outputs;
            while left > 0 && most > 0 {
                line.outputs = left.min(most);
                self.chunk::<K>(branch, number, line);
                left -= line.outputs;
                line.source += line.outputs * line.source_step;
                line.out += line.outputs * line.out_step;
            }
        }
    }

    #[inline(never)]
    fn chunk<K: KernelSet>(&mut self, branch: &Branch, number: usize, line: &Line) {
        let params = self.params;
        let channels = usize::from(self.stage.out_channels);
        let pool = line.pool[0] * line.pool[1];
        let positions = line.rows * line.outputs * pool;
        let grid = TapGrid::new(self.stage, branch, usize::from(branch.taps_h)).merged();
        let taps = grid.values();
        let first = number * channels;
        let Some(bias) = self.bias.get(first..first + channels) else { return };
        let weights = self.weights.get(branch.weights as usize..).unwrap_or_default();
        if any_swar21_sliding::<K>() && params.is_sliding() {
            return self.slide::<K>(line, positions, pool, bias, weights);
        }
        let direct = K::SWAR21_DIRECT && params.is_direct();
        let blocks = if direct || taps == 0 { Blocks::NONE } else { Blocks::of(positions) };
        if blocks == Blocks::NONE {
            self.sums.fill(0);
        } else {
            let key = (*line, branch.taps_h, branch.taps_w);
            let known = |(line, h, w): &(Line, u16, u16)| line.reads_like(&key.0) && (*h, *w) == (key.1, key.2);
            if !self.packed.as_ref().is_some_and(known) {
                self.pack(line, positions, &grid, blocks);
                self.packed = Some(key);
            }
        }
        let mut call = ChannelLoop {
            words: self.words,
            blocks,
            taps: if blocks == Blocks::NONE { 0 } else { taps },
            segment: params.segment as usize,
            weights,
            halves: params.is_halves(),
            stride: if direct { positions.next_multiple_of(4) } else { blocks.positions().max(positions) },
            sums: self.sums,
            bias,
            mulh: self.mulh,
            shift: u32::from(params.shift),
            rectified: params.is_rectified(),
            pool,
            rows: line.rows,
            outputs: line.outputs,
            out: self.out,
            at: line.out,
            out_step: line.out_step,
            out_down: line.out_down,
            table: self.table,
            finish: true,
        };
        if direct {
            for o in 0..channels {
                let Some(mut own) = call.channels(o, o + 1) else { return };
                if taps > 0 {
                    let weights = weights.get(params.bytes_of(o, taps)..).unwrap_or_default();
                    sums_of(line, self.buffer, grid, weights, own.halves, own.sums, positions);
                }
                finish::<K>(params, self.data, &mut own, o);
            }
        } else if K::SWAR21_EXACT && self.mulh.is_empty() {
            for o in (0..channels).step_by(GROUP) {
                let Some(mut own) = call.channels(o, channels.min(o + GROUP)) else { return };
                finish::<K>(params, self.data, &mut own, o);
            }
        } else {
            body::channel_loop::<K>(&mut call);
        }
    }

    /// Makes the outputs of a signal of one channel, a block of positions after the other; the last one ends with the last
    /// position, so that some may be made twice.
    fn slide<K: KernelSet>(&mut self, line: &Line, positions: usize, pool: usize, bias: &[i32], weights: &[u8]) {
        let Some(last) = positions.checked_sub(SLIDING_POSITIONS) else { return };
        let step = line.pool_step[0];
        let pooled = pool == 2;
        let mut start = 0;
        while start < positions {
            let first = start.min(last);
            body::slide::<K>(&mut Slide {
                buffer: self.buffer,
                source: line.source + first * step,
                step,
                weights,
                bias,
                mulh: self.mulh,
                shift: u32::from(self.params.shift),
                rectified: self.params.is_rectified(),
                pooled,
                out: self.out,
                at: line.out + if pooled { first / 2 } else { first } * line.out_step,
                out_step: line.out_step,
                table: self.table,
            });
            start += SLIDING_POSITIONS;
        }
    }

    /// Packs the activations of `positions` positions under a kernel.
    #[inline(never)]
    fn pack(&mut self, line: &Line, positions: usize, grid: &TapGrid, blocks: Blocks) {
        let (mut sources, mut left, mut last) = (line.sources(), positions, line.source);
        // Positions that are too many are the last one again.
        let mut next = || {
            if left > 0 {
                last = sources.next();
                left -= 1;
            }
            last
        };
        let (taps, mut at) = (grid.values(), 0);
        for (count, step) in [(blocks.six, 4), (blocks.three, 2), (blocks.one, 1)] {
            for _ in 0..count {
                let three = step > 1;
                for word in [0, 2] {
                    if word < step {
                        let positions = if three { [next(), next(), next()] } else { [next(); 3] };
                        let to = self.words.get_mut(at + word..).unwrap_or_default();
                        body::pack(&mut Pack { buffer: self.buffer, positions, three, grid: *grid, to, step });
                    }
                }
                at += step * taps;
            }
        }
    }
}

/// Sums of `positions` positions of one channel.
fn sums_of(
    line: &Line,
    buffer: &[i8],
    grid: TapGrid,
    weights: &[u8],
    halves: bool,
    sums: &mut [i32],
    positions: usize,
) {
    let (mut sources, mut left) = (line.sources(), positions);
    let mut positions = [line.source; 4];
    for sums in sums.as_chunks_mut().0 {
        for position in positions.iter_mut().take(left) {
            *position = sources.next();
            left -= 1;
        }
        body::direct(&mut Direct { buffer, positions, grid, weights, halves, sums });
        if left == 0 {
            return;
        }
    }
}

/// Makes the outputs of a few channels, of which the first is number `first`; where values are requantized by the
/// definition, one by one.
fn finish<K: KernelSet>(params: &Swar21Params, data: &[u8], call: &mut ChannelLoop<'_>, first: usize) {
    if !(K::SWAR21_EXACT && call.mulh.is_empty()) {
        return body::channel_loop::<K>(call);
    }
    call.finish = false;
    body::channel_loop::<K>(call);
    let output = OutputStage::new(&params.output, data);
    for (o, bias) in call.bias.iter().enumerate() {
        let mut sums = call.sums.get(o * call.stride..).unwrap_or_default().iter();
        for row in 0..call.rows {
            for column in 0..call.outputs {
                let window = sums.by_ref().take(call.pool);
                let largest = window.fold(i32::MIN, |a, b| a.max(*b)) >> MulhRequant::SCALED;
                if let Some(to) = call.out.get_mut(call.at + o + row * call.out_down + column * call.out_step) {
                    *to = output.value(largest.wrapping_add(*bias), first + o);
                }
            }
        }
    }
}
