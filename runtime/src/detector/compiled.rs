//! A detector whose model is compiled in: constant, infallible, nothing to put together.

use super::window::Window;
use crate::arith::quantize;
use crate::kernel_set::KernelSet;
use crate::model::{Aligned, Model};
use crate::score::{Score, Verdict};
use core::marker::PhantomData;

/// A model as a type. The generator writes one beside the records (`device.rs`).
pub trait CompiledModel: 'static {
    /// The routines that the stages call.
    type Kernels: KernelSet;
    /// The model; making this constant checks it.
    const MODEL: Model<'static, Self::Kernels>;
}

/// Watches a signal with a compiled-in model `M`: `ARENA` bytes of working memory, windows of `INPUT` values. `device.rs` names the
/// type that fits as `Detector`.
///
/// All 0 at the start, so that a static one costs no flash:
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
/// # let (mut alarm, samples) = (false, [0; 1000]);
/// for sample in samples {
///     if let Some(verdict) = detector.push(sample) {
///         alarm = verdict.is_anomaly();
///     }
/// }
/// assert!(alarm, "a signal that stands still is no normal one");
/// ```
#[derive(Debug)]
pub struct Detector<M: CompiledModel, const ARENA: usize, const INPUT: usize> {
    window: Window,
    arena: Aligned<[u8; ARENA]>,
    model: PhantomData<M>,
}

impl<M: CompiledModel, const ARENA: usize, const INPUT: usize> Default for Detector<M, ARENA, INPUT> {
    fn default() -> Self {
        Self::new()
    }
}

impl<M: CompiledModel, const ARENA: usize, const INPUT: usize> Detector<M, ARENA, INPUT> {
    /// A detector that has seen nothing. Does not compile where `ARENA` or `INPUT` is not the model's.
    pub const fn new() -> Self {
        const {
            assert!(M::MODEL.arena_bytes() <= ARENA, "the arena is smaller than the model needs");
            assert!(M::MODEL.input().len() == INPUT, "the model's window has another length");
        }
        Self { window: Window::new(), arena: Aligned([0; ARENA]), model: PhantomData }
    }

    fn judged(score: Score) -> Verdict {
        Verdict { score, decision: M::MODEL.threshold().decide(&score) }
    }

    /// Takes one sample in the network's int8 values; with the window's last one, gives the verdict and starts the next window.
    pub fn push(&mut self, sample: i8) -> Option<Verdict> {
        self.window.push(&M::MODEL, &mut self.arena.0, sample, &mut (), &mut ()).map(Self::judged)
    }

    /// Takes one sample in the units that the network was trained on.
    pub fn push_real(&mut self, sample: f32) -> Option<Verdict> {
        let input = M::MODEL.input();
        self.push(quantize(sample, input.scale, i32::from(input.zero_point)))
    }

    /// Scores a window at once. A window begun with [`Detector::push`] is dropped.
    pub fn score(&mut self, window: &[i8; INPUT]) -> Verdict {
        Self::judged(self.window.score(&M::MODEL, &mut self.arena.0, window, &mut (), &mut ()))
    }

    /// Scores a window and writes its reconstruction to `output`, as far as it goes.
    pub fn reconstruct(&mut self, window: &[i8; INPUT], mut output: &mut [i8]) -> Verdict {
        Self::judged(self.window.score(&M::MODEL, &mut self.arena.0, window, &mut output, &mut ()))
    }

    /// Forgets the samples of a window that was not finished.
    pub fn reset(&mut self) {
        self.window.reset();
    }
}
