//! Verdicts as the example programs write them into a file, to be compared bit by bit.

use picoae::{Breach, Part, Score, Verdict};

/// Bytes of a verdict: the parts of the score in the order of [`Part::ALL`] (u64 each), the limit that is passed (u64, 0: none), all
/// little-endian; the part outside its limits (from 1 in that order, 0: none), the side (1 below, 2 above, 0: none), whether the
/// alarm is on (1) or not (0), five bytes of 0.
pub const VERDICT_BYTES: usize = SCORE_BYTES + 16;

/// Bytes of a score: its parts as in a verdict.
pub const SCORE_BYTES: usize = 8 * Part::COUNT;

/// A score as a device writes it.
pub fn score(score: &Score) -> [u8; SCORE_BYTES] {
    let mut record = [0; SCORE_BYTES];
    for (to, part) in record.chunks_exact_mut(8).zip(score.parts()) {
        to.copy_from_slice(&part.to_le_bytes());
    }
    record
}

/// A verdict as a device writes it.
pub fn verdict(verdict: &Verdict) -> [u8; VERDICT_BYTES] {
    let mut record = [0; VERDICT_BYTES];
    let (values, rest) = record.split_at_mut(SCORE_BYTES);
    values.copy_from_slice(&score(&verdict.score));
    if let Some(Breach { part, side, limit, .. }) = verdict.breach {
        rest[..8].copy_from_slice(&limit.to_le_bytes());
        (rest[8], rest[9]) = (part as u8 + 1, side as u8 + 1);
    }
    rest[10] = verdict.alarm.into();
    record
}
