//! A detector of a compiled-in model that has settled in where it stands, or is about to.

use super::compiled::CompiledModel;
use super::window::Window;
use crate::input::{Counts, CountsEncoding, Encoded, Physical, PhysicalEncoding, Step, Unit};
use crate::model::Aligned;
use crate::plan::{Part, PartLimits};
use crate::score::{Alarm, Score, Verdict, breach};
use crate::settling::{Adaptation, AdaptationError, SiteRecord};
use core::marker::PhantomData;

/// Samples whose encodings can be adapted to a site.
pub trait SiteUnit: Unit {
    /// The model's encoding as the site needs it.
    ///
    /// # Errors
    /// As [`Adaptation::counts`] and [`Adaptation::physical`].
    fn adapted(adaptation: &Adaptation, own: &Self::Encoding) -> Result<Self::Encoding, AdaptationError>;
}

impl SiteUnit for Counts {
    fn adapted(adaptation: &Adaptation, own: &CountsEncoding) -> Result<CountsEncoding, AdaptationError> {
        adaptation.counts(own)
    }
}

impl SiteUnit for Physical {
    fn adapted(adaptation: &Adaptation, own: &PhysicalEncoding) -> Result<PhysicalEncoding, AdaptationError> {
        adaptation.physical(own)
    }
}

/// As [`Detector`](crate::Detector), with encodings and limits in working memory, so that they can be a site's: `PARTS` limits, as many as the
/// model has. `device.rs` names the type that fits as `SiteDetector`. Until a [`SiteRecord`] is applied it says what a [`Detector`](crate::Detector)
/// says.
#[derive(Debug)]
pub struct SiteDetector<
    M: CompiledModel<Unit: SiteUnit>,
    const ARENA: usize,
    const CHANNELS: usize,
    const WINDOW: usize,
    const PARTS: usize,
> {
    window: Window,
    alarm: Alarm,
    arena: Aligned<[u8; ARENA]>,
    encodings: [Option<<M::Unit as Unit>::Encoding>; CHANNELS],
    limits: [PartLimits; PARTS],
    model: PhantomData<M>,
}

impl<
    M: CompiledModel<Unit: SiteUnit>,
    const ARENA: usize,
    const CHANNELS: usize,
    const WINDOW: usize,
    const PARTS: usize,
> Default for SiteDetector<M, ARENA, CHANNELS, WINDOW, PARTS>
{
    fn default() -> Self {
        Self::new()
    }
}

impl<
    M: CompiledModel<Unit: SiteUnit>,
    const ARENA: usize,
    const CHANNELS: usize,
    const WINDOW: usize,
    const PARTS: usize,
> SiteDetector<M, ARENA, CHANNELS, WINDOW, PARTS>
{
    /// A detector that has seen nothing, with the model's own encodings and limits. Does not compile where a constant is not the model's.
    pub fn new() -> Self {
        const {
            assert!(M::MODEL.arena_bytes() <= ARENA, "the arena is smaller than the model needs");
            assert!(M::MODEL.input().channels as usize == CHANNELS, "the model has another number of channels");
            assert!(M::MODEL.window() == WINDOW, "the model's window has another length");
            assert!(M::MODEL.header().sample_kind == M::Unit::KIND.code(), "the model takes other samples");
            let limits = M::MODEL.header().limits.bytes as usize;
            assert!(limits == PARTS * size_of::<PartLimits>(), "the model's score has another number of parts");
        }
        let mut limits = [PartLimits::default(); PARTS];
        limits.iter_mut().zip(M::MODEL.limits()).for_each(|(to, own)| *to = *own);
        let encodings = core::array::from_fn(|channel| M::MODEL.encoding::<M::Unit>(channel).copied());
        Self {
            window: Window::new(),
            alarm: Alarm::NONE,
            arena: Aligned([0; ARENA]),
            encodings,
            limits,
            model: PhantomData,
        }
    }

    /// Takes the encodings and limits of a site from now on; a window that was begun is dropped.
    ///
    /// # Errors
    /// The channel whose encoding cannot be adapted, and why; nothing is taken then.
    pub fn apply(&mut self, record: &SiteRecord<CHANNELS, PARTS>) -> Result<(), (usize, AdaptationError)> {
        self.adapt(&record.adaptations)?;
        for ((to, own), site) in self.limits.iter_mut().zip(M::MODEL.limits()).zip(&record.limits) {
            let usual = [own.median, own.log_low, own.log_high];
            *to = PartLimits::new(own.part, site.lower, site.upper, usual);
        }
        Ok(())
    }

    /// Takes other encodings only, as between two rounds of settling in; a window that was begun is dropped.
    ///
    /// # Errors
    /// As [`SiteDetector::apply`].
    pub fn adapt(&mut self, adaptations: &[Adaptation; CHANNELS]) -> Result<(), (usize, AdaptationError)> {
        let mut encodings = self.encodings;
        for (channel, (to, adaptation)) in encodings.iter_mut().zip(adaptations).enumerate() {
            let Some(own) = M::MODEL.encoding::<M::Unit>(channel) else { continue };
            *to = Some(M::Unit::adapted(adaptation, own).map_err(|error| (channel, error))?);
        }
        self.encodings = encodings;
        self.reset();
        Ok(())
    }

    /// Takes a step; with a window's last one, gives the verdict by the limits in force.
    pub fn push(&mut self, step: impl Step<M::Unit, CHANNELS>) -> Option<Verdict> {
        self.push_observed(step, |_| {})
    }

    /// As [`SiteDetector::push`], showing the step's int8 values, for [`WindowSums::add_step`](crate::settling::WindowSums::add_step).
    pub fn push_observed(
        &mut self,
        step: impl Step<M::Unit, CHANNELS>,
        observe: impl FnOnce(&[Encoded; CHANNELS]),
    ) -> Option<Verdict> {
        let raw = step.raw();
        let encoded = core::array::from_fn(|channel| match (self.encodings.get(channel), raw.get(channel)) {
            (Some(Some(encoding)), Some(sample)) => M::Unit::encode(encoding, *sample),
            // There are as many of all three.
            _ => Encoded { value: 0, outside: true },
        });
        observe(&encoded);
        let score = self.window.push_encoded::<M::Kernels>(&M::MODEL, &mut self.arena.0, &encoded)?;
        let verdict = Verdict::of(score, breach(&score, &self.limits));
        let alarm = self.alarm.next(&M::MODEL.header().alarm, verdict.is_anomaly());
        Some(Verdict { alarm, ..verdict })
    }

    /// The parts of a score in the order of the model's limits, and whether the model's own limits call it abnormal: what
    /// [`Calibrator::add_score`](crate::settling::Calibrator::add_score) takes.
    pub fn parts(score: &Score) -> ([u64; PARTS], bool) {
        let mut parts = [0; PARTS];
        for (to, limits) in parts.iter_mut().zip(M::MODEL.limits()) {
            *to = Part::from_code(limits.part).map_or(0, |part| score.part(part));
        }
        (parts, breach(score, M::MODEL.limits()).is_some())
    }

    /// Forgets the samples of a window that was not finished, and the verdicts before.
    pub fn reset(&mut self) {
        self.alarm = Alarm::NONE;
        self.window.reset();
    }
}
