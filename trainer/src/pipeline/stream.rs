//! Recordings pushed as on a device, step by step: every verdict in its order, alarms included.

use super::encoding::device_count;
use super::site::Site;
use crate::data::Windows;
use crate::error::{Error, Result};
use picoae::{Alarm, Encoded, Model, SampleKind, Score, StreamScorer, Verdict};
use picoae_compiler::lower::HostArena;
use std::ops::Range;

/// A detector as it runs on a device, on the workstation: windows one behind the other or a stream, as the model has it.
pub struct Replay<'m> {
    model: Model<'m>,
    scorer: StreamScorer<'m, HostArena>,
    alarm: Alarm,
    counts: Vec<i32>,
    /// What the device has learnt where it stands.
    site: Option<Site>,
    encoded: Vec<Encoded>,
}

impl<'m> Replay<'m> {
    /// That has seen nothing.
    ///
    /// # Errors
    /// None that could happen here.
    pub fn new(model: &Model<'m>) -> Result<Self> {
        let scorer = StreamScorer::with_arena(model, HostArena::new(model.arena_bytes()))?;
        let (counts, encoded) = (Vec::new(), Vec::new());
        Ok(Self { model: *model, scorer, alarm: Alarm::NONE, counts, site: None, encoded })
    }

    /// With what the device has learnt where it stands.
    #[must_use]
    pub fn at_site(mut self, site: Site) -> Self {
        self.site = Some(site);
        self
    }

    /// Takes a step as the sensor gave it, a value a channel; with a window's last one, gives the verdict.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the model takes counts and a value is none.
    pub fn push(&mut self, step: &[f32]) -> Result<Option<Verdict>> {
        let score = match (&self.site, self.model.sample_kind()) {
            (Some(site), _) => {
                site.encode(step, &mut self.encoded)?;
                self.scorer.push_encoded(&self.encoded)?
            }
            (None, SampleKind::Counts) => {
                self.counts.clear();
                for sample in step {
                    self.counts.push(device_count(*sample)?);
                }
                self.scorer.push_counts(&self.counts)?
            }
            _ => self.scorer.push_physical(step)?,
        };
        Ok(score.map(|score| self.verdict(score)))
    }

    fn verdict(&mut self, score: Score) -> Verdict {
        let verdict = match &self.site {
            Some(site) => Verdict::new(score, &site.limits),
            None => self.model.verdict(score),
        };
        let alarm = self.alarm.next(&self.model.header().alarm, verdict.is_anomaly());
        Verdict { alarm, ..verdict }
    }

    /// Forgets the samples so far, as where a recording has a gap; the verdicts before still count for an alarm.
    pub fn gap(&mut self) {
        self.scorer.reset();
    }
}

/// The scores of the stretches that a set's windows cover, each pushed as a stream.
///
/// # Errors
/// [`Error::Invalid`] where no stretch is long enough for a verdict; as [`Replay::push`].
pub fn stream_scores(model: &Model<'_>, windows: &Windows) -> Result<Vec<Score>> {
    let mut scores = Vec::new();
    let mut replay = Replay::new(model)?;
    for rows in stretches(windows) {
        replay.gap();
        for step in windows.raw_rows(rows).chunks(windows.shape()[0].max(1)) {
            scores.extend(replay.push(step)?.map(|verdict| verdict.score));
        }
    }
    if scores.is_empty() {
        return Err(Error::invalid(format!(
            "no stretch of {} samples behind each other to validate a stream on; record longer, or leave lower.stream_hop out",
            model.window()
        )));
    }
    Ok(scores)
}

/// Rows that lie behind each other.
fn stretches(windows: &Windows) -> Vec<Range<usize>> {
    let mut all: Vec<Range<usize>> = Vec::new();
    for rows in windows.covered() {
        match all.last_mut() {
            Some(last) if windows.is_recorded() && last.end == rows.start => last.end = rows.end,
            _ => all.push(rows),
        }
    }
    all
}
