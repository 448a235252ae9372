//! Makes a score from residuals as they come.

use super::parts::Score;
use crate::plan::MAX_SEGMENT;

/// Makes a [`Score`] from samples and their reconstructions as they come.
#[derive(Debug, Clone)]
pub struct ScoreAccumulator {
    segment: usize,
    residuals: Residuals,
}

impl ScoreAccumulator {
    /// Starts a window. `segment` is clamped to 1…64 samples.
    pub fn new(segment: usize) -> Self {
        Self { segment: segment.clamp(1, MAX_SEGMENT), residuals: Residuals::NONE }
    }

    /// Takes a sample and its reconstruction.
    #[inline]
    pub fn push(&mut self, input: i8, output: i8) {
        self.residuals.extend(self.segment, &[input as u8], &[output as u8]);
    }

    /// The score of what was taken so far; a window shorter than a segment counts as one segment.
    pub fn score(&self) -> Score {
        self.residuals.score()
    }
}

/// Squared residuals of a window; all 0 at the start.
#[derive(Debug, Clone)]
pub(crate) struct Residuals {
    recent: [u16; MAX_SEGMENT],
    sums: Sums,
}

/// Everything but the recent squares: apart, so that it stays in registers while many residuals come.
#[derive(Debug, Clone, Copy)]
struct Sums {
    at: usize,
    /// 1 when a whole segment has come, else 0. A word, so that the structure has no gap and is copied word by word.
    full: u32,
    sum: u32,
    /// Of all rounds of the ring that are complete.
    total: u64,
    largest: u32,
    smallest: u32,
}

impl Residuals {
    /// Before the first.
    pub(crate) const NONE: Self =
        Self { recent: [0; MAX_SEGMENT], sums: Sums { at: 0, full: 0, sum: 0, total: 0, largest: 0, smallest: 0 } };

    /// Forgets what was taken.
    pub(crate) fn reset(&mut self) {
        crate::rows::fill(bytemuck::bytes_of_mut(&mut self.recent), 0);
        self.sums = Self::NONE.sums;
    }

    /// Takes samples and as many reconstructions, both as bytes of int8; `segment` is 1 to 64.
    pub(crate) fn extend(&mut self, segment: usize, mut inputs: &[u8], mut outputs: &[u8]) {
        let mut s = self.sums;
        while !inputs.is_empty() && inputs.len() == outputs.len() {
            // Up to where the ring of recent squares starts anew.
            let count = inputs.len().min(segment.saturating_sub(s.at));
            let (Some((now, later)), Some((now_out, later_out)), Some(recent)) = (
                inputs.split_at_checked(count),
                outputs.split_at_checked(count),
                self.recent.get_mut(s.at..s.at + count).filter(|recent| !recent.is_empty()),
            ) else {
                break;
            };
            (inputs, outputs) = (later, later_out);
            for ((input, output), oldest) in now.iter().zip(now_out).zip(recent) {
                let residual = i32::from(*input as i8) - i32::from(*output as i8);
                // |residual| ≤ 255, so the square fits in 16 bits and a segment in 32.
                let square = (residual * residual) as u16;
                s.sum = s.sum.wrapping_add(u32::from(square)).wrapping_sub(u32::from(*oldest));
                *oldest = square;
                s.largest = s.largest.max(s.sum);
                s.smallest = s.smallest.min(s.sum);
            }
            s.at += count;
            if s.at == segment {
                // The sum is that of the ring, which just went round once.
                (s.at, s.total) = (0, s.total + u64::from(s.sum));
                if s.full == 0 {
                    // What went before were parts of the first segment.
                    (s.full, s.largest, s.smallest) = (1, s.sum, s.sum);
                }
            }
        }
        self.sums = s;
    }

    /// The score of what was taken so far; a window shorter than a segment counts as one segment.
    pub(crate) fn score(&self) -> Score {
        let s = &self.sums;
        let (segment_max, segment_min) = if s.full == 1 { (s.largest, s.smallest) } else { (s.sum, s.sum) };
        let last_round: u32 = self.recent.iter().take(s.at).map(|square| u32::from(*square)).sum();
        Score { total: s.total + u64::from(last_round), segment_max, segment_min }
    }
}

#[cfg(test)]
mod tests {
    use super::ScoreAccumulator;
    use crate::score::Score;

    #[test]
    fn finds_the_extreme_stretches() {
        let residuals: [i32; 12] = [0, 3, -1, 7, 0, 0, 2, -9, 4, 4, 1, 0];
        for samples in 4..=residuals.len() {
            let residuals = &residuals[..samples];
            let mut accumulator = ScoreAccumulator::new(4);
            for r in residuals {
                accumulator.push(*r as i8, 0);
            }
            let sums = residuals.windows(4).map(|segment| segment.iter().map(|r| (r * r) as u32).sum::<u32>());
            let want = Score {
                total: residuals.iter().map(|r| (r * r) as u64).sum(),
                segment_max: sums.clone().max().unwrap(),
                segment_min: sums.min().unwrap(),
            };
            assert_eq!(accumulator.score(), want, "{samples} samples");
        }
    }

    #[test]
    fn a_short_window_is_one_stretch() {
        let mut accumulator = ScoreAccumulator::new(32);
        accumulator.push(-128, 127);
        accumulator.push(127, -128);
        assert_eq!(accumulator.score(), Score { total: 130_050, segment_max: 130_050, segment_min: 130_050 });
    }
}
