//! Makes a tile: packs the activations, then sweeps over the output channels.

use super::kernels::{self, Direct, Pack};
use super::{Blocks, DIRECT, EXACT, GROUP, HighMul, SCALED, Swar21, Sweep, is_rectified, most_positions, swar21_words};
use crate::forms::m0::Cells;
use crate::forms::m0::lines::{Line, Remainders};
use crate::kernels::has;
use crate::model::typed;
use crate::ops::{self, RowTask, phases_of};
use crate::place::Place;
use crate::plan::{Phase, Phases, Span, Stage};

/// Everything that stays the same during a call, and what is packed.
struct Work<'a> {
    stage: &'a Stage,
    data: &'a [u8],
    own: Swar21,
    strip: &'a [i8],
    words: &'a mut [i32],
    sums: &'a mut [i32],
    out: &'a mut [i8],
    table: &'a [u8; 256],
    requantization: &'a [HighMul],
    /// What the activations are of: a line and the kernel's extents.
    packed: Option<(Line, u16, u16)>,
}

/// Makes `rows` rows; `false` never happens for a checked plan.
pub(in crate::forms) fn run<const K: u64>(task: &mut RowTask<'_>, place: &Place, rows: usize) -> bool {
    let (stage, data) = (task.stage, task.data);
    let phases = phases_of(stage, data);
    let own = Swar21::of(stage);
    let Ok(table) = typed(data, Span { offset: stage.extra[2], bytes: 256 }).try_into() else { return false };
    let strip = stage.input.offset as usize..stage.input.offset as usize + stage.input.bytes();
    let out = place.at..place.at + (rows - 1) * place.pitch + place.len;
    let scratch = stage.scratch_offset as usize..(stage.scratch_offset + stage.scratch_bytes) as usize;
    let Ok([strip, out, scratch]) = task.arena.get_disjoint_mut([strip, out, scratch]) else { return false };
    let Ok(scratch) = bytemuck::try_cast_slice_mut(scratch) else { return false };
    let [words, _] = swar21_words(stage, &Phases::typed(phases));
    let Some((words, sums)) = scratch.split_at_mut_checked(words) else { return false };
    let (strip, out) = (bytemuck::cast_slice(strip), bytemuck::cast_slice_mut(out));
    let records = if own.each { usize::from(stage.out_channels) } else { 1 };
    let records = Span { offset: stage.extra[4], bytes: (records * size_of::<HighMul>()) as u32 };
    let requantization = if own.high_mul { typed(data, records) } else { &[] };
    let mut work = Work { stage, data, own, strip, words, sums, out, table, requantization, packed: None };
    let mut remainders = Remainders::new(stage, task.base, task.y, rows);
    for (number, phase) in phases.iter().enumerate() {
        if let Some(line) = remainders.next(phase, place) {
            work.line::<K>(phase, number, line);
        }
    }
    true
}

impl Work<'_> {
    /// Makes the outputs of a line, as many at a time as there is room for.
    fn line<const K: u64>(&mut self, phase: &Phase, number: usize, line: Line) {
        let pool = line.pool[0] * line.pool[1];
        let room = most_positions(self.stage);
        if line.rows * line.outputs * pool <= room {
            return self.chunk::<K>(phase, number, &line);
        }
        let most = if pool == 1 { room } else { room / pool };
        for row in 0..line.rows {
            let mut part = Line { rows: 1, ..line };
            part.source += row * line.source_down;
            part.out += row * line.out_down;
            let mut left = line.outputs;
            while left > 0 {
                part.outputs = left.min(most);
                self.chunk::<K>(phase, number, &part);
                left -= part.outputs;
                part.source += part.outputs * part.source_step;
                part.out += part.outputs * part.out_step;
            }
        }
    }

    #[inline(never)]
    fn chunk<const K: u64>(&mut self, phase: &Phase, number: usize, line: &Line) {
        let (stage, own) = (self.stage, self.own);
        let channels = usize::from(stage.out_channels);
        let pool = line.pool[0] * line.pool[1];
        let positions = line.rows * line.outputs * pool;
        let cells = Cells::new(stage, phase, usize::from(phase.taps_h)).merged();
        let taps = cells.values();
        let direct = has(K, DIRECT) && own.direct;
        let blocks = if direct || taps == 0 { Blocks::of(0) } else { Blocks::of(positions) };
        if blocks.positions() > 0 {
            let key = (*line, phase.taps_h, phase.taps_w);
            let known = |(line, h, w): &(Line, u16, u16)| line.reads_like(&key.0) && (*h, *w) == (key.1, key.2);
            if !self.packed.as_ref().is_some_and(known) {
                self.pack(line, positions, &cells, blocks);
                self.packed = Some(key);
            }
        } else {
            self.sums.fill(0);
        }
        let bias = &typed(self.data, stage.bias)[number * channels..][..channels];
        let weights = typed::<u8>(self.data, stage.weights).get(phase.weights as usize..).unwrap_or(&[]);
        let mut sweep = Sweep {
            words: self.words,
            blocks,
            taps: if blocks.positions() > 0 { taps } else { 0 },
            segment: stage.extra[1].max(1) as usize,
            weights,
            halves: own.halves,
            stride: if direct { positions.next_multiple_of(4) } else { blocks.positions().max(positions) },
            sums: self.sums,
            bias,
            requantization: self.requantization,
            shift: own.shift,
            rectified: is_rectified(stage),
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
                let mut one = sweep.channels(o, o + 1);
                if taps > 0 {
                    let weights = weights.get(own.bytes_of(o, taps)..).unwrap_or(&[]);
                    sums_of(line, self.strip, cells, weights, own.halves, one.sums, positions);
                }
                finish::<K>(stage, self.data, &mut one, o);
            }
        } else if has(K, EXACT) && !own.high_mul {
            for o in (0..channels).step_by(GROUP) {
                finish::<K>(stage, self.data, &mut sweep.channels(o, channels.min(o + GROUP)), o);
            }
        } else {
            kernels::sweep::<K>(&mut sweep);
        }
    }

    /// Packs the activations of `positions` positions under a kernel's `cells`.
    #[inline(never)]
    fn pack(&mut self, line: &Line, positions: usize, cells: &Cells, blocks: Blocks) {
        let (mut sources, mut left, mut last) = (line.sources(), positions, line.source);
        // Positions that are too many are the last one again.
        let mut next = || {
            if left > 0 {
                last = sources.next();
                left -= 1;
            }
            last
        };
        let (taps, mut at) = (cells.values(), 0);
        for (count, step) in [(blocks.six, 4), (blocks.three, 2), (blocks.one, 1)] {
            for _ in 0..count {
                for word in (0..step).step_by(2) {
                    let three = step > 1;
                    let positions = if three { [next(), next(), next()] } else { [next(); 3] };
                    let to = self.words.get_mut(at + word..).unwrap_or(&mut []);
                    kernels::pack(&mut Pack { strip: self.strip, positions, three, cells: *cells, to, step });
                }
                at += step * taps;
            }
        }
    }
}

/// Sums of `positions` positions of one channel.
fn sums_of(line: &Line, strip: &[i8], cells: Cells, weights: &[u8], halves: bool, sums: &mut [i32], positions: usize) {
    let (mut sources, mut left) = (line.sources(), positions);
    let mut positions = [line.source; 4];
    for sums in sums.as_chunks_mut().0 {
        for position in positions.iter_mut().take(left) {
            *position = sources.next();
            left -= 1;
        }
        kernels::direct(&mut Direct { strip, positions, cells, weights, halves, sums });
        if left == 0 {
            return;
        }
    }
}

/// Makes the outputs of a few channels, of which the first is number `first`; where values are requantized by the
/// definition, one by one.
fn finish<const K: u64>(stage: &Stage, data: &[u8], sweep: &mut Sweep<'_>, first: usize) {
    if !(has(K, EXACT) && sweep.requantization.is_empty()) {
        return kernels::sweep::<K>(sweep);
    }
    sweep.finish = false;
    kernels::sweep::<K>(sweep);
    let finish = ops::Finish::new(stage, data);
    for (o, bias) in sweep.bias.iter().enumerate() {
        let mut windows = sweep.sums[o * sweep.stride..].chunks_exact(sweep.pool);
        for row in 0..sweep.rows {
            for output in 0..sweep.outputs {
                let window = windows.next().unwrap_or(&[]);
                let sum = window.iter().fold(i32::MIN, |a, b| a.max(*b)) >> SCALED;
                let at = sweep.at + o + row * sweep.out_down + output * sweep.out_step;
                sweep.out[at] = finish.value(sum.wrapping_add(*bias), first + o);
            }
        }
    }
}
