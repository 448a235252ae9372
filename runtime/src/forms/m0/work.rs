//! Makes a tile: packs the activations, then sweeps over the output channels.

use super::kernels::{self, Packed};
use super::lines::{Line, Remainders};
use super::lists::{Cells, Lists};
use super::{Activations, Affine, Finish, Packing, Requantization, Sweep, bytes, bytes_of, longest_lists};
use super::{TWINS, most_pairs, slice_bytes, slice_rows, twins};
use crate::kernels::{TWO_LANES, has};
use crate::model::typed;
use crate::ops::{self, RowTask, phases_of};
use crate::place::Place;
use crate::plan::{Phase, Phases, Span, Stage};

/// Everything that stays the same during a call, and what is packed.
struct Work<'a> {
    stage: &'a Stage,
    data: &'a [u8],
    made: Activations,
    strip: &'a [i8],
    sweep: Sweep<'a>,
    /// What the activations are of: a line and the kernel's extents.
    packed: Option<(Line, u16, u16)>,
}

/// Makes `rows` rows; `false` never happens for a checked plan.
pub(in crate::forms) fn run<const K: u64>(task: &mut RowTask<'_>, place: &Place, rows: usize) -> bool {
    let (stage, data) = (task.stage, task.data);
    let phases = phases_of(stage, data);
    let Ok(table) = bytes(data, stage.extra[2], 256).try_into() else { return false };
    let Some(packing) = Packing::of(stage) else { return false };
    let strip = stage.input.offset as usize..stage.input.offset as usize + stage.input.bytes();
    let out = place.at..place.at + (rows - 1) * place.pitch + place.len;
    let scratch = stage.scratch_offset as usize..(stage.scratch_offset + stage.scratch_bytes) as usize;
    let Ok([strip, out, scratch]) = task.arena.get_disjoint_mut([strip, out, scratch]) else { return false };
    let Ok(scratch) = bytemuck::try_cast_slice_mut(scratch) else { return false };
    // As `two_lanes_words` has it, which the checks compared with the working memory.
    let [longest, longest_polynomial] = longest_lists(stage, &Phases::typed(phases), packing);
    let pairs = most_pairs(stage);
    let (plain, rest) = scratch.split_at_mut(longest * pairs);
    let (polynomial, rest) = rest.split_at_mut(longest_polynomial * pairs);
    let (expanded, sums) = rest.split_at_mut(if packing.is_words() { 0 } else { longest });
    let (strip, out) = (bytemuck::cast_slice(strip), bytemuck::cast_slice_mut(out));
    let requantization = Requantization::of(stage);
    let records = if stage.extra[0] >> 6 & 1 == 1 { usize::from(stage.out_channels) } else { 1 };
    let records = Span { offset: stage.extra[4], bytes: (records * size_of::<Affine>()) as u32 };
    let affine = if requantization.digits == 0 { &[] } else { typed(data, records) };
    let sweep = Sweep {
        plain,
        polynomial,
        lists: [0; 3],
        packing,
        weights: &[],
        expanded,
        flags: &[],
        bias: &[],
        affine,
        requantization,
        pairs: 0,
        sums,
        sums_step: 0,
        resume: false,
        pool: 1,
        rows: 0,
        outputs: 0,
        out,
        at: 0,
        out_step: 0,
        out_down: 0,
        table,
        finish: Finish::Sums,
    };
    let mut work = Work { stage, data, made: Activations::of(stage), strip, sweep, packed: None };
    let mut remainders = Remainders::new(stage, task.base, task.y, rows);
    let twins = has(K, TWINS) && packing == Packing::Phases;
    let mut number = 0;
    while let Some(phase) = phases.get(number) {
        let line = remainders.next(phase, place);
        if twins {
            let other = remainders.next(&phases[number + 1], place);
            if let (Some(line), Some(other)) = (line, other) {
                work.line::<K>(phase, number, twins::merged(&line, &other));
            }
            number += 1;
        } else if let Some(line) = line {
            work.line::<K>(phase, number, line);
        }
        number += 1;
    }
    true
}

impl Work<'_> {
    /// Makes the outputs of a line, as many at a time as there is room for.
    fn line<const K: u64>(&mut self, phase: &Phase, number: usize, line: Line) {
        let pool = line.pool[0] * line.pool[1];
        let room = most_pairs(self.stage) * 2;
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
        let stage = self.stage;
        let twins = has(K, TWINS) && self.sweep.packing == Packing::Phases;
        let channels = usize::from(stage.out_channels);
        let (taps_h, rows) = (usize::from(phase.taps_h), slice_rows(stage));
        let pool = line.pool[0] * line.pool[1];
        let positions = line.rows * line.outputs * pool;
        let first = number * channels;
        let bias = &typed(self.data, stage.bias)[first..];
        let weights = bytes_of(self.data, stage.weights).get(phase.weights as usize..).unwrap_or(&[]);
        let sweep = &mut self.sweep;
        sweep.weights = weights;
        sweep.bias = &bias[..channels];
        sweep.pairs = positions.div_ceil(2);
        (sweep.pool, sweep.rows, sweep.outputs) = (pool, line.rows, line.outputs);
        (sweep.at, sweep.out_step, sweep.out_down) = (line.out, line.out_step, line.out_down);
        sweep.sums_step = if taps_h > rows { sweep.pairs * 2 } else { 0 };
        sweep.finish = Finish::Sums;
        if twins {
            // The sums are all there is to do; nobody looks at the flag.
            twins::sums(stage, phase, self.data, number, self.strip, line, sweep);
            (sweep.flags, sweep.resume) = (&[0], true);
            return self.finish::<K>();
        }
        let flags = Span { offset: stage.extra[1] + first as u32 * 2, bytes: channels as u32 * 2 };
        sweep.flags = typed(self.data, flags);
        let mut ky = 0;
        loop {
            let now = (taps_h - ky).min(rows);
            let cells = Cells::new(stage, phase, now);
            let lists = cells.lists(self.sweep.packing, self.made);
            let key = (*line, phase.taps_h, phase.taps_w);
            let known = |(line, h, w): &(Line, u16, u16)| line.reads_like(&key.0) && (*h, *w) == (key.1, key.2);
            if rows < taps_h || !self.packed.as_ref().is_some_and(known) {
                self.pack::<K>(line, positions, &cells, &lists, ky * usize::from(stage.dilation_h));
                self.packed = Some(key);
            }
            self.sweep.lists = [lists.plain, lists.first, lists.second];
            self.sweep.resume = ky > 0;
            ky += now;
            if ky >= taps_h {
                return self.finish::<K>();
            }
            kernels::sweep::<K>(&mut self.sweep);
            let sweep = &mut self.sweep;
            sweep.weights = &sweep.weights[slice_bytes(sweep.packing, &lists, bytemuck::cast_slice(sweep.flags))..];
        }
    }

    /// The sweep that writes the outputs.
    fn finish<const K: u64>(&mut self) {
        if self.sweep.requantization.digits == 0 {
            if has(K, TWO_LANES) {
                exactly::<K>(self.stage, self.data, &mut self.sweep);
            }
        } else {
            self.sweep.finish = Finish::Written;
            kernels::sweep::<K>(&mut self.sweep);
        }
    }

    /// Packs the activations of all pairs under a kernel's `cells`, from kernel row `skipped` on.
    #[inline(never)]
    fn pack<const K: u64>(&mut self, line: &Line, positions: usize, cells: &Cells, lists: &Lists, skipped: usize) {
        let skipped = skipped * self.stage.input.pitch as usize;
        let pairs = positions.div_ceil(2);
        if let Some(step) = line.distance::<K>() {
            let a = line.source + skipped;
            let together = (positions / 2).min(pairs & !1);
            if together > 0 {
                self.pack_pairs([a, step, step * 2], [0, together, 2], cells, lists);
            }
            if together < pairs {
                // Without a second position, the first one comes twice.
                let second = if positions.is_multiple_of(2) { step } else { 0 };
                let lanes = 2 - pairs % 2;
                self.pack_pairs([a + together * 2 * step, second, 0], [together, 1, lanes], cells, lists);
            }
            return;
        }
        let mut sources = line.sources();
        for pair in 0..pairs {
            let a = sources.next() + skipped;
            let b = if pair * 2 + 1 < positions { sources.next() + skipped } else { a };
            let lanes = if pair + 1 == pairs && pairs % 2 == 1 { 1 } else { 2 };
            self.pack_pairs([a, b.wrapping_sub(a), 0], [pair, 1, lanes], cells, lists);
        }
    }

    /// Packs `pairs` pairs from number `pair` on, in blocks of `lanes`.
    fn pack_pairs(
        &mut self,
        [a, second, next]: [usize; 3],
        [pair, pairs, lanes]: [usize; 3],
        cells: &Cells,
        lists: &Lists,
    ) {
        let mut packed =
            Packed { strip: self.strip, a, second, next, to: &mut [], pairs, lanes, block: 0, cells: *cells };
        let first = |words: usize, skipped: usize| pair / 2 * 2 * words + skipped * lanes + pair % 2 * (lanes - 1) * 2;
        if self.made.plain && lists.plain > 0 {
            packed.block = lists.plain * 2;
            packed.to = &mut self.sweep.plain[first(lists.plain, 0)..];
            kernels::pack(&mut packed);
        }
        let words = lists.first + lists.second;
        if self.made.polynomial && words > 0 {
            packed.block = words * 2;
            let (triples, skip) = (cells.triples(), cells.cell_step);
            let left_over = cells.cells - triples * 3;
            let mut part = |a: usize, second: usize, skipped: usize, cells: usize, cell_step: usize| {
                if cells > 0 {
                    (packed.a, packed.second) = (a, second);
                    (packed.cells.cells, packed.cells.cell_step) = (cells, cell_step);
                    kernels::pack(&mut Packed { to: &mut self.sweep.polynomial[first(words, skipped)..], ..packed });
                }
            };
            // All but x₃ are the first position's, so that there need not be a second one.
            part(a + 2 * skip, second, 0, triples, skip * 3);
            part(a + skip, skip.wrapping_neg(), lists.first, triples, skip * 3);
            part(a + triples * 3 * skip, second, cells.lines * triples * cells.run, left_over, skip);
        }
    }
}

/// The last slice where values are requantized by the definition: channel by channel.
#[cold]
#[inline(never)]
fn exactly<const K: u64>(stage: &Stage, data: &[u8], all: &mut Sweep<'_>) {
    let finish = ops::Finish::new(stage, data);
    for o in 0..all.flags.len() {
        let mut own = all.channel(o);
        own.finish = Finish::Pooled;
        kernels::sweep::<K>(&mut own);
        let (mut at, outputs, step) = (0, own.outputs, own.out_step);
        for i in 0..own.rows {
            for j in 0..outputs {
                own.out[own.at + i * own.out_down + j * step] = finish.value(own.sums[at], o);
                at += 1;
            }
        }
    }
}
