//! Total, largest and smallest segment: the squared residuals of a window, all together and by stretches of it.
//!
//! Definition: r² = (q_in − q_out)² of each value; their sum; the largest and the smallest sum over any segment of consecutive steps. A
//! window shorter than a segment is one. Bound: r² ≤ 255²; segments are as long as fits in 32 bits. Both sides.

use crate::plan::{MAX_SEGMENT, MAX_SEGMENT_OF_STEPS, segment_fits};
use crate::score::score::Score;

/// Makes a [`Score`] from samples and their reconstructions as they come; `outside` stays 0.
#[derive(Debug, Clone)]
pub struct ScoreAccumulator {
    segment: usize,
    step: usize,
    residuals: Residuals,
}

impl ScoreAccumulator {
    /// Starts a window whose segments are of single values. `segment` is clamped to 1…64 of them.
    pub fn new(segment: usize) -> Self {
        Self { segment: segment.clamp(1, MAX_SEGMENT), step: 1, residuals: Residuals::NONE }
    }

    /// Starts a window whose segments are of `segment` steps of `step` values each, as those of a signal with so many channels.
    /// `None` where [`segment_fits`] does not allow it.
    pub fn of_steps(segment: usize, step: usize) -> Option<Self> {
        segment_fits(segment, step).then_some(Self { segment, step, residuals: Residuals::NONE })
    }

    /// Takes a value and its reconstruction.
    #[inline]
    pub fn push(&mut self, input: i8, output: i8) {
        self.residuals.extend([self.segment, self.step], &[input as u8], &[output as u8]);
    }

    /// The score of what was taken so far; a window shorter than a segment counts as one segment.
    pub fn score(&self) -> Score {
        self.residuals.score(self.step)
    }
}

/// Squared residuals of a window; all 0 at the start.
#[derive(Debug, Clone)]
pub(crate) struct Residuals {
    /// The squares of the last steps: 64 half words where a step is one value, else 32 words.
    recent: [u32; MAX_SEGMENT_OF_STEPS],
    sums: Sums,
    /// Sum of the squares of a step of several values that is not complete, and how many they are.
    part: u32,
    part_values: u32,
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

impl Sums {
    /// The ring of recent squares starts anew where a segment of `segment` steps is complete.
    #[inline(always)]
    fn end_round(&mut self, segment: usize) {
        if self.at == segment {
            // The sum is that of the ring, which just went round once.
            (self.at, self.total) = (0, self.total + u64::from(self.sum));
            if self.full == 0 {
                // What went before were parts of the first segment.
                (self.full, self.largest, self.smallest) = (1, self.sum, self.sum);
            }
        }
    }

    /// Takes the square of a step in place of the oldest one's.
    #[inline(always)]
    fn take(&mut self, square: u32, oldest: u32) {
        self.sum = self.sum.wrapping_add(square).wrapping_sub(oldest);
        self.largest = self.largest.max(self.sum);
        self.smallest = self.smallest.min(self.sum);
    }
}

/// |residual| ≤ 255, so the square fits in 16 bits.
#[inline(always)]
fn square(input: u8, output: u8) -> u16 {
    let residual = i32::from(input as i8) - i32::from(output as i8);
    (residual * residual) as u16
}

impl Residuals {
    /// Before the first.
    pub(crate) const NONE: Self = Self {
        recent: [0; MAX_SEGMENT_OF_STEPS],
        sums: Sums { at: 0, full: 0, sum: 0, total: 0, largest: 0, smallest: 0 },
        part: 0,
        part_values: 0,
    };

    /// Forgets what was taken.
    pub(crate) fn reset(&mut self) {
        crate::rows::fill(bytemuck::bytes_of_mut(&mut self.recent), 0);
        self.sums = Self::NONE.sums;
        (self.part, self.part_values) = (0, 0);
    }

    /// The recent squares of single values.
    #[inline(always)]
    fn recent_values(&mut self) -> &mut [u16; MAX_SEGMENT] {
        bytemuck::must_cast_mut(&mut self.recent)
    }

    /// Takes values and as many reconstructions, both as bytes of int8, for segments of steps of values: [`segment_fits`].
    #[inline]
    pub(crate) fn extend(&mut self, [segment, step]: [usize; 2], inputs: &[u8], outputs: &[u8]) {
        if step == 1 {
            self.extend_values(segment, inputs, outputs)
        } else {
            self.extend_steps(segment, step, inputs, outputs)
        }
    }

    fn extend_values(&mut self, segment: usize, mut inputs: &[u8], mut outputs: &[u8]) {
        let mut s = self.sums;
        let ring = self.recent_values();
        while !inputs.is_empty() && inputs.len() == outputs.len() {
            // Up to where the ring of recent squares starts anew.
            let count = inputs.len().min(segment.saturating_sub(s.at));
            let (Some((now, later)), Some((now_out, later_out)), Some(recent)) = (
                inputs.split_at_checked(count),
                outputs.split_at_checked(count),
                ring.get_mut(s.at..s.at + count).filter(|recent| !recent.is_empty()),
            ) else {
                break;
            };
            (inputs, outputs) = (later, later_out);
            for ((input, output), oldest) in now.iter().zip(now_out).zip(recent) {
                let square = square(*input, *output);
                s.take(u32::from(square), u32::from(*oldest));
                *oldest = square;
            }
            s.at += count;
            s.end_round(segment);
        }
        self.sums = s;
    }

    /// The values of a step may come in several calls.
    fn extend_steps(&mut self, segment: usize, step: usize, inputs: &[u8], outputs: &[u8]) {
        let mut s = self.sums;
        for (input, output) in inputs.iter().zip(outputs) {
            self.part = self.part.wrapping_add(u32::from(square(*input, *output)));
            self.part_values += 1;
            if self.part_values as usize != step {
                continue;
            }
            if let Some(oldest) = self.recent.get_mut(s.at) {
                s.take(self.part, *oldest);
                *oldest = self.part;
            }
            (self.part, self.part_values) = (0, 0);
            s.at += 1;
            s.end_round(segment);
        }
        self.sums = s;
    }

    /// The score of what was taken so far in steps of `step` values; a window shorter than a segment counts as one segment.
    pub(crate) fn score(&self, step: usize) -> Score {
        let s = &self.sums;
        let (segment_max, segment_min) = if s.full == 1 { (s.largest, s.smallest) } else { (s.sum, s.sum) };
        let last_round: u32 = if step == 1 {
            let recent: &[u16; MAX_SEGMENT] = bytemuck::must_cast_ref(&self.recent);
            recent.iter().take(s.at).map(|square| u32::from(*square)).sum()
        } else {
            // No more than a segment's sum and a part of a step. Wrapping, as a made-up plan may ask for anything.
            self.recent.iter().take(s.at).fold(self.part, |sum, square| sum.wrapping_add(*square))
        };
        Score { total: s.total + u64::from(last_round), segment_max, segment_min, ..Score::default() }
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
                ..Score::default()
            };
            assert_eq!(accumulator.score(), want, "{samples} samples");
        }
    }

    /// Three channels: a step is the sum over them, so segments start where steps do.
    #[test]
    fn stretches_of_steps_hold_all_channels() {
        let residuals: [[i32; 3]; 6] = [[1, 2, 3], [0, 0, 9], [5, 0, 0], [1, 1, 1], [0, 0, 0], [2, 0, 7]];
        for steps in 1..=residuals.len() {
            let residuals = &residuals[..steps];
            let mut accumulator = ScoreAccumulator::of_steps(2, 3).unwrap();
            residuals.as_flattened().iter().for_each(|r| accumulator.push(*r as i8, 0));
            let mut squares = [0; 6];
            for (square, step) in squares.iter_mut().zip(residuals) {
                *square = step.iter().map(|r| (r * r) as u32).sum();
            }
            let sums = squares[..steps].windows(2.min(steps)).map(|segment| segment.iter().sum::<u32>());
            let want = Score {
                total: squares.iter().map(|square| u64::from(*square)).sum(),
                segment_max: sums.clone().max().unwrap(),
                segment_min: sums.min().unwrap(),
                ..Score::default()
            };
            assert_eq!(accumulator.score(), want, "{steps} steps");
        }
    }

    /// The most values that a segment may have, all as wrong as can be: no sum overflows.
    #[test]
    fn the_longest_segment_stays_in_32_bits() {
        let (segment, step) = (32, 2064);
        assert!(ScoreAccumulator::of_steps(segment, step + 1).is_none());
        assert!(ScoreAccumulator::of_steps(33, 2).is_none() && ScoreAccumulator::of_steps(64, 1).is_some());
        let mut accumulator = ScoreAccumulator::of_steps(segment, step).unwrap();
        (0..2 * segment * step).for_each(|_| accumulator.push(-128, 127));
        let sum = (segment * step) as u32 * 65_025;
        let want = Score { total: 2 * u64::from(sum), segment_max: sum, segment_min: sum, ..Score::default() };
        assert_eq!(accumulator.score(), want);
    }

    #[test]
    fn a_short_window_is_one_stretch() {
        let mut accumulator = ScoreAccumulator::new(32);
        accumulator.push(-128, 127);
        accumulator.push(127, -128);
        let want = Score { total: 130_050, segment_max: 130_050, segment_min: 130_050, ..Score::default() };
        assert_eq!(accumulator.score(), want);
    }
}
