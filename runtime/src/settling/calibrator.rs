//! Settling in, from the first window to the record of a site.

use super::adaptation::{Adaptation, AdaptationError};
use super::limits::Limits;
use super::moments::{Total, WindowSums};
use super::outcome::{Phase, Progress, Round, SettlingError, Taken};
use super::quantiles::Quantiles;
use super::settings::{Factory, Settings};
use super::site_record::SiteRecord;
use crate::input::{CountsEncoding, PhysicalEncoding};

/// Learns on a device, in constant memory, how its sensor differs from the factory's and which scores its machine has.
///
/// 1. *Moments*: windows of int8 values come ([`Calibrator::add_window`]), encoded with the adaptations so far, at
///    first the model's own encodings. [`Calibrator::adapt`] ends a round, of which there are at most
///    [`Calibrator::MOST_ROUNDS`].
/// 2. *Limits*: scores come of windows that were encoded with the adaptations ([`Calibrator::add_score`]).
///    [`Calibrator::finish`] makes a [`SiteRecord`].
///
/// What is not normal is refused and counted, and where too much was, nothing is learnt. Integers only, so a replay
/// anywhere gives the same record to the bit.
///
/// About 132 · `PARTS` + 24 · `CHANNELS` + 48 bytes: 648 with three channels and four parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calibrator<'a, const CHANNELS: usize, const PARTS: usize> {
    factory: &'a Factory<CHANNELS, PARTS>,
    settings: Settings,
    total: Total<CHANNELS>,
    adaptations: [Adaptation; CHANNELS],
    scores: [Quantiles; PARTS],
    progress: Progress,
}

impl<'a, const CHANNELS: usize, const PARTS: usize> Calibrator<'a, CHANNELS, PARTS> {
    /// Most rounds of moments: a sensor's mean may be 128 int8 steps from the factory's.
    pub const MOST_ROUNDS: u8 = 4;

    const START: Progress =
        Progress { phase: Phase::Moments, rounds: 0, learnt: 0, refused: 0, doubtful: 0, all_refused: 0 };

    /// Starts with the model's own encodings.
    pub const fn new(factory: &'a Factory<CHANNELS, PARTS>, settings: Settings) -> Self {
        let mut scores = [const { Quantiles::around(0) }; PARTS];
        let mut part = 0;
        while part < PARTS {
            scores[part] = Quantiles::around(factory.parts[part].median);
            part += 1;
        }
        let adaptations = [Adaptation::NONE; CHANNELS];
        Self { factory, settings, total: Total::EMPTY, adaptations, scores, progress: Self::START }
    }

    /// Forgets all that was learnt.
    pub fn reset(&mut self) {
        *self = Self::new(self.factory, self.settings);
    }

    /// The model's numbers.
    pub const fn factory(&self) -> &'a Factory<CHANNELS, PARTS> {
        self.factory
    }

    /// How much is learnt.
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// How far it is.
    pub const fn progress(&self) -> &Progress {
        &self.progress
    }

    /// What the next windows are encoded with, in place of the model's own encodings.
    pub const fn adaptations(&self) -> &[Adaptation; CHANNELS] {
        &self.adaptations
    }

    /// The same as encodings of counts, of the model's `own` ones.
    ///
    /// # Errors
    /// The channel, from 0, and why it has none.
    pub fn counts(
        &self,
        own: &[CountsEncoding; CHANNELS],
    ) -> Result<[CountsEncoding; CHANNELS], (usize, AdaptationError)> {
        Adaptation::all(&self.adaptations, own, Adaptation::counts)
    }

    /// The same as encodings of physical values, of the model's `own` ones.
    ///
    /// # Errors
    /// The channel, from 0, and why it has none.
    pub fn physical(
        &self,
        own: &[PhysicalEncoding; CHANNELS],
    ) -> Result<[PhysicalEncoding; CHANNELS], (usize, AdaptationError)> {
        Adaptation::all(&self.adaptations, own, Adaptation::physical)
    }

    /// Takes a window of the phase of moments.
    ///
    /// It is refused where, on a channel that varied at the factory, more than half of the samples are outside, so that
    /// the values say little of the sensor, or where the deviation is more than 4 times the factory's: twice is the
    /// least gain's, and the rest is left to a window that is livelier than others. A quiet window is none to refuse,
    /// as machines stand still. One without a step is refused.
    pub fn add_window(&mut self, window: &WindowSums<CHANNELS>) -> Taken {
        if self.progress.phase != Phase::Moments {
            return Taken::OtherPhase;
        }
        if !self.is_plausible(window) {
            return self.refuse();
        }
        if !self.total.add(window) {
            return Taken::Full;
        }
        self.progress.learnt = self.progress.learnt.saturating_add(1);
        Taken::Learnt
    }

    fn is_plausible(&self, window: &WindowSums<CHANNELS>) -> bool {
        let channels = self.factory.moments.iter().zip(window.channels()).enumerate();
        window.steps() > 0
            && channels.filter(|(_, (factory, _))| factory.deviation >= Adaptation::LEAST_DEVIATION).all(
                |(channel, (factory, sums))| {
                    let most = 4 * u32::from(factory.deviation);
                    sums.outside <= window.steps() / 2
                        && window.moments(channel).is_some_and(|moments| u32::from(moments.deviation) <= most)
                },
            )
    }

    fn refuse(&mut self) -> Taken {
        self.progress.refused = self.progress.refused.saturating_add(1);
        self.progress.all_refused = self.progress.all_refused.saturating_add(1);
        Taken::Refused
    }

    /// Whether enough windows came, and enough of them were normal.
    fn check(&self, needed: u16) -> Result<(), SettlingError> {
        let Progress { learnt, refused, .. } = self.progress;
        let needed = u32::from(needed).max(1);
        let windows = learnt.saturating_add(refused);
        // Of a few windows no share is told.
        if windows >= needed && u64::from(refused) * 256 > u64::from(self.settings.refused) * u64::from(windows) {
            return Err(SettlingError::TooManyRefused { refused, windows });
        }
        if learnt < needed { Err(SettlingError::TooFewWindows { learnt, needed }) } else { Ok(()) }
    }

    /// Ends a round of moments: the channels' means move towards the factory's by at most 32 int8 steps, the gains
    /// within 1/2 to 2. Another round follows where one of these bounds was reached or more than 1/64 of the values
    /// were outside, so that the moments are not yet the sensor's.
    ///
    /// # Errors
    /// Where there is one, nothing changes; more windows may come.
    pub fn adapt(&mut self) -> Result<Round, SettlingError> {
        if self.progress.phase != Phase::Moments {
            return Err(SettlingError::OtherPhase);
        }
        self.check(self.settings.moments_windows)?;
        let is_last = self.progress.rounds.saturating_add(1) >= Self::MOST_ROUNDS;
        let values = u64::from(self.total.steps()) * CHANNELS as u64;
        let mut again = u64::from(self.total.outside()) * 64 > values;
        let mut adaptations = self.adaptations;
        for (at, (adaptation, factory)) in adaptations.iter_mut().zip(&self.factory.moments).enumerate() {
            let channel = at as u16;
            // There is a window, and it has a step.
            let Some(site) = self.total.moments(at) else { continue };
            let change =
                adaptation.towards(&site, factory).map_err(|error| SettlingError::Channel { channel, error })?;
            if change.bounded && is_last {
                return Err(SettlingError::TooFar { channel });
            }
            again |= change.bounded;
            *adaptation = change.adaptation;
        }
        let (round, phase) =
            if again && !is_last { (Round::Again, Phase::Moments) } else { (Round::Settled, Phase::Limits) };
        self.adaptations = adaptations;
        self.total = Total::EMPTY;
        let Progress { rounds, all_refused, .. } = self.progress;
        self.progress = Progress { phase, rounds: rounds.saturating_add(1), all_refused, ..Self::START };
        Ok(round)
    }

    /// Takes the score of a window of the phase of limits, and whether the model's own limits call it abnormal.
    ///
    /// A site may be louder than the factory, so windows that the model calls abnormal are learnt from, and counted as
    /// doubtful, as long as a site's limits could hold them: up to 4 times the model's upper limit, down to a quarter
    /// of the lower one ([`Limits::FACTOR`]). Beyond that, no limit that could be learnt would accept a window, so it
    /// is refused. So is one that is called abnormal although its parts are within the model's limits: for a reason
    /// that cannot be learnt here.
    pub fn add_score(&mut self, parts: &[u64; PARTS], factory_says_abnormal: bool) -> Taken {
        if self.progress.phase != Phase::Limits {
            return Taken::OtherPhase;
        }
        let each = || self.factory.parts.iter().map(|part| &part.limits).zip(parts);
        let could_hold = each().all(|(limits, part)| limits.widened().hold(*part));
        let hold = each().all(|(limits, part)| limits.hold(*part));
        if !could_hold || (factory_says_abnormal && hold) {
            return self.refuse();
        }
        if self.progress.learnt >= u32::from(Quantiles::MOST) {
            return Taken::Full;
        }
        for (scores, part) in self.scores.iter_mut().zip(parts) {
            // None is full before all are.
            scores.add(*part);
        }
        self.progress.learnt += 1;
        self.progress.doubtful += u32::from(factory_says_abnormal);
        Taken::Learnt
    }

    /// The record of the site, with a sequence number that the caller counts. It may be made again when more scores
    /// came.
    ///
    /// # Errors
    /// [`SettlingError::OtherPhase`], [`SettlingError::TooFewWindows`], [`SettlingError::TooManyRefused`].
    pub fn finish(&self, sequence: u32) -> Result<SiteRecord<CHANNELS, PARTS>, SettlingError> {
        if self.progress.phase != Phase::Limits {
            return Err(SettlingError::OtherPhase);
        }
        self.check(self.settings.limits_windows)?;
        let mut limits = [Limits { lower: 0, upper: u64::MAX }; PARTS];
        for ((limits, part), scores) in limits.iter_mut().zip(&self.factory.parts).zip(&self.scores) {
            // There are scores.
            *limits = part.learn(scores, self.settings.beyond).unwrap_or(part.limits);
        }
        Ok(SiteRecord { sequence, model: self.factory.model, adaptations: self.adaptations, limits })
    }
}
