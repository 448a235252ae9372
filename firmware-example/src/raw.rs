//! Raw samples to decisions, written for comparison bit by bit on the host.
//!
//! Files of samples are words, little-endian: counts as they are, physical values as their bits. A result record is: total (u64),
//! largest and smallest segment, samples outside (u32 each), little-endian; the part outside its limits, counted from 1 as the score
//! has them (0: none), its side (1 below, 2 above, 0: none), two bytes of 0.

use picoae::{Alarm, Encodings, KernelSet, Model, Score, StreamScorer, Verdict};
use semihosting::println;

use crate::harness::accept;
use crate::host::File;
use crate::machine::counter::Counter;

/// Most channels of a step.
pub const CHANNELS: usize = 16;

/// Pushes every window of `input` step by step and writes all verdicts to `results`; gives the number of windows.
pub fn examine<A: AsMut<[u8]>, K: KernelSet>(
    model: &Model<'_, K>,
    scorer: &mut StreamScorer<'_, A, K>,
    counter: &Counter,
    window: &mut [i32],
    values: &mut [i8],
    input: &mut File,
    results: &mut File,
) -> u32 {
    let channels = usize::from(model.input().channels);
    assert!(channels <= CHANNELS, "{channels} channels are too many");
    let (mut windows, mut alarm) = (0, Alarm::NONE);
    while input.read_words(window) {
        let ((), encoding) = counter.count(|| encode(&model.encodings(), window, values));
        let (score, by_samples) = counter.count(|| push(scorer, &model.encodings(), channels, window));
        let (by_values, instructions) = counter.count(|| values.iter().fold(None, |_, value| scorer.push(*value)));
        let Some(score) = score else { panic!("the window's last step gave no score") };
        assert!(by_values == Some(Score { outside: 0, ..score }), "int8 values give {by_values:?}, samples {score:?}");
        if windows == 0 {
            let tenths = |instructions: u32| instructions * 10 / window.len() as u32;
            let [alone, more] = [encoding, by_samples.saturating_sub(instructions)].map(tenths);
            println!(
                "raw samples: {}.{} instructions each, in a loop of their own; {}.{} more than int8 values when pushed",
                alone / 10,
                alone % 10,
                more / 10,
                more % 10
            );
        }
        let verdict = model.verdict(score);
        let alarm = alarm.next(&model.header().alarm, verdict.is_anomaly());
        write_verdict(results, &Verdict { alarm, ..verdict });
        windows += 1;
    }
    windows
}

/// The int8 values of a window.
#[inline(never)]
fn encode(encodings: &Encodings<'_>, window: &[i32], values: &mut [i8]) {
    match encodings {
        Encodings::Counts(channels) => {
            for (samples, values) in window.chunks_exact(channels.len()).zip(values.chunks_exact_mut(channels.len())) {
                for ((channel, sample), value) in channels.iter().zip(samples).zip(values) {
                    *value = channel.encode_counts(*sample).value;
                }
            }
        }
        Encodings::Physical(channels) => {
            for (samples, values) in window.chunks_exact(channels.len()).zip(values.chunks_exact_mut(channels.len())) {
                for ((channel, sample), value) in channels.iter().zip(samples).zip(values) {
                    *value = channel.encode_physical(f32::from_bits(*sample as u32)).value;
                }
            }
        }
        _ => panic!("the model takes samples of an unknown kind"),
    }
}

/// The score of a window, pushed step by step.
fn push<A: AsMut<[u8]>, K: KernelSet>(
    scorer: &mut StreamScorer<'_, A, K>,
    encodings: &Encodings<'_>,
    channels: usize,
    window: &[i32],
) -> Option<Score> {
    let mut score = None;
    for step in window.chunks_exact(channels) {
        assert!(score.is_none(), "a score before the window's end");
        score = match encodings {
            Encodings::Counts(_) => accept(scorer.push_counts(step)),
            _ => {
                let mut values = [0.0; CHANNELS];
                values.iter_mut().zip(step).for_each(|(value, bits)| *value = f32::from_bits(*bits as u32));
                accept(scorer.push_physical(&values[..channels]))
            }
        };
    }
    score
}

/// Writes one result record.
pub fn write_verdict(results: &mut File, verdict: &Verdict) {
    verdict.score.parts().iter().for_each(|part| results.write(&part.to_le_bytes()));
    let mut record = [0_u8; 16];
    if let Some(breach) = verdict.breach {
        record[..8].copy_from_slice(&breach.limit.to_le_bytes());
        (record[8], record[9]) = (breach.part as u8 + 1, breach.side as u8 + 1);
    }
    record[10] = verdict.alarm.into();
    results.write(&record);
}
