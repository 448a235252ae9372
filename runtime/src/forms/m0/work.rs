//! Makes a tile: packs the activations, then sweeps over the output channels.

use super::lines::{Line, Remainders};
use super::lists::{Cells, Lists};
use super::{Activations, Affine, Finish, Packing, Requantization, Sweep, bytes, bytes_of, kernels, longest_lists};
use super::{TWINS, most_pairs, slice_bytes, slice_rows, twins};
use crate::kernels::{TWO_LANES, has};
use crate::model::typed;
use crate::ops::{self, RowTask, phases_of};
use crate::place::Place;
use crate::plan::{Phase, Phases, Span, Stage};

/// What a sweep goes through.
pub(super) struct Part<'a> {
    pub(super) lists: Lists,
    /// From the first output channel's on.
    pub(super) weights: &'a [u8],
    pub(super) flags: &'a [u8],
    pub(super) bias: &'a [i32],
    /// From a channel's sums to the next one's.
    pub(super) sums_step: usize,
    /// Whether there are sums of earlier slices.
    pub(super) resume: bool,
    /// Whether the outputs can be written.
    pub(super) last: bool,
}

/// Everything that stays the same during a call, and what is packed.
pub(super) struct Work<'a> {
    pub(super) stage: &'a Stage,
    pub(super) data: &'a [u8],
    packing: Packing,
    made: Activations,
    pub(super) strip: &'a [i8],
    out: &'a mut [i8],
    plain: &'a mut [i32],
    polynomial: &'a mut [i32],
    weights: &'a mut [i32],
    pub(super) sums: &'a mut [i32],
    table: &'a [u8; 256],
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
    let (weights, sums) = rest.split_at_mut(if packing.is_words() { 0 } else { longest });
    let (strip, out) = (bytemuck::cast_slice(strip), bytemuck::cast_slice_mut(out));
    let made = Activations::of(stage);
    let mut work =
        Work { stage, data, packing, made, strip, out, plain, polynomial, weights, sums, table, packed: None };
    let mut remainders = Remainders::new(stage, task.base, task.y, rows);
    if has(K, TWINS) && packing == Packing::Phases {
        twins::run::<K>(&mut work, remainders, place);
        return true;
    }
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

    fn chunk<const K: u64>(&mut self, phase: &Phase, number: usize, line: &Line) {
        let stage = self.stage;
        let channels = usize::from(stage.out_channels);
        let (taps_h, rows) = (usize::from(phase.taps_h), slice_rows(stage));
        let positions = line.rows * line.outputs * line.pool[0] * line.pool[1];
        let pairs = positions.div_ceil(2);
        let first = number * channels;
        let flags = bytes(self.data, stage.extra[1] + first as u32, channels);
        let bias = &typed(self.data, stage.bias)[first..first + channels];
        let mut weights = bytes_of(self.data, stage.weights).get(phase.weights as usize..).unwrap_or(&[]);
        let mut ky = 0;
        loop {
            let now = (taps_h - ky).min(rows);
            let cells = Cells::new(stage, phase, now);
            let lists = cells.lists(self.packing, self.made);
            let key = (*line, phase.taps_h, phase.taps_w);
            let known = |(line, h, w): &(Line, u16, u16)| line.reads_like(&key.0) && (*h, *w) == (key.1, key.2);
            if rows < taps_h || !self.packed.as_ref().is_some_and(known) {
                self.pack(line, positions, &cells, &lists, ky * usize::from(stage.dilation_h));
                self.packed = Some(key);
            }
            let last = ky + now >= taps_h;
            let sums_step = if taps_h > rows { pairs * 2 } else { 0 };
            self.sweep::<K>(line, &Part { lists, weights, flags, bias, sums_step, resume: ky > 0, last });
            if last {
                break;
            }
            ky += now;
            weights = &weights[slice_bytes(self.packing, &lists, flags)..];
        }
    }

    /// Goes through the output channels for what is packed.
    pub(super) fn sweep<const K: u64>(&mut self, line: &Line, part: &Part<'_>) {
        let stage = self.stage;
        let records = if stage.extra[0] >> 6 & 1 == 1 { part.flags.len() } else { 1 };
        let records = Span { offset: stage.extra[4], bytes: (records * size_of::<Affine>()) as u32 };
        let requantization = Requantization::of(stage);
        let pool = line.pool[0] * line.pool[1];
        let mut sweep = Sweep {
            plain: self.plain,
            polynomial: self.polynomial,
            lists: [part.lists.plain, part.lists.first, part.lists.second],
            packing: self.packing,
            weights: part.weights,
            expanded: self.weights,
            flags: part.flags,
            bias: part.bias,
            affine: if requantization.digits == 0 { &[] } else { typed(self.data, records) },
            requantization,
            pairs: (line.rows * line.outputs * pool).div_ceil(2),
            sums: self.sums,
            sums_step: part.sums_step,
            resume: part.resume,
            pool,
            rows: line.rows,
            outputs: line.outputs,
            out: &mut self.out[line.out..],
            out_step: line.out_step,
            out_down: line.out_down,
            table: self.table,
            finish: if part.last { Finish::Written } else { Finish::Sums },
        };
        if part.last && requantization.digits == 0 {
            if has(K, TWO_LANES) {
                exactly::<K>(stage, self.data, &mut sweep);
            }
        } else {
            kernels::sweep::<K>(&mut sweep);
        }
    }

    /// Packs the activations of all pairs under a kernel's `cells`, from kernel row `skipped` on.
    #[inline(never)]
    fn pack(&mut self, line: &Line, positions: usize, cells: &Cells, lists: &Lists, skipped: usize) {
        let skipped = skipped * self.stage.input.pitch as usize;
        let mut sources = line.sources();
        let mut left = positions;
        let pairs = positions.div_ceil(2);
        let second = lists.first + lists.second;
        let (threes, behind, left_over) = cells.in_threes();
        for pair in 0..pairs {
            let a = sources.next() + skipped;
            let b = if left > 1 { sources.next() + skipped } else { a };
            left = left.saturating_sub(2);
            let (lanes, lane) = if pair + 1 == pairs && pairs % 2 == 1 { (1, 0) } else { (2, pair % 2) };
            if self.made.plain && lists.plain > 0 {
                let to = &mut self.plain[pair / 2 * 2 * lists.plain + lane * 2..];
                kernels::pack(self.strip, a, b, cells, to, lanes * 2);
            }
            if self.made.polynomial && second > 0 {
                let to = &mut self.polynomial[pair / 2 * 2 * second + lane * 2..];
                let (to, to_second) = to.split_at_mut((lists.first * lanes).min(to.len()));
                // All but x₃ are the first position's, so that there need not be a second one.
                let (skip, step) = (cells.cell_step, lanes * 2);
                kernels::pack(self.strip, a + 2 * skip, b + 2 * skip, &threes, to, step);
                kernels::pack(self.strip, a + skip, a, &threes, to_second, step);
                if left_over.cells > 0 {
                    let to = &mut to[threes.values() * lanes..];
                    kernels::pack(self.strip, a + behind, b + behind, &left_over, to, step);
                }
            }
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
                own.out[i * own.out_down + j * step] = finish.value(own.sums[at], o);
                at += 1;
            }
        }
    }
}
