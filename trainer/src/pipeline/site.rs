//! What a device learnt where it stands, on the workstation: the record of a site applied to a model, and a journal replayed to the record
//! that the device made of it, bit for bit.

use super::encoding::device_count;
use crate::error::{Error, Result};
use picoae::input::{CountsEncoding, PhysicalEncoding};
use picoae::settling::{
    Adaptation, AdaptationError, Calibrator, Factory, FactoryPart, JournalFault, Limits, Moments, Phase, SiteRecord,
    beginning, replay,
};
use picoae::{Encoded, Encodings, Model, Part, Threshold, Unit};

/// Calls a function with sizes that are known when it is compiled: channels and parts, up to 8 of each.
macro_rules! with_sizes {
    ($channels:expr, $parts:expr, $function:ident $arguments:tt) => {
        with_sizes!(@channels $channels, $parts, $function $arguments, 1 2 3 4 5 6 7 8)
    };
    (@channels $channels:expr, $parts:expr, $function:ident $arguments:tt, $($c:literal)*) => {
        match $channels {
            $($c => with_sizes!(@parts $c, $parts, $function $arguments, 1 2 3 4 5 6 7 8),)*
            more => Err(Error::invalid(format!("{more} channels, expected at most 8 where a device settles in"))),
        }
    };
    (@parts $c:literal, $parts:expr, $function:ident $arguments:tt, $($p:literal)*) => {
        match $parts {
            $($p => $function::<$c, $p> $arguments,)*
            other => Err(Error::invalid(format!("a score of {other} parts, expected 1 to 8"))),
        }
    };
}

/// Encodings and limits that a device has learnt.
#[derive(Debug, Clone)]
pub struct Site {
    encodings: SiteEncodings,
    /// The limits in force.
    pub limits: Threshold,
    /// In words.
    pub lines: Vec<String>,
}

#[derive(Debug, Clone)]
enum SiteEncodings {
    Counts(Vec<CountsEncoding>),
    Physical(Vec<PhysicalEncoding>),
}

/// A journal's end.
#[derive(Debug, Clone)]
pub struct Settled {
    /// Events in the journal.
    pub events: u32,
    /// The record's bytes, as the device writes them; none where it has not settled in.
    pub record: Option<Vec<u8>>,
    /// In words.
    pub lines: Vec<String>,
}

impl Site {
    /// Of a record in the front of `bytes`, for `model`.
    ///
    /// # Errors
    /// [`Error::Invalid`] where they are no record, or another model's.
    pub fn from_record(bytes: &[u8], model: &Model<'_>) -> Result<Self> {
        let (channels, parts) = sizes(model);
        with_sizes!(channels, parts, of_record(bytes, model))
    }

    /// Encodes a step as the sensor gave it.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the model takes counts and a value is none.
    pub fn encode(&self, step: &[f32], encoded: &mut Vec<Encoded>) -> Result<()> {
        encoded.clear();
        match &self.encodings {
            SiteEncodings::Counts(own) => {
                for (encoding, sample) in own.iter().zip(step) {
                    encoded.push(picoae::Counts::encode(encoding, device_count(*sample)?));
                }
            }
            SiteEncodings::Physical(own) => {
                let each = own.iter().zip(step).map(|(encoding, sample)| picoae::Physical::encode(encoding, *sample));
                encoded.extend(each);
            }
        }
        Ok(())
    }
}

/// Channels, and parts of the score.
fn sizes(model: &Model<'_>) -> (usize, usize) {
    (usize::from(model.input().channels), model.limits().len())
}

fn of_record<const C: usize, const P: usize>(bytes: &[u8], model: &Model<'_>) -> Result<Site> {
    let record = SiteRecord::<C, P>::from_bytes(bytes, model.checksum()).map_err(|e| Error::invalid(e.to_string()))?;
    let failed = |channel: usize, error: AdaptationError| Error::invalid(format!("channel {channel}: {error}"));
    let encodings = match model.encodings() {
        Encodings::Counts(own) => SiteEncodings::Counts(adapted(own, &record.adaptations, Adaptation::counts, failed)?),
        Encodings::Physical(own) => {
            SiteEncodings::Physical(adapted(own, &record.adaptations, Adaptation::physical, failed)?)
        }
        _ => return Err(Error::invalid("the model takes samples that no site has encodings for")),
    };
    let mut limits = Threshold::OPEN;
    for (own, site) in model.limits().iter().zip(&record.limits) {
        if let Some(part) = Part::from_code(own.part) {
            limits = limits.with(part, site.lower, site.upper);
        }
    }
    let mut lines = vec![format!("record {} of a site", record.sequence)];
    lines.extend(adaptations_told(&record.adaptations));
    for (own, site) in model.limits().iter().zip(&record.limits) {
        let Some(part) = Part::from_code(own.part) else { continue };
        let told = |limit: u64| if limit == u64::MAX { "none".into() } else { limit.to_string() };
        lines.push(format!(
            "{}: limits {} to {}, at the factory {} to {}",
            part.name(),
            told(site.lower),
            told(site.upper),
            told(own.lower()),
            told(own.upper())
        ));
    }
    Ok(Site { encodings, limits, lines })
}

fn adapted<E>(
    own: &[E],
    adaptations: &[Adaptation],
    adapt: impl Fn(&Adaptation, &E) -> std::result::Result<E, AdaptationError>,
    failed: impl Fn(usize, AdaptationError) -> Error,
) -> Result<Vec<E>> {
    let each = own.iter().zip(adaptations).enumerate();
    each.map(|(channel, (own, adaptation))| adapt(adaptation, own).map_err(|e| failed(channel, e))).collect()
}

fn adaptations_told(adaptations: &[Adaptation]) -> impl Iterator<Item = String> + '_ {
    adaptations.iter().enumerate().map(|(channel, adaptation)| {
        let (gain, offset) = (f64::from(adaptation.gain) / 65_536.0, f64::from(adaptation.offset) / 65_536.0);
        format!("channel {channel}: gain {gain:.4}, offset {offset:+.2} int8 steps")
    })
}

/// Replays a journal of a device that runs `model`; `moments` are those of the training data. The record gets the number `sequence`.
///
/// # Errors
/// [`Error::Invalid`] where the journal is another model's, damaged, or where records are missing in it. One that was cut off at its end is
/// replayed up to there, and its lines say so.
pub fn settle(journal: &[u8], model: &Model<'_>, moments: &[(i16, u16)], sequence: u32) -> Result<Settled> {
    let (channels, parts) = sizes(model);
    with_sizes!(channels, parts, of_journal(journal, model, moments, sequence))
}

fn of_journal<const C: usize, const P: usize>(
    journal: &[u8],
    model: &Model<'_>,
    moments: &[(i16, u16)],
    sequence: u32,
) -> Result<Settled> {
    let checksum = model.checksum();
    let other = |what: &str| Error::invalid(format!("the run has another number of {what}"));
    let own: Vec<Moments> =
        moments.iter().map(|(mean, deviation)| Moments { mean: *mean, deviation: *deviation }).collect();
    let own: [Moments; C] = own.try_into().map_err(|_| other("channels"))?;
    let part = |limits: &picoae::plan::PartLimits| FactoryPart {
        limits: Limits { lower: limits.lower(), upper: limits.upper() },
        median: limits.median.round() as u64,
    };
    let parts: [FactoryPart; P] =
        model.limits().iter().map(part).collect::<Vec<_>>().try_into().map_err(|_| other("parts"))?;
    let factory = Factory { model: checksum, moments: own, parts };
    let failed = |error: picoae::settling::JournalError| match error.fault {
        JournalFault::Model(found) => Error::invalid(format!(
            "the journal is of a device with the model {found:08x}, and this one is {checksum:08x}; give the folder that was exported for it"
        )),
        _ => Error::invalid(error.to_string()),
    };
    let begun = beginning(journal).map_err(failed)?;
    let mut calibrator = Calibrator::<C, P>::new(&factory, begun);
    let mut lines = Vec::new();
    let events = match replay(journal, &mut calibrator) {
        Ok(events) => events,
        Err(error) if error.fault == JournalFault::Truncated => {
            lines.push(format!(
                "the journal ends within a record, {} bytes in; what is before it was replayed",
                error.at
            ));
            error.records
        }
        Err(error) => return Err(failed(error)),
    };
    let progress = *calibrator.progress();
    let phase = match progress.phase {
        Phase::Moments => "mean and deviation of the channels",
        Phase::Limits => "limits",
    };
    lines.push(format!(
        "{events} events; learning {phase}; rounds of moments {}, windows learnt from {}, refused {}",
        progress.rounds, progress.learnt, progress.refused
    ));
    lines.extend(adaptations_told(calibrator.adaptations()));
    let record = match calibrator.finish(sequence) {
        Ok(record) => {
            let mut bytes = Vec::with_capacity(SiteRecord::<C, P>::BYTES);
            record.write(&mut |piece| bytes.extend_from_slice(piece));
            Some(bytes)
        }
        Err(why) => {
            lines.push(format!("not settled in: {why}"));
            None
        }
    };
    Ok(Settled { events, record, lines })
}
