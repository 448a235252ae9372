//! Streams and settling in, for the devices: what they are given and what must come of it.

use crate::models::trained;
use picoae::plan::{AlarmRule, PartLimits};
use picoae::settling::{
    Answer, Calibrator, Event, Factory, FactoryPart, Journal, Limits, Moments, Round, Settings, SiteRecord, WindowSums,
};
use picoae::{Alarm, Encodings, Part, ScoreReference, StreamScorer, Threshold, Verdict};
use picoae_compiler::error::{Error, Result};
use picoae_compiler::lower::{
    ChannelScaling, CoarseNumbers, HostArena, InputEncoding, Lowered, Options, ScoreOptions, StreamOptions, Target,
    lower,
};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Channels and parts of the model that settles in.
pub const CHANNELS: usize = 1;
/// As [`CHANNELS`].
pub const PARTS: usize = 5;

/// How much is learnt on a device that is emulated.
pub const SETTINGS: Settings = Settings { moments_windows: 8, limits_windows: 24, ..Settings::DEFAULT };

const SCALING: ChannelScaling = ChannelScaling { mean: 2048.0, std: 600.0 };

/// Counts of a 12-bit converter: sines like those that the network knows, a burst every `burst` samples, offset and gain of another sensor.
pub fn recording(samples: usize, burst: usize, [offset, gain]: [f64; 2]) -> Vec<i32> {
    let mut rng = ChaCha8Rng::seed_from_u64(samples as u64);
    (0..samples)
        .map(|i| {
            let x = i as f64 / 1000.0 * std::f64::consts::TAU;
            let clean = (4.0 * x).sin() + 0.6 * (10.0 * x).sin() + 0.35 * (22.0 * x).sin();
            let wild = if i % burst > burst - 60 { rng.random_range(-2.0..2.0) } else { 0.0 };
            let value = clean + rng.random_range(-0.08..0.08) + wild;
            (SCALING.mean + offset + SCALING.std * gain * value).round().clamp(0.0, 4095.0) as i32
        })
        .collect()
}

/// The trained network with every part of a stream's score, two of three verdicts an alarm; limits from a recording without a burst.
///
/// # Errors
/// Of lowering.
pub fn detector(target: Target, stream: Option<StreamOptions>) -> Result<Lowered> {
    let graph = trained("timeseries").map_err(|e| Error::invalid(e.to_string()))?;
    let input = InputEncoding::alike(picoae::SampleKind::Counts, SCALING, 1);
    let parts = [Part::Total, Part::LargestSegment, Part::Coarse, Part::Flat, Part::Outside];
    // Twenty blocks by themselves: each sum a thirtieth of its range.
    let coarse = CoarseNumbers {
        blocks: 20,
        block: 50,
        shift: 6,
        fraction: 4,
        means: vec![0; 20],
        factor: (0..20).flat_map(|i| (0..=i).map(move |j| if i == j { 127 } else { 0 })).collect(),
        multipliers: vec![1; 20],
    };
    let mut score = ScoreOptions::of(parts, &Threshold::OPEN, &ScoreReference::NONE).with_coarse(coarse);
    score.alarm = AlarmRule { count: 2, of: 3, ..AlarmRule::EACH };
    score.moments = vec![Moments { mean: 0, deviation: 40 << 8 }];
    let open = Options { target, input, score: score.clone(), stream, ..Options::default() };
    let lowered = lower(&graph, &open)?;
    let (mut least, mut most) = ([u64::MAX; Part::COUNT], [0; Part::COUNT]);
    for verdict in verdicts(&lowered, &recording(20_000, usize::MAX, [0.0, 1.0]))? {
        let parts = verdict.score.parts();
        least.iter_mut().zip(parts).for_each(|(least, part)| *least = part.min(*least));
        most.iter_mut().zip(parts).for_each(|(most, part)| *most = part.max(*most));
    }
    for limits in &mut score.limits {
        let i = usize::from(limits.part);
        let (lower, upper) =
            if limits.part == Part::Flat.code() { (least[i] / 4, u64::MAX) } else { (0, most[i] * 5 / 4 + 2) };
        *limits = PartLimits::new(limits.part, lower, upper, [((least[i] + most[i]) / 2) as f32, -1.0, 1.0]);
    }
    lower(&graph, &Options { score, ..open })
}

/// What a plan says of counts that are pushed, alarms included.
///
/// # Errors
/// Of the plan.
pub fn verdicts(lowered: &Lowered, counts: &[i32]) -> Result<Vec<Verdict>> {
    let model = lowered.model()?;
    let failed = |e: picoae::ScorerError| Error::invalid(e.to_string());
    let mut scorer = StreamScorer::with_arena(&model, HostArena::new(model.arena_bytes())).map_err(failed)?;
    let (mut alarm, mut all) = (Alarm::NONE, Vec::new());
    for count in counts {
        if let Some(score) = scorer.push_counts(&[*count]).map_err(failed)? {
            let verdict = model.verdict(score);
            all.push(Verdict { alarm: alarm.next(&model.header().alarm, verdict.is_anomaly()), ..verdict });
        }
    }
    Ok(all)
}

/// What settling in starts from, as `device.rs` has it.
fn factory(lowered: &Lowered) -> Result<Factory<CHANNELS, PARTS>> {
    let model = lowered.model()?;
    let parts: Vec<FactoryPart> = model
        .limits()
        .iter()
        .map(|l| FactoryPart { limits: Limits { lower: l.lower(), upper: l.upper() }, median: l.median.round() as u64 })
        .collect();
    let parts = parts.try_into().map_err(|_| Error::invalid("another number of parts"))?;
    let moments = lowered.moments.clone().try_into().map_err(|_| Error::invalid("another number of channels"))?;
    Ok(Factory { model: lowered.header.checksum, moments, parts })
}

/// The record of a site whose sensor gives `counts`, and the journal of it, as the firmware's `settle` makes them: rounds of moments, then
/// scores, until there are enough of them.
///
/// # Errors
/// Of the plan, and where it does not settle.
pub fn settled(lowered: &Lowered, counts: &[i32]) -> Result<(SiteRecord<CHANNELS, PARTS>, Vec<u8>)> {
    let factory = factory(lowered)?;
    let model = lowered.model()?;
    let Encodings::Counts([own]) = model.encodings() else { return Err(Error::invalid("counts of one channel")) };
    let own = [*own];
    let mut calibrator = Calibrator::new(&factory, SETTINGS);
    let mut written = Vec::new();
    let mut journal = Journal::new(|piece: &[u8]| written.extend_from_slice(piece));
    journal.give(&mut calibrator, &Event::Start);
    let mut scorer = lowered.scorer()?;
    let (mut encodings, mut settled, mut windows) = (own, false, 0);
    for window in counts.chunks_exact(model.window()) {
        let encoded: Vec<_> = window.iter().map(|count| encodings[0].encode_counts(*count)).collect();
        if !settled {
            let mut sums = WindowSums::EMPTY;
            encoded.iter().for_each(|value| {
                sums.add_step(&[*value]);
            });
            journal.give(&mut calibrator, &Event::Window(sums));
            windows += 1;
            if windows == SETTINGS.moments_windows {
                windows = 0;
                settled = match journal.give(&mut calibrator, &Event::Adapt) {
                    Answer::Adapted(Ok(round)) => round == Round::Settled,
                    other => return Err(Error::invalid(format!("{other:?}"))),
                };
                encodings = calibrator.counts(&own).map_err(|e| Error::invalid(format!("{e:?}")))?;
            }
            continue;
        }
        let values: Vec<i8> = encoded.iter().map(|e| e.value).collect();
        let mut score = scorer.score(&values).map_err(|e| Error::invalid(e.to_string()))?;
        score.outside = encoded.iter().filter(|e| e.outside).count() as u32;
        let mut parts = [0; PARTS];
        for (to, limits) in parts.iter_mut().zip(model.limits()) {
            *to = Part::from_code(limits.part).map_or(0, |part| score.part(part));
        }
        let factory_says_abnormal = model.verdict(score).is_anomaly();
        journal.give(&mut calibrator, &Event::Score { parts, factory_says_abnormal });
        windows += 1;
        if windows == SETTINGS.limits_windows {
            let record = calibrator.finish(1).map_err(|e| Error::invalid(format!("{e:?}")))?;
            return Ok((record, written));
        }
    }
    Err(Error::invalid("it did not settle in"))
}
