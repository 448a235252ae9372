//! Verdicts as the example programs write them into a file, to be compared bit by bit.

use picoae::{Breach, Verdict};

/// Bytes of a verdict: total (u64), largest segment, smallest segment, samples outside (u32 each), little-endian; the part outside
/// its limits (from 1 in the order of the score, 0: none), the side (1 below, 2 above, 0: none), two bytes of 0.
pub const VERDICT_BYTES: usize = 24;

/// A verdict as a device writes it.
pub fn verdict(verdict: &Verdict) -> [u8; VERDICT_BYTES] {
    let score = verdict.score;
    let mut record = [0; VERDICT_BYTES];
    record[..8].copy_from_slice(&score.total.to_le_bytes());
    record[8..12].copy_from_slice(&score.segment_max.to_le_bytes());
    record[12..16].copy_from_slice(&score.segment_min.to_le_bytes());
    record[16..20].copy_from_slice(&score.outside.to_le_bytes());
    if let Some(Breach { part, side }) = verdict.breach {
        (record[20], record[21]) = (part as u8 + 1, side as u8 + 1);
    }
    record
}
