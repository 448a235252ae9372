//! The state of a window: what has come, what waits for its reconstruction, what it scores so far. Neither model nor arena
//! lies in it, and it is all 0 at the start, so a detector in static memory costs no flash.

use super::entry::Entry;
use super::output::{CopyRows, Reconstruction, ScoreRows};
use crate::exec::{Probe, Scheduler, StageRange};
use crate::input::{Encoded, Unit};
use crate::kernel_set::KernelSet;
use crate::model::Model;
use crate::plan::Span;
use crate::plan::row_layout::RowLayout;
use crate::rows;
use crate::score::{History, PartStates, Residuals, Score, keeps_parts, takes_input};

/// What has come of a window.
#[derive(Debug, Clone)]
pub(super) struct Window {
    scheduler: Scheduler,
    residuals: Residuals,
    /// Samples that have come.
    entered: u32,
    /// Of these, outside the range that int8 holds.
    outside: u32,
    /// Samples whose reconstruction has come.
    scored: u32,
    /// Where the next sample goes in the delay line.
    delay_in: u32,
    /// Where the next sample whose reconstruction comes lies there.
    delay_out: u32,
    /// Where the rows that enter go.
    entry: Entry,
}

impl Window {
    pub(super) const fn new() -> Self {
        Self {
            scheduler: Scheduler::new(),
            residuals: Residuals::NONE,
            entered: 0,
            outside: 0,
            scored: 0,
            delay_in: 0,
            delay_out: 0,
            entry: Entry::NONE,
        }
    }

    /// Samples that have come and whose reconstruction has not.
    pub(super) fn waiting(&self) -> usize {
        self.entered.saturating_sub(self.scored) as usize
    }

    /// Whether a reconstruction came before its sample, so that it has no residual.
    pub(super) fn is_ahead(&self) -> bool {
        self.scored > self.entered
    }

    /// Forgets the samples of a window that was not finished.
    pub(super) fn reset(&mut self) {
        self.scheduler.reset();
        self.residuals.reset();
        (self.entered, self.outside, self.scored, self.delay_in, self.delay_out) = (0, 0, 0, 0, 0);
        self.entry.clear();
    }

    /// Takes a sample; with the window's last one, gives its score.
    pub(super) fn push<K: KernelSet>(
        &mut self,
        model: &Model<'_, K>,
        arena: &mut [u8],
        sample: i8,
        output: &mut impl Reconstruction,
        probe: &mut impl Probe,
    ) -> Option<Score> {
        let header = model.header;
        if let Some(to) = arena.get_mut(header.delay_offset as usize + self.delay_in as usize) {
            *to = sample as u8;
        }
        self.entered += 1;
        if (keeps_parts::<K>() || K::STREAM) && self.entered == 1 {
            // The window before may have been dropped, or another model have run in the arena.
            let state = Span { bytes: header.part_state.bytes + header.history.bytes, ..header.part_state };
            if let Some(state) = state.of_mut(arena) {
                PartStates::new(state).reset();
            }
        }
        self.wait(model, arena, 1);
        if model.is_stream()
            && let Some(mut history) =
                header.history.of_mut(arena).and_then(|bytes| History::new::<K>(&model.scored(), bytes))
        {
            history.enter(core::mem::take(&mut self.outside) > 0);
        }
        if self.entry.is_some() && !self.entry.take::<K>(arena, sample) {
            return None;
        }
        self.advance(model, arena, sample, output, probe)
    }

    /// So many samples lie in the delay line behind those before.
    #[inline(always)]
    fn wait<K: KernelSet>(&mut self, model: &Model<'_, K>, arena: &mut [u8], count: u32) {
        self.delay_in += count;
        if self.delay_in == model.header.delay_bytes {
            if takes_input::<K>() {
                self.take_input(model, arena);
            }
            self.delay_in = 0;
        }
    }

    /// The parts of the input take the samples that came since the delay line began anew, one behind the other: a whole line at a time, so
    /// that what a call costs is shared by all of them.
    #[inline(never)]
    fn take_input<K: KernelSet>(&self, model: &Model<'_, K>, arena: &mut [u8]) {
        let header = model.header;
        // A stream's history takes its samples with their reconstructions.
        if model.is_stream() {
            return;
        }
        let state = &header.part_state;
        let Some((front, behind)) = arena.split_at_mut_checked(state.offset as usize) else { return };
        let start = header.delay_offset as usize;
        let (Some(inputs), Some(state)) =
            (front.get(start..start + self.delay_in as usize), behind.get_mut(..state.bytes as usize))
        else {
            return;
        };
        PartStates::new(state).extend_input::<K>(&model.scored(), inputs);
    }

    /// Rows are complete, or there was no place yet for this sample's.
    #[inline(never)]
    fn advance<K: KernelSet>(
        &mut self,
        model: &Model<'_, K>,
        arena: &mut [u8],
        sample: i8,
        output: &mut impl Reconstruction,
        probe: &mut impl Probe,
    ) -> Option<Score> {
        let header = model.header;
        let mut range =
            StageRange { scheduler: &mut self.scheduler, model: *model, arena, first: 0, end: model.stages.len() };
        let mut rows = ScoreRows {
            model: *model,
            residuals: &mut self.residuals,
            entered: self.entered,
            scored: &mut self.scored,
            delay_out: &mut self.delay_out,
            output,
        };
        if !self.entry.is_some() {
            let places = range.entry(&mut self.entry.layout, &mut rows, probe);
            if places > 0 {
                self.entry.start(places);
                self.entry.take::<K>(range.arena, sample);
            }
        }
        let complete = self.entry.rows;
        if complete > 0 && self.entry.is_done() {
            self.entry.clear();
            range.enter(complete, &mut rows, probe);
        }
        if model.is_stream() {
            return self.stream(model, arena);
        }
        if self.entered as usize == header.input.len() {
            let mut score = Score { outside: self.outside, ..self.residuals.score(usize::from(header.step)) };
            if takes_input::<K>() {
                self.take_input(model, arena);
            }
            if keeps_parts::<K>()
                && header.scores()
                && let Some(state) = header.part_state.of_mut(arena)
            {
                PartStates::new(state).finish::<K>(&model.scored(), &mut score);
            }
            self.reset();
            return Some(score);
        }
        None
    }

    /// The score of a window that has just become complete on an endless stream; before the map's end comes, the counters of all rows
    /// go back by half of it.
    fn stream<K: KernelSet>(&mut self, model: &Model<'_, K>, arena: &mut [u8]) -> Option<Score> {
        let header = model.header;
        let (front, behind) = arena.split_at_mut_checked(header.history.offset as usize)?;
        let state = header.part_state.of_mut(front)?;
        let history = behind.get_mut(..header.history.bytes as usize)?;
        let score =
            History::new::<K>(&model.scored(), history)?.score::<K>(&model.scored(), &mut PartStates::new(state));
        let half = (header.input.len() / 2) as u32;
        if self.entered >= half + half / 2 && !self.entry.is_some() {
            let end = model.stages.len();
            let mut range = StageRange { scheduler: &mut self.scheduler, model: *model, arena, first: 0, end };
            if !range.go_back() || self.scored < half {
                // A made-up plan whose rows lie further behind than a quarter of its map.
                self.reset();
                return None;
            }
            (self.entered, self.scored) = (self.entered - half, self.scored - half);
        }
        score
    }

    /// Takes a step: a sample of each channel, as it came from the sensor. With the window's last one, gives its score.
    ///
    /// The model's samples must be `U`.
    pub(super) fn push_step<U: Unit, K: KernelSet>(
        &mut self,
        model: &Model<'_, K>,
        arena: &mut [u8],
        step: &[U::Raw],
        output: &mut impl Reconstruction,
        probe: &mut impl Probe,
    ) -> Option<Score> {
        for (channel, sample) in step.iter().enumerate() {
            let Some(encoding) = model.encoding::<U>(channel) else { break };
            let Encoded { value, outside } = U::encode(encoding, *sample);
            self.outside += u32::from(outside);
            // The window ends with the last channel of its last step.
            let score = self.push(model, arena, value, output, probe);
            if score.is_some() {
                return score;
            }
        }
        None
    }

    /// Takes a step that is encoded already.
    pub(super) fn push_encoded<K: KernelSet>(
        &mut self,
        model: &Model<'_, K>,
        arena: &mut [u8],
        step: &[Encoded],
    ) -> Option<Score> {
        for Encoded { value, outside } in step {
            self.outside += u32::from(*outside);
            let score = self.push(model, arena, *value, &mut (), &mut ());
            if score.is_some() {
                return score;
            }
        }
        None
    }

    /// Takes as many samples as do nothing but fill rows of a one-channel signal, `places` and all but the last at most;
    /// gives their number.
    fn fill<K: KernelSet>(&mut self, model: &Model<'_, K>, arena: &mut [u8], samples: &[i8], places: usize) -> usize {
        let header = model.header;
        let entry = &mut self.entry;
        let room = header.delay_bytes.saturating_sub(self.delay_in) as usize;
        let count = places.min(room).min(samples.len().saturating_sub(1));
        let wait = (header.delay_offset + self.delay_in) as usize;
        let (Some(samples), Some(waiting)) = (samples.get(..count), arena.get_mut(wait..wait + count)) else {
            return 0;
        };
        if count == 0 {
            return 0;
        }
        for (to, from) in waiting.iter_mut().zip(samples) {
            *to = *from as u8;
        }
        entry.take_in_bulk::<K>(arena, samples);
        self.entered += count as u32;
        self.wait(model, arena, count as u32);
        count
    }

    /// Scores a whole window, as long as the model's input.
    pub(super) fn score<K: KernelSet>(
        &mut self,
        model: &Model<'_, K>,
        arena: &mut [u8],
        mut samples: &[i8],
        output: &mut impl Reconstruction,
        probe: &mut impl Probe,
    ) -> Score {
        self.reset();
        let mut score = Score::default();
        while !samples.is_empty() {
            let places = self.entry.room_in_bulk::<K>();
            let filled = if places == 0 { 0 } else { self.fill(model, arena, samples, places) };
            let Some((sample, later)) = samples.get(filled..).and_then(<[i8]>::split_first) else { break };
            if let Some(done) = self.push(model, arena, *sample, output, probe) {
                score = done;
            }
            samples = later;
        }
        score
    }

    /// Runs stages `first` to `end` on a map of bytes.
    pub(super) fn run_part<K: KernelSet>(
        &mut self,
        model: Model<'_, K>,
        arena: &mut [u8],
        [first, end]: [usize; 2],
        input: &[i8],
        output: &mut [i8],
    ) {
        self.reset();
        let Some(row) = model.stages.get(first).map(|stage| stage.input.row_len()).filter(|_| first < end) else {
            return;
        };
        let mut range = StageRange { scheduler: &mut self.scheduler, model, arena, first, end };
        let mut to = CopyRows { to: output, filled: 0, kernels: core::marker::PhantomData::<K> };
        let mut layout = RowLayout::NONE;
        for values in input.chunks_exact(row.max(1)) {
            if range.entry(&mut layout, &mut to, &mut ()) > 0 {
                for (i, value) in values.iter().enumerate() {
                    rows::put::<K>(&layout, range.arena, layout.at, i, *value);
                }
            }
            range.enter(1, &mut to, &mut ());
        }
        self.reset();
    }
}
