//! A detector whose model is compiled in: constant, infallible, nothing to put together.

use super::output::Reconstruction;
use super::window::Window;
use crate::input::{Step, Unit};
use crate::kernel_set::KernelSet;
use crate::model::{Aligned, Model};
use crate::score::{Alarm, Score, Verdict};
use core::marker::PhantomData;

/// A model as a type. The generator writes one beside the records (`device.rs`).
pub trait CompiledModel: 'static {
    /// The routines that the stages call.
    type Kernels: KernelSet;
    /// What samples are.
    type Unit: Unit;
    /// The model; making this constant checks it.
    const MODEL: Model<'static, Self::Kernels>;
}

/// Watches a signal with a compiled-in model `M`: `ARENA` bytes of working memory, windows of `WINDOW` steps, a step being a sample
/// of each of `CHANNELS` channels (for an image: the channels of a pixel, row by row). `device.rs` names the type that fits as
/// `Detector`.
///
/// Samples go in as they come from the sensor, see [`Step`](crate::Step): the model brings them to the network's range itself,
/// with the bits of the workstation. All 0 at the start, so that a static one costs no flash:
///
/// ```
/// # #![allow(dead_code)]
/// mod pump {
///     include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/pump/device.rs"));
/// }
/// use static_cell::ConstStaticCell;
///
/// static DETECTOR: ConstStaticCell<pump::Detector> = ConstStaticCell::new(pump::Detector::new());
/// let detector = DETECTOR.take();
/// # let (mut alarm, samples) = (false, [2048_u16; 1000]);
/// for sample in samples {
///     // With three channels: detector.push([x, y, z]).
///     if let Some(verdict) = detector.push(sample) {
///         alarm = verdict.is_anomaly();
///     }
/// }
/// assert!(alarm, "a signal that stands still is no normal one");
/// ```
///
/// A model of counts takes no physical values:
///
/// ```compile_fail,E0277
/// # #![allow(dead_code)]
/// # mod pump {
/// #     include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/pump/device.rs"));
/// # }
/// pump::Detector::new().push(1.5_f32);
/// ```
#[derive(Debug)]
pub struct Detector<M: CompiledModel, const ARENA: usize, const CHANNELS: usize, const WINDOW: usize> {
    window: Window,
    alarm: Alarm,
    arena: Aligned<[u8; ARENA]>,
    model: PhantomData<M>,
}

impl<M: CompiledModel, const ARENA: usize, const CHANNELS: usize, const WINDOW: usize> Default
    for Detector<M, ARENA, CHANNELS, WINDOW>
{
    fn default() -> Self {
        Self::new()
    }
}

impl<M: CompiledModel, const ARENA: usize, const CHANNELS: usize, const WINDOW: usize>
    Detector<M, ARENA, CHANNELS, WINDOW>
{
    /// A detector that has seen nothing. Does not compile where a constant is not the model's.
    pub const fn new() -> Self {
        const {
            assert!(M::MODEL.arena_bytes() <= ARENA, "the arena is smaller than the model needs");
            assert!(M::MODEL.input().channels as usize == CHANNELS, "the model has another number of channels");
            assert!(
                M::MODEL.window() == WINDOW || M::MODEL.input().len() == CHANNELS * WINDOW,
                "the model's window has another length"
            );
            assert!(M::MODEL.header().sample_kind == M::Unit::KIND.code(), "the model takes other samples");
        }
        Self { window: Window::new(), alarm: Alarm::NONE, arena: Aligned([0; ARENA]), model: PhantomData }
    }

    /// Takes a step: a sample of each channel, `[x, y, z]`, or just the sample where there is one channel. With the window's last
    /// one, gives the verdict, alarm included, and starts the next window. A model of streams gives a verdict on the last window every
    /// hop, as soon as its reconstruction is there.
    pub fn push(&mut self, step: impl Step<M::Unit, CHANNELS>) -> Option<Verdict> {
        let score = self.step(step, &mut ())?;
        let verdict = M::MODEL.verdict(score);
        let alarm = self.alarm.next(&M::MODEL.header().alarm, verdict.is_anomaly());
        Some(Verdict { alarm, ..verdict })
    }

    /// Scores a window at once, by itself: the alarm of the verdicts before does not see it. A window begun with [`Detector::push`] is
    /// dropped.
    pub fn score(&mut self, window: &[impl Step<M::Unit, CHANNELS>; WINDOW]) -> Verdict {
        const { assert!(M::MODEL.header().hop == 0, "a model of streams scores what is pushed") }
        self.reconstruct(window, &mut [])
    }

    /// Scores a window and writes its reconstruction, the network's int8 values, to `output`, as far as it goes.
    pub fn reconstruct(&mut self, window: &[impl Step<M::Unit, CHANNELS>; WINDOW], mut output: &mut [i8]) -> Verdict {
        const { assert!(M::MODEL.header().hop == 0, "a model of streams scores what is pushed") }
        self.window.reset();
        let mut score = Score::default();
        for step in window {
            if let Some(done) = self.step(*step, &mut output) {
                score = done;
            }
        }
        M::MODEL.verdict(score)
    }

    #[inline]
    fn step(&mut self, step: impl Step<M::Unit, CHANNELS>, output: &mut impl Reconstruction) -> Option<Score> {
        self.window.push_step::<M::Unit, M::Kernels>(&M::MODEL, &mut self.arena.0, &step.raw(), output, &mut ())
    }

    /// Forgets the samples of a window that was not finished, and the verdicts before.
    pub fn reset(&mut self) {
        self.alarm = Alarm::NONE;
        self.window.reset();
    }
}
