//! Moves rows through the stages, depth first.
//!
//! Whoever is deepest and can work, works: a stage runs as soon as the input rows of its next tile are there and the
//! line buffer behind it has room. So rows travel as far as they can before the next one enters, and a buffer never needs more
//! than one window of its reader plus one tile of its writer.
//!
//! Row numbers stay below 2¹⁶: the checks add a buffer's rows to the padded map's.

use super::probe::Probe;
use crate::kernel_set::{KernelSet, any_portable, reads_packed_rows};
use crate::kernels;
use crate::kernels::portable::{self, linear};
use crate::kernels::task::{Task, branches_of};
use crate::model::Model;
use crate::plan::row_layout::RowLayout;
use crate::plan::{Branches, MAX_STAGES, Operator, Stage};
use crate::rows;
use bytemuck::{Pod, Zeroable};

/// What waits in front of one stage; all 0 at the start.
#[repr(C)]
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
struct Progress {
    /// Number (padding counted) of the row that lies first in the line buffer.
    base: u16,
    /// Rows that have come, padding counted.
    have: u16,
    /// Output rows made.
    made: u16,
    /// Rows of the next tile; 0 behind the last.
    rows: u16,
    /// First row that it reads.
    from: u16,
    /// One behind the last that it reads.
    wanted: u16,
    /// 1 when these three are those of the next tile, and not of the one before.
    known: u16,
    /// 1 when the line buffer was filled with padding for this window.
    ready: u16,
}

/// What came of letting a stage work.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// It made a tile, or took a row.
    Worked,
    /// It waits for rows, or is done.
    Waits,
    /// The line buffer behind it is full: the next stage can work.
    Blocked,
}

/// Takes finished rows.
pub(crate) trait OutputRows {
    /// `rows` rows lie in the arena as `layout` tells.
    fn rows(&mut self, arena: &mut [u8], layout: &RowLayout, rows: usize);

    /// `rows` rows of the latent lie so; only a score with a part of the latent looks.
    fn latent(&mut self, _arena: &mut [u8], _layout: &RowLayout, _rows: usize) {}
}

/// The state of a run: which rows are where. The rows themselves lie in the arena.
#[derive(Debug, Clone)]
pub(crate) struct Scheduler {
    progress: [Progress; MAX_STAGES],
}

/// Some stages of a model at work.
pub(crate) struct StageRange<'r, 'm, K: KernelSet> {
    pub(crate) scheduler: &'r mut Scheduler,
    pub(crate) model: Model<'m, K>,
    pub(crate) arena: &'r mut [u8],
    /// First stage of the range.
    pub(crate) first: usize,
    /// One behind its last.
    pub(crate) end: usize,
}

impl Scheduler {
    pub(crate) const fn new() -> Self {
        let start = Progress { base: 0, have: 0, made: 0, rows: 0, from: 0, wanted: 0, known: 0, ready: 0 };
        Self { progress: [start; MAX_STAGES] }
    }

    /// Forgets every row.
    pub(crate) fn reset(&mut self) {
        // In place: a whole new array would first lie on the stack.
        rows::fill(bytemuck::bytes_of_mut(&mut self.progress), 0);
    }

    /// That of stage `s`. A plan has at most as many stages; the remainder tells the compiler.
    #[inline(always)]
    fn at(&mut self, s: usize) -> &mut Progress {
        &mut self.progress[s % MAX_STAGES]
    }
}

impl<'m, K: KernelSet> StageRange<'_, 'm, K> {
    /// Stage `s`; `None` never happens.
    #[inline(always)]
    fn stage(&self, s: usize) -> Option<&'m Stage> {
        self.model.stages.get(s)
    }

    /// First input row (padding counted) that stage `s` still needs.
    fn needed_from(&mut self, s: usize, stage: &Stage) -> usize {
        // A linear layer takes each row once; there `made` counts those taken.
        if stage.operator == Operator::Linear.code() {
            return usize::from(self.scheduler.at(s).made);
        }
        self.look_ahead(s, stage);
        usize::from(self.scheduler.at(s).from)
    }

    /// Finds out which rows the next tile of stage `s` reads, unless that is known; gives the rows that it makes.
    #[inline(always)]
    fn look_ahead(&mut self, s: usize, stage: &Stage) -> usize {
        if self.scheduler.at(s).known == 0 {
            self.find_next_tile(s, stage);
        }
        usize::from(self.scheduler.at(s).rows)
    }

    #[inline(never)]
    fn find_next_tile(&mut self, s: usize, stage: &Stage) {
        let progress = self.scheduler.at(s);
        let made = usize::from(progress.made);
        let rows = stage.rows_at(made);
        progress.known = 1;
        if rows == usize::from(progress.rows) && stage.operator == Operator::Conv.code() {
            // Another one like the last: the windows move on by as many groups of branches.
            let conv = stage.conv();
            let branches = usize::from(conv.branches_h);
            let (groups, left) = if branches <= 1 { (rows, 0) } else { (rows / branches, rows % branches) };
            if left == 0 {
                let step = (groups as u16).wrapping_mul(conv.pool_h).wrapping_mul(conv.step_h);
                progress.from = progress.from.wrapping_add(step);
                progress.wanted = progress.wanted.wrapping_add(step);
                return;
            }
        }
        let (mut from, mut wanted) = (u16::MAX, u16::MAX);
        if rows > 0 {
            let branches = Branches::cast(branches_of(stage, self.model.data));
            // From the last row to the first, in one place in the code.
            for row in [made + rows - 1, made] {
                let window = stage.row_window::<K>(row, &branches);
                from = window.0 as u16;
                wanted = if row == made && rows > 1 { wanted } else { window.1 as u16 };
            }
        }
        (progress.rows, progress.from, progress.wanted) = (rows as u16, from, wanted);
    }

    /// Makes room for `rows` more rows of the map in front of stage `s`, behind any top padding.
    fn make_room(&mut self, s: usize, rows: usize) -> bool {
        let Some(stage) = self.stage(s) else { return false };
        let buffer = &stage.input;
        let progress = self.scheduler.at(s);
        if progress.ready == 0 {
            let room = buffer.rows.wrapping_sub(rows::lead::<K>(buffer) as u16);
            (progress.ready, progress.have) = (1, buffer.pad_top.min(room));
            rows::clear::<K>(buffer, self.arena);
        }
        while self.scheduler.at(s).have < buffer.pad_top {
            if !self.add_padding(s, stage) {
                return false;
            }
        }
        self.shift_for(s, stage, rows)
    }

    /// Moves the rows that stage `s` still needs to the start of its line buffer, if `rows` more do not fit otherwise.
    fn shift_for(&mut self, s: usize, stage: &Stage, rows: usize) -> bool {
        let buffer = &stage.input;
        let Progress { base, have, .. } = *self.scheduler.at(s);
        let (base, have) = (usize::from(base), usize::from(have));
        let held = have.wrapping_sub(base) + rows::lead::<K>(buffer);
        if held + rows <= usize::from(buffer.rows) {
            return true;
        }
        let mut first = self.needed_from(s, stage).min(have);
        if reads_packed_rows::<K>() && buffer.is_packed() {
            first = buffer.base_for(usize::from(self.scheduler.at(s).made), first).min(have & !1);
        }
        let drop = first.wrapping_sub(base);
        if drop == 0 || held.wrapping_sub(drop) + rows > usize::from(buffer.rows) {
            return false;
        }
        rows::shift::<K>(buffer, self.arena, drop, held - drop);
        self.scheduler.at(s).base = first as u16;
        true
    }

    /// Counts every row as half of its stage's map further back; `false`, and nothing is counted, where one is not that far. No row
    /// may be entering.
    pub(crate) fn go_back(&mut self) -> bool {
        let halves = |stage: &Stage| (stage.input.height / 2, stage.out_height / 2);
        for s in self.first..self.end {
            let Some(stage) = self.stage(s) else { return false };
            self.drop_rows(s, stage);
            let (rows, out) = halves(stage);
            let progress = self.scheduler.at(s);
            if progress.base.min(progress.from).min(progress.wanted) < rows || progress.made < out {
                return false;
            }
        }
        for s in self.first..self.end {
            let Some(stage) = self.stage(s) else { return false };
            let (rows, out) = halves(stage);
            let progress = self.scheduler.at(s);
            progress.base -= rows;
            progress.have -= rows;
            progress.from -= rows;
            progress.wanted -= rows;
            progress.made -= out;
        }
        true
    }

    /// Drops the rows that stage `s` no longer needs.
    fn drop_rows(&mut self, s: usize, stage: &Stage) {
        let buffer = &stage.input;
        let Progress { base, have, made, .. } = *self.scheduler.at(s);
        let mut first = self.needed_from(s, stage).min(usize::from(have));
        if reads_packed_rows::<K>() && buffer.is_packed() {
            first = buffer.base_for(usize::from(made), first).min(usize::from(have) & !1);
        }
        let drop = first.wrapping_sub(usize::from(base));
        let held = usize::from(have.wrapping_sub(base)) + rows::lead::<K>(buffer);
        if drop > 0 && drop <= held {
            rows::shift::<K>(buffer, self.arena, drop, held - drop);
            self.scheduler.at(s).base = first as u16;
        }
    }

    /// Puts a row of padding in front of stage `s`.
    fn add_padding(&mut self, s: usize, stage: &Stage) -> bool {
        if !self.shift_for(s, stage, 1) {
            return false;
        }
        let at = self.next_row(s, stage);
        rows::pad::<K>(&stage.input, self.arena, at);
        self.scheduler.at(s).have += 1;
        true
    }

    /// Arena offset of the first value of the next row in front of stage `s`; room must have been made.
    fn next_row(&mut self, s: usize, stage: &Stage) -> usize {
        let buffer = &stage.input;
        let Progress { base, have, .. } = *self.scheduler.at(s);
        buffer.offset as usize + usize::from(have.wrapping_sub(base)) * buffer.pitch as usize + rows::left::<K>(buffer)
    }

    /// Puts rows of padding in front of stage `s`, where nothing else may come, until `wanted` rows are there; whether
    /// they are.
    fn pad_to(&mut self, s: usize, stage: &Stage, wanted: u16) -> bool {
        let buffer = &stage.input;
        while self.scheduler.at(s).have < wanted {
            let progress = self.scheduler.at(s);
            let above = progress.ready == 1 && progress.have < buffer.pad_top;
            let below = progress.have >= buffer.pad_top + buffer.height;
            if !(above || below) || !self.add_padding(s, stage) {
                return false;
            }
        }
        true
    }

    /// Lets stage `s` make its next tile, if it can.
    fn step(&mut self, s: usize, output: &mut impl OutputRows, probe: &mut impl Probe) -> Step {
        let Some(stage) = self.stage(s) else { return Step::Waits };
        let Some(operator) = Operator::from_code(stage.operator) else { return Step::Waits };
        if K::LINEAR && operator == Operator::Linear {
            return self.step_linear(s, stage, output, probe);
        }
        let rows = self.look_ahead(s, stage);
        if rows == 0 {
            return Step::Waits;
        }
        let Progress { have, made, wanted, .. } = *self.scheduler.at(s);
        if have < wanted && !self.pad_to(s, stage, wanted) {
            return Step::Waits;
        }
        if !self.room_behind(s, rows) {
            return Step::Blocked;
        }
        probe.begin(s);
        let (base, data, made) = (usize::from(self.scheduler.at(s).base), self.model.data, usize::from(made));
        let layout = self.layout_behind(s, stage);
        let task = &mut Task { stage, data, arena: self.arena, base, y: made, out: layout.at };
        if !kernels::run::<K>(task, &layout, rows) && any_portable::<K>() {
            for i in 0..rows {
                let converts = rows::converts::<K>(&layout);
                let out = if converts { stage.staging.offset as usize } else { layout.row(i) };
                portable::run::<K>(operator, &mut Task { stage, data, arena: self.arena, base, y: made + i, out });
                if converts {
                    rows::put_row::<K>(&layout, self.arena, layout.row(i), out);
                }
            }
        }
        probe.end(s);
        self.deliver(s, stage, rows, &layout, output, probe);
        Step::Worked
    }

    /// A linear layer takes rows one by one, and makes its only row when all were taken.
    fn step_linear(
        &mut self,
        s: usize,
        stage: &'m Stage,
        output: &mut impl OutputRows,
        probe: &mut impl Probe,
    ) -> Step {
        let data = self.model.data;
        let Progress { base, have, made, .. } = *self.scheduler.at(s);
        if made < stage.input.height && have > made {
            probe.begin(s);
            let (base, y) = (usize::from(base), usize::from(made));
            linear::accumulate(&mut Task { stage, data, arena: self.arena, base, y, out: 0 });
            probe.end(s);
            self.scheduler.at(s).made += 1;
            return Step::Worked;
        }
        if made != stage.input.height {
            return Step::Waits;
        }
        if !self.room_behind(s, 1) {
            return Step::Blocked;
        }
        let layout = self.layout_behind(s, stage);
        let converts = rows::converts::<K>(&layout);
        let out = if converts { stage.staging.offset as usize } else { layout.at };
        linear::finish(&mut Task { stage, data, arena: self.arena, base: 0, y: 0, out });
        if converts {
            rows::put_row::<K>(&layout, self.arena, layout.at, out);
        }
        self.deliver(s, stage, 1, &layout, output, probe);
        Step::Worked
    }

    /// Whether the rows that stage `s` makes have room behind it.
    fn room_behind(&mut self, s: usize, rows: usize) -> bool {
        // The last stage of a range hands its rows over at once.
        s + 1 == self.end || self.make_room(s + 1, rows)
    }

    /// Where the rows of the tile that stage `s` is about to make go.
    fn layout_behind(&mut self, s: usize, stage: &Stage) -> RowLayout {
        match self.stage(s + 1) {
            Some(next) => RowLayout::in_buffer(&next.input, self.next_row(s + 1, next)),
            None => RowLayout::behind(stage, self.model.header.output_offset as usize),
        }
    }

    /// Counts the rows of a tile, and hands them over behind the last stage.
    fn deliver(
        &mut self,
        s: usize,
        stage: &Stage,
        rows: usize,
        layout: &RowLayout,
        output: &mut impl OutputRows,
        probe: &mut impl Probe,
    ) {
        let linear = stage.operator == Operator::Linear.code();
        let first = if linear { 0 } else { usize::from(self.scheduler.at(s).made) };
        for i in 0..rows {
            let row = layout.row(i);
            probe.row(s, first + i, (0..layout.len).map(|v| rows::get::<K>(layout, self.arena, row, v)));
        }
        if K::LATENT_PART && s + 1 == usize::from(self.model.header.encoder_stages) {
            output.latent(self.arena, layout, rows);
        }
        if s + 1 == self.end {
            output.rows(self.arena, layout, rows);
        }
        let progress = self.scheduler.at(s);
        progress.made += rows as u16;
        progress.known = 0;
        if s + 1 < self.end {
            self.scheduler.at(s + 1).have += rows as u16;
        }
    }

    /// Lets the stages work until none can without another row.
    pub(crate) fn drain(&mut self, output: &mut impl OutputRows, probe: &mut impl Probe) {
        let mut s = self.first;
        loop {
            match self.step(s, output, probe) {
                // A full buffer holds the whole window of its reader (the plan's checks), so this comes to an end.
                Step::Worked | Step::Blocked => s = (s + 1).min(self.end.wrapping_sub(1)),
                Step::Waits if s == self.first => return,
                Step::Waits => s -= 1,
            }
        }
    }

    /// Tells in `layout` where the rows that enter next go; gives how many of them the first stage can take before it has to
    /// work, 0 never for a checked plan. Padding alone may fill the line buffer; then the stages work first, after which
    /// there is room by the plan's checks.
    pub(crate) fn entry(
        &mut self,
        layout: &mut RowLayout,
        output: &mut impl OutputRows,
        probe: &mut impl Probe,
    ) -> usize {
        let s = self.first;
        if !self.make_room(s, 1) {
            self.drain(output, probe);
        }
        if !self.make_room(s, 1) {
            return 0;
        }
        let Some(stage) = self.stage(s) else { return 0 };
        let buffer = &stage.input;
        *layout = RowLayout::in_buffer(buffer, self.next_row(s, stage));
        if stage.operator != Operator::Linear.code() {
            self.look_ahead(s, stage);
        }
        let Progress { base, have, wanted, .. } = *self.scheduler.at(s);
        let room = (base + buffer.rows).saturating_sub(have + rows::lead::<K>(buffer) as u16);
        let left = (buffer.pad_top + buffer.height).saturating_sub(have);
        usize::from(wanted.saturating_sub(have).min(room).min(left).max(1))
    }

    /// The `rows` entering rows are complete: they count, and the stages work.
    pub(crate) fn enter(&mut self, rows: usize, output: &mut impl OutputRows, probe: &mut impl Probe) {
        self.scheduler.at(self.first).have += rows as u16;
        self.drain(output, probe);
    }
}
