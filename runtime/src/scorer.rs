//! What firmware uses: windows or samples in, scores out.

use crate::engine::{Engine, Run, Sink};
use crate::error::ScorerError;
use crate::kernels::{ALL_KERNELS, reads_fields, reads_pairs};
use crate::model::{Aligned, Model};
use crate::place::Place;
use crate::plan::Tensor;
use crate::score::{Score, ScoreKeeper};

/// Watches the stages at work: for tests that look for the first differing layer, and for measuring.
pub trait Probe {
    /// Stage `stage` starts a piece of work.
    fn begin(&mut self, stage: usize) {
        let _ = stage;
    }
    /// It is done.
    fn end(&mut self, stage: usize) {
        let _ = stage;
    }
    /// It has made row `row`: its values, `[x][channel]`.
    fn row(&mut self, stage: usize, row: usize, values: impl ExactSizeIterator<Item = i8>) {
        let _ = (stage, row, values);
    }
}

impl Probe for () {}

/// Runs a model in `ARENA` bytes of its own: the number that the model states ([`Model::arena_bytes`], the constant
/// `ARENA_BYTES` of a compiled-in model).
pub type Scorer<'m, const ARENA: usize, const KERNELS: u64 = ALL_KERNELS> = ScorerIn<'m, Aligned<[u8; ARENA]>, KERNELS>;

/// Runs a model in an arena of the caller's choice: an array, a static slice, a vector on a workstation.
///
/// Samples go in by [`ScorerIn::push`] one at a time, or a window at once by the other methods. For a map they are
/// `[row][column][channel]`.
#[derive(Debug, Clone)]
pub struct ScorerIn<'m, A, const KERNELS: u64 = ALL_KERNELS> {
    model: Model<'m, KERNELS>,
    engine: Engine,
    keeper: ScoreKeeper,
    /// Samples of the current window that have come.
    entered: u32,
    /// Samples of the current window whose reconstruction has come.
    scored: u32,
    /// Where the next sample waits for its reconstruction.
    wait_in: u32,
    /// Where the next sample whose reconstruction comes waits.
    wait_out: u32,
    /// Where the rows that enter go.
    entry: Option<Entry>,
    arena: A,
}

/// Rows that enter together.
#[derive(Debug, Clone, Copy)]
struct Entry {
    place: Place,
    /// How many rows.
    rows: usize,
    /// How many of them are complete.
    done: usize,
    /// Values of the next that have come.
    values: usize,
    /// Where it starts.
    at: usize,
}

impl Entry {
    fn new((place, rows): (Place, usize)) -> Self {
        Self { place, rows, done: 0, values: 0, at: place.at }
    }

    /// Takes a value; whether all rows are complete.
    #[inline(always)]
    fn take<const K: u64>(&mut self, arena: &mut [u8], value: i8) -> bool {
        self.place.put::<K>(arena, self.at, self.values, value);
        self.values += 1;
        if self.values == self.place.len {
            self.values = 0;
            self.done += 1;
            self.at += self.place.pitch;
        }
        self.is_done()
    }

    /// Whether all rows are complete.
    fn is_done(&self) -> bool {
        self.done == self.rows
    }
}

/// Takes the reconstruction as it comes.
trait Output {
    /// `values` (int8 as bytes) come behind the first `from`.
    fn put(&mut self, from: usize, values: &[u8]);
}

/// Who only wants scores.
impl Output for () {
    fn put(&mut self, _from: usize, _values: &[u8]) {}
}

impl Output for &mut [i8] {
    fn put(&mut self, from: usize, values: &[u8]) {
        if let Some(to) = self.get_mut(from..from + values.len()) {
            to.copy_from_slice(bytemuck::cast_slice(values));
        }
    }
}

/// Scores rows against the samples that wait, and hands them on.
struct ScoreSink<'s, O> {
    scores: bool,
    keeper: &'s mut ScoreKeeper,
    scored: &'s mut u32,
    wait_out: &'s mut u32,
    delay_offset: usize,
    delay_bytes: usize,
    output: &'s mut O,
}

impl<O: Output> Sink for ScoreSink<'_, O> {
    /// What comes out last are bytes, row behind row.
    fn rows(&mut self, arena: &[u8], place: &Place, rows: usize) {
        let outputs = &arena[place.at..place.at + rows * place.len];
        if self.scores {
            let waiting = &arena[self.delay_offset..self.delay_offset + self.delay_bytes];
            let mut left = outputs;
            // The waiting samples lie in a ring, so they come in at most two pieces.
            while !left.is_empty() {
                let wait = *self.wait_out as usize;
                let count = left.len().min(waiting.len() - wait).min(1 << 16);
                let (now, later) = left.split_at(count);
                self.keeper.extend(&waiting[wait..wait + count], now);
                left = later;
                *self.wait_out = if wait + count == waiting.len() { 0 } else { (wait + count) as u32 };
            }
        }
        self.output.put(*self.scored as usize, outputs);
        *self.scored += outputs.len() as u32;
    }
}

fn copy_row<const K: u64>(arena: &[u8], place: &Place, row: usize, to: &mut [i8]) {
    for (i, v) in to.iter_mut().enumerate() {
        *v = place.get::<K>(arena, row, i);
    }
}

/// Copies rows.
struct CopySink<'s, const K: u64> {
    to: &'s mut [i8],
    filled: usize,
}

impl<const K: u64> Sink for CopySink<'_, K> {
    fn rows(&mut self, arena: &[u8], place: &Place, rows: usize) {
        for i in 0..rows {
            if let Some(to) = self.to.get_mut(self.filled..self.filled + place.len) {
                copy_row::<K>(arena, place, place.row(i), to);
            }
            self.filled += place.len;
        }
    }
}

fn expect(tensor: &Tensor, given: usize) -> Result<(), ScorerError> {
    let expected = tensor.len();
    if expected == given { Ok(()) } else { Err(ScorerError::Length { expected, given }) }
}

impl<'m, const ARENA: usize, const KERNELS: u64> Scorer<'m, ARENA, KERNELS> {
    /// Prepares to run `model` in `ARENA` bytes.
    ///
    /// # Errors
    /// [`ScorerError::Arena`] when `ARENA` is smaller than the model needs.
    pub fn new(model: &Model<'m, KERNELS>) -> Result<Self, ScorerError> {
        Self::with_arena(model, Aligned([0; ARENA]))
    }
}

impl<'m, A: AsMut<[u8]>, const KERNELS: u64> ScorerIn<'m, A, KERNELS> {
    /// Prepares to run `model` in `arena`, which must start on a multiple of 8.
    ///
    /// # Errors
    /// [`ScorerError::Arena`] when the arena is smaller than the model needs, [`ScorerError::Misaligned`] where it
    /// starts elsewhere.
    pub fn with_arena(model: &Model<'m, KERNELS>, mut arena: A) -> Result<Self, ScorerError> {
        let bytes = arena.as_mut();
        if bytes.len() < model.arena_bytes() {
            return Err(ScorerError::Arena { needed: model.arena_bytes(), given: bytes.len() });
        }
        if bytes.as_ptr().align_offset(8) != 0 {
            return Err(ScorerError::Misaligned);
        }
        Ok(Self {
            model: *model,
            engine: Engine::new(),
            keeper: ScoreKeeper::new(usize::from(model.header.stretch)),
            entered: 0,
            scored: 0,
            wait_in: 0,
            wait_out: 0,
            entry: None,
            arena,
        })
    }

    /// Samples of the current window that have come and whose reconstruction has not.
    pub fn waiting(&self) -> usize {
        self.entered.saturating_sub(self.scored) as usize
    }

    /// Forgets the samples of a window that was not finished.
    pub fn reset(&mut self) {
        self.engine.reset();
        self.keeper.reset();
        (self.entered, self.scored, self.wait_in, self.wait_out) = (0, 0, 0, 0);
        self.entry = None;
    }

    fn push_with(&mut self, sample: i8, output: &mut impl Output, probe: &mut impl Probe) -> Option<Score> {
        let header = self.model.header;
        let arena = self.arena.as_mut();
        arena[header.delay_offset as usize + self.wait_in as usize] = sample as u8;
        self.wait_in += 1;
        if self.wait_in == header.delay_bytes {
            self.wait_in = 0;
        }
        self.entered += 1;
        if let Some(entry) = &mut self.entry
            && !entry.take::<KERNELS>(arena, sample)
        {
            return None;
        }
        self.advance(sample, output, probe)
    }

    /// Rows are complete, or there was no place yet for this sample's.
    #[inline(never)]
    fn advance(&mut self, sample: i8, output: &mut impl Output, probe: &mut impl Probe) -> Option<Score> {
        let header = self.model.header;
        let end = self.model.stages.len();
        let arena = self.arena.as_mut();
        let mut run = Run { engine: &mut self.engine, model: self.model, arena, first: 0, end };
        let mut sink = ScoreSink {
            scores: header.scores(),
            keeper: &mut self.keeper,
            scored: &mut self.scored,
            wait_out: &mut self.wait_out,
            delay_offset: header.delay_offset as usize,
            delay_bytes: header.delay_bytes as usize,
            output,
        };
        if self.entry.is_none() {
            self.entry = run.entry(&mut sink, probe).map(Entry::new);
            if let Some(entry) = &mut self.entry {
                entry.take::<KERNELS>(run.arena, sample);
            }
        }
        if let Some(rows) = self.entry.as_ref().filter(|e| e.is_done()).map(|e| e.rows) {
            self.entry = None;
            run.enter(rows, &mut sink, probe);
        }
        if self.entered as usize == header.input.len() {
            let score = self.keeper.score();
            self.reset();
            return Some(score);
        }
        None
    }

    /// Takes one sample of the current window; with its last one, gives the window's score and starts the next window.
    pub fn push(&mut self, sample: i8) -> Option<Score> {
        self.push_with(sample, &mut (), &mut ())
    }

    /// Takes as many samples as do nothing but fill rows of a one-channel signal, all but the last at most; gives their
    /// number.
    fn fill(&mut self, samples: &[i8]) -> usize {
        let header = self.model.header;
        let Some(entry) = &mut self.entry else { return 0 };
        let (place, pairs) = (entry.place, reads_pairs(KERNELS) && entry.place.pairs);
        if place.len != 1
            || (reads_fields(KERNELS) && place.fields)
            || entry.rows - entry.done < 2
            || (pairs && place.pitch != 2)
        {
            return 0;
        }
        let arena = self.arena.as_mut();
        let room = (header.delay_bytes - self.wait_in) as usize;
        let count = (entry.rows - entry.done - 1).min(room).min(samples.len() - 1);
        let wait = (header.delay_offset + self.wait_in) as usize;
        for (to, from) in arena[wait..wait + count].iter_mut().zip(samples) {
            *to = *from as u8;
        }
        let strip = &mut arena[entry.at..entry.at + count * place.pitch];
        if pairs {
            let strip: &mut [i16] = bytemuck::cast_slice_mut(strip);
            for (to, from) in strip.iter_mut().zip(samples) {
                *to = (place.factor * (i32::from(*from) - place.zero)) as i16;
            }
        } else {
            let mut at = 0;
            for from in &samples[..count] {
                strip[at] = *from as u8;
                at += place.pitch;
            }
        }
        entry.done += count;
        entry.at += count * place.pitch;
        self.entered += count as u32;
        self.wait_in += count as u32;
        if self.wait_in == header.delay_bytes {
            self.wait_in = 0;
        }
        count
    }

    fn whole(&mut self, window: &[i8], output: &mut impl Output, probe: &mut impl Probe) -> Result<Score, ScorerError> {
        expect(self.model.input(), window.len())?;
        self.reset();
        let mut score = Score::default();
        let mut at = 0;
        while at < window.len() {
            at += self.fill(&window[at..]);
            if let Some(done) = self.push_with(window[at], output, probe) {
                score = done;
            }
            at += 1;
        }
        Ok(score)
    }

    /// Scores a window. A window begun with [`ScorerIn::push`] is dropped.
    ///
    /// # Errors
    /// [`ScorerError::Length`] unless it has exactly the input's values.
    pub fn score(&mut self, window: &[i8]) -> Result<Score, ScorerError> {
        self.whole(window, &mut (), &mut ())
    }

    /// Scores a window and writes its reconstruction to `output`.
    ///
    /// # Errors
    /// [`ScorerError::Length`] unless both have exactly the tensors' values.
    pub fn reconstruct(&mut self, window: &[i8], mut output: &mut [i8]) -> Result<Score, ScorerError> {
        expect(self.model.output(), output.len())?;
        self.whole(window, &mut output, &mut ())
    }

    /// As [`ScorerIn::reconstruct`], showing `probe` each row that each stage makes.
    ///
    /// # Errors
    /// As [`ScorerIn::reconstruct`].
    pub fn trace(
        &mut self,
        window: &[i8],
        mut output: &mut [i8],
        probe: &mut impl Probe,
    ) -> Result<Score, ScorerError> {
        expect(self.model.output(), output.len())?;
        self.whole(window, &mut output, probe)
    }

    fn run_part(&mut self, first: usize, end: usize, input: &[i8], output: &mut [i8]) {
        self.reset();
        if first >= end {
            return;
        }
        let arena = self.arena.as_mut();
        let mut run = Run { engine: &mut self.engine, model: self.model, arena, first, end };
        let mut sink = CopySink::<KERNELS> { to: output, filled: 0 };
        for row in input.chunks_exact(self.model.stages[first].input.row_len()) {
            if let Some((place, _)) = run.entry(&mut sink, &mut ()) {
                for (i, value) in row.iter().enumerate() {
                    place.put::<KERNELS>(run.arena, place.at, i, *value);
                }
            }
            run.enter(1, &mut sink, &mut ());
        }
        self.reset();
    }

    /// Writes what the encoder makes of a window to `latents`.
    ///
    /// # Errors
    /// [`ScorerError::Length`] unless both have exactly the tensors' values.
    pub fn encode(&mut self, window: &[i8], latents: &mut [i8]) -> Result<(), ScorerError> {
        expect(self.model.input(), window.len())?;
        expect(self.model.latent(), latents.len())?;
        self.run_part(0, usize::from(self.model.header.encoder_stages), window, latents);
        Ok(())
    }

    /// Writes what the decoder makes of `latents` to `output`.
    ///
    /// # Errors
    /// [`ScorerError::Length`] unless both have exactly the tensors' values.
    pub fn decode(&mut self, latents: &[i8], output: &mut [i8]) -> Result<(), ScorerError> {
        expect(self.model.latent(), latents.len())?;
        expect(self.model.output(), output.len())?;
        self.run_part(usize::from(self.model.header.encoder_stages), self.model.stages.len(), latents, output);
        Ok(())
    }
}
