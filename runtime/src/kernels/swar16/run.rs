//! Makes a tile: packs the activations, then goes through the output channels.

use super::abi::{ChannelLoop, LoopEnd, Packed};
use super::body;
use super::dual_phase;
use crate::kernel_set::KernelSet;
use crate::kernels::lines::{BranchLines, Line};
use crate::kernels::output_stage::OutputStage;
use crate::kernels::task::Task;
use crate::plan::params::swar16::{Packing, Streams, Swar16Params};
use crate::plan::params::swar16_streams::{TapGrid, TapStreams, longest_streams};
use crate::plan::row_layout::RowLayout;
use crate::plan::span::cast_span;
use crate::plan::{Branch, Branches, Stage};

/// Everything that stays the same during a call, and what is packed.
struct TileWork<'a> {
    stage: &'a Stage,
    params: &'a Swar16Params,
    data: &'a [u8],
    streams: Streams,
    buffer: &'a [i8],
    flags: &'a [u16],
    bias: &'a [i32],
    weights: &'a [u8],
    call: ChannelLoop<'a>,
    /// What the activations are of: a line and the kernel's extents.
    packed: Option<(Line, u16, u16)>,
}

/// Makes `rows` rows.
pub(crate) fn run<K: KernelSet>(task: &mut Task<'_>, layout: &RowLayout, rows: usize) {
    let (stage, data, params) = (task.stage, task.data, Swar16Params::of(&task.stage.parameters));
    let (base, y) = (task.base, task.y);
    let branches = task.branches();
    let Ok(table) = cast_span(data, params.table).try_into() else { return };
    let packing = params.packing();
    // As `Scratch` has it, which the checks compared with the working memory.
    let [longest, longest_polynomial] = longest_streams(stage, &Branches::cast(branches), packing);
    let pairs = usize::from(params.pairs);
    let out = layout.at..layout.at + rows.wrapping_sub(1) * layout.pitch + layout.len;
    let Some([buffer, out, scratch]) = task.parts(out) else { return };
    let Ok(scratch) = bytemuck::try_cast_slice_mut(scratch) else { return };
    let Some((plain, left)) = scratch.split_at_mut_checked(longest * pairs) else { return };
    let Some((polynomial, left)) = left.split_at_mut_checked(longest_polynomial * pairs) else { return };
    let expanded = if packing.is_words() { 0 } else { longest };
    let Some((expanded, sums)) = left.split_at_mut_checked(expanded) else { return };
    let call = ChannelLoop {
        plain,
        polynomial,
        streams: [0; 3],
        packing,
        weights: &[],
        expanded,
        flags: &[],
        bias: &[],
        fused: cast_span(data, params.fused),
        digits: params.digits(),
        rectified: params.is_rectified(),
        pairs: 0,
        sums,
        sums_step: 0,
        resume: false,
        pool: 1,
        rows: 0,
        outputs: 0,
        out: bytemuck::cast_slice_mut(out),
        at: 0,
        out_step: 0,
        out_down: 0,
        table,
        end: LoopEnd::Sums,
    };
    let mut work = TileWork {
        stage,
        params,
        data,
        streams: params.streams(),
        buffer: bytemuck::cast_slice(buffer),
        flags: cast_span(data, params.flags),
        bias: cast_span(data, params.bias),
        weights: cast_span(data, params.weights),
        call,
        packed: None,
    };
    let mut lines = BranchLines::new(stage, base, y, rows);
    let in_pairs = K::SWAR16_DUAL_PHASE && packing == Packing::DualPhase;
    let mut number = 0;
    while let Some(branch) = branches.get(number) {
        let mut line = lines.next(branch, layout);
        if in_pairs {
            let Some(second) = branches.get(number + 1) else { return };
            let other = lines.next(second, layout);
            if let (Some(line), Some(other)) = (&line, &other) {
                work.line::<K>([branch, second], number, &mut dual_phase::merged(line, other));
            }
            number += 1;
        } else if let Some(line) = &mut line {
            work.line::<K>([branch; 2], number, line);
        }
        number += 1;
    }
}

impl TileWork<'_> {
    /// Makes the outputs of a line, as many at a time as there is room for. Changes the line on its way, which spares a copy.
    fn line<K: KernelSet>(&mut self, branch: [&Branch; 2], number: usize, line: &mut Line) {
        let pool = line.pool[0] * line.pool[1];
        let room = usize::from(self.params.pairs) * 2;
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
            while left > 0 {
                line.outputs = left.min(most);
                self.chunk::<K>(branch, number, line);
                left -= line.outputs;
                line.source += line.outputs * line.source_step;
                line.out += line.outputs * line.out_step;
            }
        }
    }

    #[inline(never)]
    fn chunk<K: KernelSet>(&mut self, [branch, second]: [&Branch; 2], number: usize, line: &Line) {
        let stage = self.stage;
        let in_pairs = K::SWAR16_DUAL_PHASE && self.call.packing == Packing::DualPhase;
        let channels = usize::from(stage.out_channels);
        let (taps_h, rows) = (usize::from(branch.taps_h), usize::from(self.params.slice_rows));
        let pool = line.pool[0] * line.pool[1];
        let positions = line.rows * line.outputs * pool;
        let first = number * channels;
        let Some(bias) = self.bias.get(first..first + channels * if in_pairs { 2 } else { 1 }) else { return };
        let call = &mut self.call;
        call.weights = self.weights.get(branch.weights as usize..).unwrap_or_default();
        call.bias = bias;
        call.pairs = positions.div_ceil(2);
        (call.pool, call.rows, call.outputs) = (pool, line.rows, line.outputs);
        (call.at, call.out_step, call.out_down) = (line.out, line.out_step, line.out_down);
        call.sums_step = if taps_h > rows { call.pairs * 2 } else { 0 };
        call.end = LoopEnd::Sums;
        if in_pairs {
            // The sums are all there is to do; nobody looks at the flag.
            dual_phase::sums(stage, [branch, second], self.buffer, line, call);
            (call.flags, call.resume) = (&[0], true);
            call.bias = bias.get(..1).unwrap_or_default();
            return self.finish::<K>();
        }
        call.flags = self.flags.get(first..first + channels).unwrap_or_default();
        let mut ky = 0;
        loop {
            let now = (taps_h - ky).min(rows);
            let grid = TapGrid::new(stage, branch, now);
            let streams = grid.streams(self.call.packing, self.streams);
            let key = (*line, branch.taps_h, branch.taps_w);
            let known = |(line, h, w): &(Line, u16, u16)| line.reads_like(&key.0) && (*h, *w) == (key.1, key.2);
            if rows < taps_h || !self.packed.as_ref().is_some_and(known) {
                self.pack::<K>(line, positions, &grid, &streams, ky * usize::from(stage.conv().dilation_h));
                self.packed = Some(key);
            }
            self.call.streams = [streams.plain, streams.first, streams.second];
            self.call.resume = ky > 0;
            ky += now;
            if ky >= taps_h {
                return self.finish::<K>();
            }
            body::channel_loop::<K>(&mut self.call);
            let call = &mut self.call;
            let taken = call.weights_of(call.flags);
            call.weights = call.weights.get(taken..).unwrap_or_default();
        }
    }

    /// The channel loop that writes the outputs.
    fn finish<K: KernelSet>(&mut self) {
        if self.call.digits.count == 0 {
            if K::SWAR16_EXACT {
                exactly::<K>(self.params, self.data, &mut self.call);
            }
        } else {
            self.call.end = LoopEnd::Written;
            body::channel_loop::<K>(&mut self.call);
        }
    }

    /// Packs the activations of all pairs under a kernel's `grid`, from kernel row `skipped` on.
    #[inline(never)]
    fn pack<K: KernelSet>(
        &mut self,
        line: &Line,
        positions: usize,
        grid: &TapGrid,
        streams: &TapStreams,
        skipped: usize,
    ) {
        let skipped = skipped * self.stage.input.pitch as usize;
        let pairs = positions.div_ceil(2);
        if let Some(step) = line.distance::<K>() {
            let a = line.source + skipped;
            let together = (positions / 2).min(pairs & !1);
            if together > 0 {
                self.pack_pairs([a, step, step * 2], [0, together, 2], grid, streams);
            }
            if together < pairs {
                // Without a second position, the first one comes twice.
                let second = if positions.is_multiple_of(2) { step } else { 0 };
                let lanes = 2 - pairs % 2;
                self.pack_pairs([a + together * 2 * step, second, 0], [together, 1, lanes], grid, streams);
            }
            return;
        }
        let mut sources = line.sources();
        for pair in 0..pairs {
            let a = sources.next() + skipped;
            let b = if pair * 2 + 1 < positions { sources.next() + skipped } else { a };
            let lanes = if pair + 1 == pairs && pairs % 2 == 1 { 1 } else { 2 };
            self.pack_pairs([a, b.wrapping_sub(a), 0], [pair, 1, lanes], grid, streams);
        }
    }

    /// Packs `pairs` pairs from number `pair` on, in blocks of `lanes`.
    fn pack_pairs(
        &mut self,
        [a, second, next]: [usize; 3],
        [pair, pairs, lanes]: [usize; 3],
        grid: &TapGrid,
        streams: &TapStreams,
    ) {
        let mut packed =
            Packed { buffer: self.buffer, a, second, next, to: &mut [], pairs, lanes, block: 0, grid: *grid };
        let first = |words: usize, skipped: usize| pair / 2 * 2 * words + skipped * lanes + pair % 2 * (lanes - 1) * 2;
        if self.streams.plain && streams.plain > 0 {
            packed.block = streams.plain * 2;
            packed.to = self.call.plain.get_mut(first(streams.plain, 0)..).unwrap_or_default();
            fill_up(&mut packed, grid.values(), streams.plain);
            body::pack(&mut packed);
        }
        let words = streams.first + streams.second;
        if self.streams.polynomial && words > 0 {
            packed.block = words * 2;
            let (triples, skip) = (grid.triples(), grid.cell_step);
            let left_over = grid.cells - triples * 3;
            let mut part = |a: usize, second: usize, skipped: usize, cells: usize, cell_step: usize| {
                if cells > 0 {
                    (packed.a, packed.second) = (a, second);
                    (packed.grid.cells, packed.grid.cell_step) = (cells, cell_step);
                    let to = self.call.polynomial.get_mut(first(words, skipped)..).unwrap_or_default();
                    body::pack(&mut Packed { to, ..packed });
                }
            };
            // All but x₃ are the first position's, so that there need not be a second one.
            part(a + 2 * skip, second, 0, triples, skip * 3);
            part(a + skip, skip.wrapping_neg(), streams.first, triples, skip * 3);
            part(a + triples * 3 * skip, second, grid.lines * triples * grid.run, left_over, skip);
        }
    }
}

/// Puts zeros where a stream is longer than there are values: no memory is read before it was written.
fn fill_up(packed: &mut Packed<'_>, values: usize, stream: usize) {
    for word in values..stream {
        for pair in 0..packed.pairs {
            let at = pair / 2 * packed.block + pair % 2 * 2 + word / 2 * packed.lanes * 2 + word % 2;
            if let Some(to) = packed.to.get_mut(at) {
                *to = 0;
            }
        }
    }
}

/// The last slice where values are requantized by the definition: channel by channel.
#[cold]
#[inline(never)]
fn exactly<K: KernelSet>(params: &Swar16Params, data: &[u8], all: &mut ChannelLoop<'_>) {
    let output = OutputStage::new(&params.output, data);
    for o in 0..all.flags.len() {
        let Some(mut own) = all.channel(o) else { return };
        own.end = LoopEnd::Pooled;
        body::channel_loop::<K>(&mut own);
        let (outputs, step) = (own.outputs, own.out_step);
        let mut sums = own.sums.iter();
        for i in 0..own.rows {
            for j in 0..outputs {
                let Some(sum) = sums.next() else { return };
                if let Some(to) = own.out.get_mut(own.at + i * own.out_down + j * step) {
                    *to = output.value(*sum, o);
                }
            }
        }
    }
}
