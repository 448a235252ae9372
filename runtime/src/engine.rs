//! Moves rows through the stages, depth first.
//!
//! Whoever is deepest and can work, works: a stage runs as soon as the input rows of its next tile are there and the
//! strip behind it has room. So rows travel as far as they can before the next one enters, and a strip never needs more
//! than one window of its reader plus one tile of its writer.

use crate::forms;
use crate::model::Model;
use crate::ops::{self, RowTask, phases_of};
use crate::plan::{MAX_STAGES, Op, Stage};
use crate::scorer::Probe;

/// What waits in front of one stage.
#[derive(Debug, Clone, Copy, Default)]
struct Progress {
    /// Number (padding counted) of the row that lies first in the strip.
    base: u16,
    /// Rows that have come, padding counted.
    have: u16,
    /// Output rows made.
    made: u16,
    /// Whether the strip was filled with padding for this window.
    ready: bool,
}

/// What came of letting a stage work.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// It made a tile, or took a row.
    Worked,
    /// It waits for rows, or is done.
    Waits,
    /// The strip behind it is full: the next stage can work.
    Blocked,
}

/// Takes finished rows.
pub(crate) trait Sink {
    /// `at` and `len` are the row's place in the arena.
    fn row(&mut self, arena: &mut [u8], at: usize, len: usize);
}

/// The state of a run: which rows are where. The rows themselves lie in the arena.
#[derive(Debug, Clone)]
pub(crate) struct Engine {
    progress: [Progress; MAX_STAGES],
}

/// A run of some stages of a model.
pub(crate) struct Run<'r, 'm> {
    pub(crate) engine: &'r mut Engine,
    pub(crate) model: Model<'m>,
    pub(crate) arena: &'r mut [u8],
    /// First stage of the run.
    pub(crate) first: usize,
    /// One behind its last.
    pub(crate) end: usize,
}

impl Engine {
    pub(crate) const fn new() -> Self {
        Self { progress: [Progress { base: 0, have: 0, made: 0, ready: false }; MAX_STAGES] }
    }

    /// Forgets every row.
    pub(crate) fn reset(&mut self) {
        *self = Self::new();
    }
}

impl Run<'_, '_> {
    fn op(stage: &Stage) -> Option<Op> {
        Op::from_code(stage.op)
    }

    /// First input row (padding counted) that stage `s` still needs.
    fn needed_from(&self, s: usize) -> usize {
        let stage = &self.model.stages[s];
        let progress = &self.engine.progress[s];
        match Self::op(stage) {
            // It takes each row once; here `made` counts those taken.
            Some(Op::Linear) => usize::from(progress.made),
            _ if progress.made >= stage.out_height => usize::from(u16::MAX),
            _ => stage.rows_for(usize::from(progress.made), phases_of(stage, self.model.data)).0,
        }
    }

    /// Makes room for `rows` more rows of the map in front of stage `s`, behind any top padding.
    fn make_room(&mut self, s: usize, rows: usize) -> bool {
        let buffer = &self.model.stages[s].input;
        if !self.engine.progress[s].ready {
            let start = buffer.offset as usize;
            self.arena[start..start + buffer.bytes()].fill(buffer.pad_value as u8);
            let progress = &mut self.engine.progress[s];
            (progress.ready, progress.have) = (true, buffer.pad_top.min(buffer.rows));
        }
        while self.engine.progress[s].have < buffer.pad_top {
            if !self.add_padding(s) {
                return false;
            }
        }
        self.shift_for(s, rows)
    }

    /// Moves the rows that stage `s` still needs to the start of its strip, if `rows` more do not fit otherwise.
    fn shift_for(&mut self, s: usize, rows: usize) -> bool {
        let buffer = &self.model.stages[s].input;
        let Progress { base, have, .. } = self.engine.progress[s];
        let (base, have) = (usize::from(base), usize::from(have));
        if have - base + rows <= usize::from(buffer.rows) {
            return true;
        }
        let drop = self.needed_from(s).min(have) - base;
        if drop == 0 || have - base - drop + rows > usize::from(buffer.rows) {
            return false;
        }
        let (start, pitch) = (buffer.offset as usize, buffer.pitch as usize);
        self.arena.copy_within(start + drop * pitch..start + (have - base) * pitch, start);
        self.engine.progress[s].base = (base + drop) as u16;
        true
    }

    /// Puts a row of padding in front of stage `s`.
    fn add_padding(&mut self, s: usize) -> bool {
        if !self.shift_for(s, 1) {
            return false;
        }
        let buffer = &self.model.stages[s].input;
        let at = self.next_row(s) - buffer.left();
        self.arena[at..at + buffer.pitch as usize].fill(buffer.pad_value as u8);
        self.engine.progress[s].have += 1;
        true
    }

    /// Arena offset of the first value of the next row in front of stage `s`; room must have been made.
    fn next_row(&self, s: usize) -> usize {
        let buffer = &self.model.stages[s].input;
        let Progress { base, have, .. } = self.engine.progress[s];
        buffer.offset as usize + usize::from(have - base) * buffer.pitch as usize + buffer.left()
    }

    /// Puts rows of padding in front of stage `s`, where nothing else may come, until `wanted` rows are there; whether
    /// they are.
    fn pad_to(&mut self, s: usize, wanted: usize) -> bool {
        let buffer = &self.model.stages[s].input;
        while usize::from(self.engine.progress[s].have) < wanted {
            let progress = &self.engine.progress[s];
            let above = progress.ready && progress.have < buffer.pad_top;
            let below = progress.have >= buffer.pad_top + buffer.height;
            if !(above || below) || !self.add_padding(s) {
                return false;
            }
        }
        true
    }

    /// Lets stage `s` make its next tile, if it can.
    fn step(&mut self, s: usize, sink: &mut impl Sink, probe: &mut impl Probe) -> Step {
        let stage = &self.model.stages[s];
        let Some(op) = Self::op(stage) else { return Step::Waits };
        if op == Op::Linear {
            return self.step_linear(s, sink, probe);
        }
        let made = usize::from(self.engine.progress[s].made);
        let rows = usize::from(stage.tile).min(usize::from(stage.out_height) - made);
        if rows == 0 {
            return Step::Waits;
        }
        let (_, wanted) = stage.rows_for(made + rows - 1, phases_of(stage, self.model.data));
        if !self.pad_to(s, wanted) {
            return Step::Waits;
        }
        if !self.room_behind(s, rows) {
            return Step::Blocked;
        }
        probe.begin(s);
        let (base, data) = (usize::from(self.engine.progress[s].base), self.model.data);
        let out = self.place_behind(s, 0);
        if !forms::run(&mut RowTask { stage, data, arena: self.arena, base, y: made, out }, rows) {
            for y in made..made + rows {
                let out = self.place_behind(s, y - made);
                ops::run(op, &mut RowTask { stage, data, arena: self.arena, base, y, out });
            }
        }
        probe.end(s);
        self.deliver(s, rows, sink, probe);
        Step::Worked
    }

    /// A linear layer takes rows one by one, and makes its only row when all were taken.
    fn step_linear(&mut self, s: usize, sink: &mut impl Sink, probe: &mut impl Probe) -> Step {
        let stage = &self.model.stages[s];
        let data = self.model.data;
        let Progress { base, have, made, .. } = self.engine.progress[s];
        if made < stage.input.height && have > made {
            probe.begin(s);
            let (base, y) = (usize::from(base), usize::from(made));
            ops::accumulate(&mut RowTask { stage, data, arena: self.arena, base, y, out: 0 });
            probe.end(s);
            self.engine.progress[s].made += 1;
            return Step::Worked;
        }
        if made != stage.input.height {
            return Step::Waits;
        }
        if !self.room_behind(s, 1) {
            return Step::Blocked;
        }
        let out = self.place_behind(s, 0);
        ops::finish(&mut RowTask { stage, data, arena: self.arena, base: 0, y: 0, out });
        self.deliver(s, 1, sink, probe);
        Step::Worked
    }

    /// Whether the rows that stage `s` makes have room behind it.
    fn room_behind(&mut self, s: usize, rows: usize) -> bool {
        // The last stage of a run hands its rows over at once.
        s + 1 == self.end || self.make_room(s + 1, rows)
    }

    /// Where row `i` of the tile that stage `s` is about to make goes.
    fn place_behind(&self, s: usize, i: usize) -> usize {
        let stage = &self.model.stages[s];
        if s + 1 == self.model.stages.len() {
            let row = stage.out_width as usize * stage.out_channels as usize;
            self.model.header.sink_offset as usize + i * row
        } else {
            self.next_row(s + 1) + i * self.model.stages[s + 1].input.pitch as usize
        }
    }

    /// Counts the rows of a tile, and hands them over behind the last stage.
    fn deliver(&mut self, s: usize, rows: usize, sink: &mut impl Sink, probe: &mut impl Probe) {
        let stage = &self.model.stages[s];
        let len = stage.out_width as usize * stage.out_channels as usize;
        for i in 0..rows {
            let at = self.place_behind(s, i);
            let y = if stage.op == Op::Linear.code() { 0 } else { usize::from(self.engine.progress[s].made) + i };
            probe.row(s, y, bytemuck::cast_slice(&self.arena[at..at + len]));
            if s + 1 == self.end {
                sink.row(self.arena, at, len);
            }
        }
        self.engine.progress[s].made += rows as u16;
        if s + 1 < self.end {
            self.engine.progress[s + 1].have += rows as u16;
        }
    }

    /// Lets the stages work until none can without another row.
    pub(crate) fn drain(&mut self, sink: &mut impl Sink, probe: &mut impl Probe) {
        let mut s = self.first;
        loop {
            match self.step(s, sink, probe) {
                // A full strip holds the whole window of its reader (the plan's checks), so this comes to an end.
                Step::Worked | Step::Blocked => s = (s + 1).min(self.end - 1),
                Step::Waits if s == self.first => return,
                Step::Waits => s -= 1,
            }
        }
    }

    /// Place of the first value of the row that enters next. Padding alone may fill the strip; then the stages work
    /// first, after which there is room by the plan's checks.
    pub(crate) fn entry(&mut self, sink: &mut impl Sink, probe: &mut impl Probe) -> Option<usize> {
        if !self.make_room(self.first, 1) {
            self.drain(sink, probe);
        }
        self.make_room(self.first, 1).then(|| self.next_row(self.first))
    }

    /// The entering row is complete: it counts, and the stages work.
    pub(crate) fn enter(&mut self, sink: &mut impl Sink, probe: &mut impl Probe) {
        self.engine.progress[self.first].have += 1;
        self.drain(sink, probe);
    }
}
