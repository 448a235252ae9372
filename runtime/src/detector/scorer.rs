//! Runs a model in an arena of the caller's: int8 in, scores out.

use super::output::Reconstruction;
use super::window::Window;
use crate::error::ScorerError;
use crate::exec::Probe;
use crate::input::{Counts, Encoded, Physical, Unit};
use crate::kernel_set::{KernelSet, NativeKernels};
use crate::model::{Aligned, Model};
use crate::plan::Tensor;
use crate::score::Score;

/// Runs a model in `ARENA` bytes of its own: the number that the model states ([`Model::arena_bytes`], the constant
/// `ARENA_BYTES` of a compiled-in model).
pub type Scorer<'m, const ARENA: usize, K = NativeKernels> = StreamScorer<'m, Aligned<[u8; ARENA]>, K>;

/// Runs a model in an arena of the caller's choice: an array, a static slice, a vector on a workstation.
///
/// This is the lower level. Samples as they come from the sensor go in by [`StreamScorer::push_counts`] and
/// [`StreamScorer::push_physical`], a step of all channels at a time, or a window at once by [`StreamScorer::score_counts`] and
/// [`StreamScorer::score_physical`]. The network's int8 values go in by [`StreamScorer::push`], one at a time, or a window at
/// once by the other methods. A window is `[step][channel]`; for an image `[row][column][channel]`.
#[derive(Debug, Clone)]
pub struct StreamScorer<'m, A, K: KernelSet = NativeKernels> {
    model: Model<'m, K>,
    window: Window,
    arena: A,
}

fn expect(tensor: &Tensor, given: usize) -> Result<(), ScorerError> {
    let expected = tensor.len();
    if expected == given { Ok(()) } else { Err(ScorerError::Length { expected, given }) }
}

impl<'m, const ARENA: usize, K: KernelSet> Scorer<'m, ARENA, K> {
    /// Prepares to run `model` in `ARENA` bytes.
    ///
    /// # Errors
    /// [`ScorerError::Arena`] when `ARENA` is smaller than the model needs.
    pub fn new(model: &Model<'m, K>) -> Result<Self, ScorerError> {
        Self::with_arena(model, Aligned([0; ARENA]))
    }
}

impl<'m, A: AsMut<[u8]>, K: KernelSet> StreamScorer<'m, A, K> {
    /// Prepares to run `model` in `arena`, which must start on a multiple of 8.
    ///
    /// # Errors
    /// [`ScorerError::Arena`] when the arena is smaller than the model needs, [`ScorerError::Misaligned`] where it
    /// starts elsewhere.
    pub fn with_arena(model: &Model<'m, K>, mut arena: A) -> Result<Self, ScorerError> {
        let bytes = arena.as_mut();
        if bytes.len() < model.arena_bytes() {
            return Err(ScorerError::Arena { needed: model.arena_bytes(), given: bytes.len() });
        }
        if bytes.as_ptr().align_offset(8) != 0 {
            return Err(ScorerError::Misaligned);
        }
        Ok(Self { model: *model, window: Window::new(), arena })
    }

    /// Samples of the current window that have come and whose reconstruction has not.
    pub fn waiting(&self) -> usize {
        self.window.waiting()
    }

    /// Whether a value of the reconstruction came before the sample at its place, which no plan of the compiler does: then it
    /// has no residual.
    pub fn is_ahead(&self) -> bool {
        self.window.is_ahead()
    }

    /// Forgets the samples of a window that was not finished.
    pub fn reset(&mut self) {
        self.window.reset();
    }

    /// Takes one int8 value of the current window; with its last one, gives the window's score and starts the next window.
    pub fn push(&mut self, sample: i8) -> Option<Score> {
        self.window.push(&self.model, self.arena.as_mut(), sample, &mut (), &mut ())
    }

    /// Takes a step of counts, one a channel, as the converter gives them; with the window's last one, gives the window's score and
    /// starts the next window.
    ///
    /// # Errors
    /// [`ScorerError::Samples`] where the model takes physical values, [`ScorerError::Length`] unless there is one count a channel.
    pub fn push_counts(&mut self, step: &[i32]) -> Result<Option<Score>, ScorerError> {
        self.push_step::<Counts>(step)
    }

    /// Takes a step of physical values, one a channel; with the window's last one, gives the window's score and starts the next
    /// window.
    ///
    /// # Errors
    /// [`ScorerError::Samples`] where the model takes counts, [`ScorerError::Length`] unless there is one value a channel.
    pub fn push_physical(&mut self, step: &[f32]) -> Result<Option<Score>, ScorerError> {
        self.push_step::<Physical>(step)
    }

    /// Takes a step that is encoded already, one value a channel, as a site's own encodings make them
    /// ([`SiteRecord::counts`](crate::settling::SiteRecord::counts)); with the window's last one, gives the window's score and starts the next
    /// window.
    ///
    /// # Errors
    /// [`ScorerError::Length`] unless there is one value a channel.
    pub fn push_encoded(&mut self, step: &[Encoded]) -> Result<Option<Score>, ScorerError> {
        let (expected, given) = (usize::from(self.model.input().channels), step.len());
        if expected != given {
            return Err(ScorerError::Length { expected, given });
        }
        Ok(self.window.push_encoded::<K>(&self.model, self.arena.as_mut(), step))
    }

    fn push_step<U: Unit>(&mut self, step: &[U::Raw]) -> Result<Option<Score>, ScorerError> {
        self.takes::<U>()?;
        let (expected, given) = (usize::from(self.model.input().channels), step.len());
        if expected != given {
            return Err(ScorerError::Length { expected, given });
        }
        Ok(self.window.push_step::<U, K>(&self.model, self.arena.as_mut(), step, &mut (), &mut ()))
    }

    /// Scores a window of counts, step by step, channel by channel. A window that was begun is dropped.
    ///
    /// # Errors
    /// [`ScorerError::Samples`] where the model takes physical values, [`ScorerError::Length`] unless the window has exactly the
    /// input's values.
    pub fn score_counts(&mut self, window: &[i32]) -> Result<Score, ScorerError> {
        self.score_raw::<Counts>(window)
    }

    /// Scores a window of physical values, step by step, channel by channel. A window that was begun is dropped.
    ///
    /// # Errors
    /// [`ScorerError::Samples`] where the model takes counts, [`ScorerError::Length`] unless the window has exactly the input's
    /// values.
    pub fn score_physical(&mut self, window: &[f32]) -> Result<Score, ScorerError> {
        self.score_raw::<Physical>(window)
    }

    fn score_raw<U: Unit>(&mut self, window: &[U::Raw]) -> Result<Score, ScorerError> {
        self.takes::<U>()?;
        self.no_stream()?;
        expect(self.model.input(), window.len())?;
        self.window.reset();
        let mut score = Score::default();
        for step in window.chunks(usize::from(self.model.input().channels).max(1)) {
            if let Some(done) = self.window.push_step::<U, K>(&self.model, self.arena.as_mut(), step, &mut (), &mut ())
            {
                score = done;
            }
        }
        Ok(score)
    }

    fn no_stream(&self) -> Result<(), ScorerError> {
        if self.model.is_stream() { Err(ScorerError::Stream) } else { Ok(()) }
    }

    fn takes<U: Unit>(&self) -> Result<(), ScorerError> {
        let expected = self.model.sample_kind();
        if expected == U::KIND { Ok(()) } else { Err(ScorerError::Samples { expected }) }
    }

    fn whole(
        &mut self,
        window: &[i8],
        output: &mut impl Reconstruction,
        probe: &mut impl Probe,
    ) -> Result<Score, ScorerError> {
        self.no_stream()?;
        expect(self.model.input(), window.len())?;
        Ok(self.window.score(&self.model, self.arena.as_mut(), window, output, probe))
    }

    /// Scores a window of int8 values. A window begun with [`StreamScorer::push`] is dropped.
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

    /// As [`StreamScorer::reconstruct`], showing `probe` each row that each stage makes.
    ///
    /// # Errors
    /// As [`StreamScorer::reconstruct`].
    pub fn trace(
        &mut self,
        window: &[i8],
        mut output: &mut [i8],
        probe: &mut impl Probe,
    ) -> Result<Score, ScorerError> {
        expect(self.model.output(), output.len())?;
        self.whole(window, &mut output, probe)
    }

    /// Writes what the encoder makes of a window to `latents`.
    ///
    /// # Errors
    /// [`ScorerError::Length`] unless both have exactly the tensors' values.
    pub fn encode(&mut self, window: &[i8], latents: &mut [i8]) -> Result<(), ScorerError> {
        expect(self.model.input(), window.len())?;
        expect(self.model.latent(), latents.len())?;
        let end = usize::from(self.model.header.encoder_stages);
        self.window.run_part(self.model, self.arena.as_mut(), [0, end], window, latents);
        Ok(())
    }

    /// Writes what the decoder makes of `latents` to `output`.
    ///
    /// # Errors
    /// [`ScorerError::Length`] unless both have exactly the tensors' values.
    pub fn decode(&mut self, latents: &[i8], output: &mut [i8]) -> Result<(), ScorerError> {
        expect(self.model.latent(), latents.len())?;
        expect(self.model.output(), output.len())?;
        let (first, end) = (usize::from(self.model.header.encoder_stages), self.model.stages.len());
        self.window.run_part(self.model, self.arena.as_mut(), [first, end], latents, output);
        Ok(())
    }
}
