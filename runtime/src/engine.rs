//! Moves rows through the stages, depth first.
//!
//! Whoever is deepest and can work, works: a stage runs as soon as the input rows of its next tile are there and the
//! strip behind it has room. So rows travel as far as they can before the next one enters, and a strip never needs more
//! than one window of its reader plus one tile of its writer.

use crate::forms;
use crate::kernels::{any_portable, has, operator, reads_fields, reads_pairs};
use crate::model::Model;
use crate::ops::{self, RowTask, phases_of};
use crate::place::{Place, put_field};
use crate::plan::{Buffer, MAX_STAGES, Op, Phases, Stage};
use crate::scorer::Probe;
use bytemuck::{Pod, Zeroable};

/// What waits in front of one stage; all 0 at the start.
#[repr(C)]
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
struct Progress {
    /// Number (padding counted) of the row that lies first in the strip.
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
    /// 1 when the strip was filled with padding for this window.
    ready: u16,
}

/// Whether rows of bytes become another layout at `place`.
fn converts<const K: u64>(place: &Place) -> bool {
    (reads_pairs(K) || reads_fields(K)) && !place.is_bytes()
}

/// [`Buffer::left`], [`Buffer::padding`] and [`Buffer::lead`] in a program with the kernels `K`.
fn left<const K: u64>(buffer: &Buffer) -> usize {
    if reads_pairs(K) || reads_fields(K) { buffer.left() } else { buffer.left_of_bytes() }
}

fn padding<const K: u64>(buffer: &Buffer) -> u32 {
    if reads_pairs(K) || reads_fields(K) { buffer.padding() } else { buffer.padding_of_bytes() }
}

fn lead<const K: u64>(buffer: &Buffer) -> usize {
    if reads_fields(K) { buffer.lead() } else { 0 }
}

/// Fills rows, which start on a multiple of 2 and are as long, with a word. One loop for all: a general fill is longer than
/// the rest of the engine needs it.
#[inline(never)]
pub(crate) fn fill(bytes: &mut [u8], value: u32) {
    if let Ok(words) = bytemuck::try_cast_slice_mut::<_, u32>(bytes) {
        words.iter_mut().for_each(|word| *word = value);
    } else if let Ok(halves) = bytemuck::try_cast_slice_mut::<_, u16>(bytes) {
        halves.iter_mut().for_each(|half| *half = value as u16);
    }
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
    /// `rows` rows lie in the arena as `place` tells.
    fn rows(&mut self, arena: &[u8], place: &Place, rows: usize);
}

/// The state of a run: which rows are where. The rows themselves lie in the arena.
#[derive(Debug, Clone)]
pub(crate) struct Engine {
    progress: [Progress; MAX_STAGES],
}

/// A run of some stages of a model.
pub(crate) struct Run<'r, 'm, const K: u64> {
    pub(crate) engine: &'r mut Engine,
    pub(crate) model: Model<'m, K>,
    pub(crate) arena: &'r mut [u8],
    /// First stage of the run.
    pub(crate) first: usize,
    /// One behind its last.
    pub(crate) end: usize,
}

impl Engine {
    pub(crate) const fn new() -> Self {
        let start = Progress { base: 0, have: 0, made: 0, rows: 0, from: 0, wanted: 0, known: 0, ready: 0 };
        Self { progress: [start; MAX_STAGES] }
    }

    /// Forgets every row.
    pub(crate) fn reset(&mut self) {
        // In place: a whole new array would first lie on the stack.
        fill(bytemuck::bytes_of_mut(&mut self.progress), 0);
    }
}

impl<const K: u64> Run<'_, '_, K> {
    fn op(stage: &Stage) -> Option<Op> {
        Op::from_code(stage.op)
    }

    /// First input row (padding counted) that stage `s` still needs.
    fn needed_from(&mut self, s: usize) -> usize {
        let stage = &self.model.stages[s];
        // A linear layer takes each row once; there `made` counts those taken.
        if stage.op == Op::Linear.code() {
            return usize::from(self.engine.progress[s].made);
        }
        self.look_ahead(s);
        usize::from(self.engine.progress[s].from)
    }

    /// Finds out which rows the next tile of stage `s` reads, unless that is known; gives the rows that it makes.
    #[inline(always)]
    fn look_ahead(&mut self, s: usize) -> usize {
        if self.engine.progress[s].known == 0 {
            self.find_next_tile(s);
        }
        usize::from(self.engine.progress[s].rows)
    }

    #[inline(never)]
    fn find_next_tile(&mut self, s: usize) {
        let stage = &self.model.stages[s];
        let made = usize::from(self.engine.progress[s].made);
        let rows = stage.rows_at(made);
        let progress = &mut self.engine.progress[s];
        progress.known = 1;
        if rows == usize::from(progress.rows) && stage.op == Op::Conv.code() {
            // Another one like the last: the windows move on by as many groups of phases.
            let phases = usize::from(stage.phases_h);
            let (groups, rest) = if phases == 1 { (rows, 0) } else { (rows / phases, rows % phases) };
            if rest == 0 {
                let step = groups as u16 * stage.pool_h * stage.step_h;
                progress.from += step;
                progress.wanted += step;
                return;
            }
        }
        let (mut from, mut wanted) = (u16::MAX, u16::MAX);
        if rows > 0 {
            let phases = Phases::typed(phases_of(stage, self.model.data));
            // From the last row to the first, in one place in the code.
            for row in [made + rows - 1, made] {
                let window = stage.window::<K>(row, &phases);
                from = window.0 as u16;
                wanted = if row == made && rows > 1 { wanted } else { window.1 as u16 };
            }
        }
        (progress.rows, progress.from, progress.wanted) = (rows as u16, from, wanted);
    }

    /// Makes room for `rows` more rows of the map in front of stage `s`, behind any top padding.
    fn make_room(&mut self, s: usize, rows: usize) -> bool {
        let buffer = &self.model.stages[s].input;
        if self.engine.progress[s].ready == 0 {
            let start = buffer.offset as usize;
            fill(&mut self.arena[start..start + buffer.bytes()], padding::<K>(buffer));
            let progress = &mut self.engine.progress[s];
            (progress.ready, progress.have) = (1, buffer.pad_top.min(buffer.rows - lead::<K>(buffer) as u16));
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
        let fields = reads_fields(K) && buffer.is_fields();
        let held = have - base + lead::<K>(buffer);
        if held + rows <= usize::from(buffer.rows) {
            return true;
        }
        let mut drop = self.needed_from(s).min(have);
        if fields {
            drop = buffer.base_for(usize::from(self.engine.progress[s].made), drop).min(have & !1);
        }
        drop -= base;
        if drop == 0 || held - drop + rows > usize::from(buffer.rows) {
            return false;
        }
        let (start, pitch) = (buffer.offset as usize, buffer.pitch as usize);
        if (reads_pairs(K) || fields) && buffer.is_signal() {
            let strip: &mut [u32] = bytemuck::cast_slice_mut(&mut self.arena[start..start + buffer.bytes()]);
            let (drop, keep) = if fields { (drop / 2, (held - drop).div_ceil(2)) } else { (drop, held - drop) };
            let plane = buffer.plane as usize / 4;
            if !crate::arch::move_planes(strip, plane, drop, keep) {
                strip.chunks_exact_mut(plane).for_each(|rows| crate::arch::move_down(rows, drop, keep));
            }
        } else if (drop * pitch).is_multiple_of(4) {
            let words: &mut [u32] = bytemuck::cast_slice_mut(&mut self.arena[start..start + buffer.bytes()]);
            crate::arch::move_down(words, drop * pitch / 4, ((have - base - drop) * pitch).div_ceil(4));
        } else {
            // Rows of two bytes, an odd number of them.
            let halves: &mut [u16] = bytemuck::cast_slice_mut(&mut self.arena[start..start + buffer.bytes()]);
            for i in 0..(have - base - drop) * pitch / 2 {
                halves[i] = halves[i + drop * pitch / 2];
            }
        }
        self.engine.progress[s].base = (base + drop) as u16;
        true
    }

    /// Puts a row of padding in front of stage `s`.
    fn add_padding(&mut self, s: usize) -> bool {
        if !self.shift_for(s, 1) {
            return false;
        }
        let buffer = &self.model.stages[s].input;
        let left = left::<K>(buffer);
        let mut at = self.next_row(s) - left;
        let pitch = buffer.pitch as usize;
        if reads_fields(K) && buffer.is_fields() {
            for channel in 0..buffer.planes() {
                put_field(self.arena, at + left + channel * buffer.plane as usize, buffer.pad_value);
            }
        } else if reads_pairs(K) && buffer.is_signal() {
            for _ in 0..buffer.planes() {
                fill(&mut self.arena[at..at + pitch], 0);
                at += buffer.plane as usize;
            }
        } else {
            fill(&mut self.arena[at..at + pitch], padding::<K>(buffer));
        }
        self.engine.progress[s].have += 1;
        true
    }

    /// Arena offset of the first value of the next row in front of stage `s`; room must have been made.
    fn next_row(&self, s: usize) -> usize {
        let buffer = &self.model.stages[s].input;
        let Progress { base, have, .. } = self.engine.progress[s];
        buffer.offset as usize + usize::from(have - base) * buffer.pitch as usize + left::<K>(buffer)
    }

    /// Puts rows of padding in front of stage `s`, where nothing else may come, until `wanted` rows are there; whether
    /// they are.
    fn pad_to(&mut self, s: usize, wanted: usize) -> bool {
        let buffer = &self.model.stages[s].input;
        while usize::from(self.engine.progress[s].have) < wanted {
            let progress = &self.engine.progress[s];
            let above = progress.ready == 1 && progress.have < buffer.pad_top;
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
        if has(K, operator(Op::Linear, 8)) && op == Op::Linear {
            return self.step_linear(s, sink, probe);
        }
        let rows = self.look_ahead(s);
        if rows == 0 {
            return Step::Waits;
        }
        let Progress { have, made, wanted, .. } = self.engine.progress[s];
        if have < wanted && !self.pad_to(s, usize::from(wanted)) {
            return Step::Waits;
        }
        if !self.room_behind(s, rows) {
            return Step::Blocked;
        }
        probe.begin(s);
        let (base, data, made) = (usize::from(self.engine.progress[s].base), self.model.data, usize::from(made));
        let place = self.place_behind(s);
        let task = &mut RowTask { stage, data, arena: self.arena, base, y: made, out: place.at };
        if !forms::run::<K>(task, &place, rows) && any_portable(K) {
            for i in 0..rows {
                let out = if converts::<K>(&place) { stage.staging_offset as usize } else { place.row(i) };
                ops::run::<K>(op, &mut RowTask { stage, data, arena: self.arena, base, y: made + i, out });
                if converts::<K>(&place) {
                    place.put_row::<K>(self.arena, place.row(i), out);
                }
            }
        }
        probe.end(s);
        self.deliver(s, rows, &place, sink, probe);
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
        let place = self.place_behind(s);
        let out = if converts::<K>(&place) { stage.staging_offset as usize } else { place.at };
        ops::finish(&mut RowTask { stage, data, arena: self.arena, base: 0, y: 0, out });
        if converts::<K>(&place) {
            place.put_row::<K>(self.arena, place.at, out);
        }
        self.deliver(s, 1, &place, sink, probe);
        Step::Worked
    }

    /// Whether the rows that stage `s` makes have room behind it.
    fn room_behind(&mut self, s: usize, rows: usize) -> bool {
        // The last stage of a run hands its rows over at once.
        s + 1 == self.end || self.make_room(s + 1, rows)
    }

    /// Where the rows of the tile that stage `s` is about to make go.
    fn place_behind(&self, s: usize) -> Place {
        if s + 1 == self.model.stages.len() {
            Place::behind(&self.model.stages[s], self.model.header.sink_offset as usize)
        } else {
            Place::in_strip(&self.model.stages[s + 1].input, self.next_row(s + 1))
        }
    }

    /// Counts the rows of a tile, and hands them over behind the last stage.
    fn deliver(&mut self, s: usize, rows: usize, place: &Place, sink: &mut impl Sink, probe: &mut impl Probe) {
        let first = match self.model.stages[s].op {
            op if op == Op::Linear.code() => 0,
            _ => usize::from(self.engine.progress[s].made),
        };
        for i in 0..rows {
            let row = place.row(i);
            probe.row(s, first + i, (0..place.len).map(|v| place.get::<K>(self.arena, row, v)));
        }
        if s + 1 == self.end {
            sink.rows(self.arena, place, rows);
        }
        self.engine.progress[s].made += rows as u16;
        self.engine.progress[s].known = 0;
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

    /// Where the rows that enter next go, and how many of them the first stage can take before it has to work. Padding
    /// alone may fill the strip; then the stages work first, after which there is room by the plan's checks.
    pub(crate) fn entry(&mut self, sink: &mut impl Sink, probe: &mut impl Probe) -> Option<(Place, usize)> {
        if !self.make_room(self.first, 1) {
            self.drain(sink, probe);
        }
        if !self.make_room(self.first, 1) {
            return None;
        }
        let buffer = &self.model.stages[self.first].input;
        let place = Place::in_strip(buffer, self.next_row(self.first));
        if Self::op(&self.model.stages[self.first]) != Some(Op::Linear) {
            self.look_ahead(self.first);
        }
        let Progress { base, have, wanted, .. } = self.engine.progress[self.first];
        let room = (base + buffer.rows).saturating_sub(have + lead::<K>(buffer) as u16);
        let left = (buffer.pad_top + buffer.height).saturating_sub(have);
        Some((place, usize::from(wanted.saturating_sub(have).min(room).min(left).max(1))))
    }

    /// The `rows` entering rows are complete: they count, and the stages work.
    pub(crate) fn enter(&mut self, rows: usize, sink: &mut impl Sink, probe: &mut impl Probe) {
        self.engine.progress[self.first].have += rows as u16;
        self.drain(sink, probe);
    }
}
