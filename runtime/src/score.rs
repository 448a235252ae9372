//! The anomaly score: three exact integers of the squared residuals.

/// What a window scores. All of r² = (q_in − q_out)² of its samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Score {
    /// Sum over the window. The mean squared error in real units is `total · scale² / samples`.
    pub total: u64,
    /// Largest sum over any stretch of consecutive samples (32 unless the model says otherwise).
    pub stretch_max: u32,
    /// Smallest sum over any stretch.
    pub stretch_min: u32,
}

impl Score {
    /// The three as an array: total, largest stretch, smallest stretch.
    pub const fn parts(&self) -> [u64; 3] {
        [self.total, self.stretch_max as u64, self.stretch_min as u64]
    }

    /// Mean squared error in the square of real units, for tensors of `samples` values and the given scale.
    pub fn mean_squared_error(&self, scale: f32, samples: usize) -> f32 {
        self.total as f32 * scale * scale / samples.max(1) as f32
    }
}

/// Longest stretch that a keeper can follow.
pub(crate) const MAX_STRETCH: usize = 64;

/// Makes a [`Score`] from residuals as they come.
#[derive(Debug, Clone)]
pub struct ScoreKeeper {
    recent: [u16; MAX_STRETCH],
    sums: Sums,
}

/// Everything but the recent squares: apart, so that it stays in registers while many residuals come.
#[derive(Debug, Clone, Copy)]
struct Sums {
    at: usize,
    stretch: usize,
    /// 1 when a whole stretch has come, else 0. A word, so that the structure has no gap and is copied word by word.
    full: u32,
    sum: u32,
    total: u64,
    largest: u32,
    smallest: u32,
}

impl Sums {
    const fn new(stretch: usize) -> Self {
        Self { at: 0, stretch, full: 0, sum: 0, total: 0, largest: 0, smallest: 0 }
    }
}

impl ScoreKeeper {
    /// Starts a window. `stretch` is clamped to 1…64 samples.
    pub fn new(stretch: usize) -> Self {
        let stretch = stretch.clamp(1, MAX_STRETCH);
        Self { recent: [0; MAX_STRETCH], sums: Sums::new(stretch) }
    }

    /// Forgets what was taken.
    pub(crate) fn reset(&mut self) {
        crate::engine::fill(bytemuck::bytes_of_mut(&mut self.recent), 0);
        self.sums = Sums::new(self.sums.stretch);
    }

    /// Takes a sample and its reconstruction.
    #[inline]
    pub fn push(&mut self, input: i8, output: i8) {
        self.extend(&[input as u8], &[output as u8]);
    }

    /// Takes at most 65,536 samples and as many reconstructions, both as bytes of int8.
    pub(crate) fn extend(&mut self, mut inputs: &[u8], mut outputs: &[u8]) {
        let mut s = self.sums;
        let mut total = 0_u32;
        while !inputs.is_empty() && inputs.len() == outputs.len() {
            // Up to where the ring of recent squares starts anew.
            let count = inputs.len().min(s.stretch - s.at);
            let (now, later) = inputs.split_at(count);
            let (now_out, later_out) = outputs.split_at(count);
            (inputs, outputs) = (later, later_out);
            for ((input, output), oldest) in now.iter().zip(now_out).zip(&mut self.recent[s.at..s.at + count]) {
                let residual = i32::from(*input as i8) - i32::from(*output as i8);
                // |residual| ≤ 255, so the square fits in 16 bits and a stretch in 32.
                let square = (residual * residual) as u16;
                total += u32::from(square);
                s.sum = s.sum + u32::from(square) - u32::from(*oldest);
                *oldest = square;
                s.largest = s.largest.max(s.sum);
                s.smallest = s.smallest.min(s.sum);
            }
            s.at += count;
            if s.at == s.stretch {
                s.at = 0;
                if s.full == 0 {
                    // What went before were parts of the first stretch.
                    (s.full, s.largest, s.smallest) = (1, s.sum, s.sum);
                }
            }
        }
        s.total += u64::from(total);
        self.sums = s;
    }

    /// The score of what was taken so far; a window shorter than a stretch counts as one stretch.
    pub fn score(&self) -> Score {
        let s = &self.sums;
        let (stretch_max, stretch_min) = if s.full == 1 { (s.largest, s.smallest) } else { (s.sum, s.sum) };
        Score { total: s.total, stretch_max, stretch_min }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_extreme_stretches() {
        let residuals: [i32; 12] = [0, 3, -1, 7, 0, 0, 2, -9, 4, 4, 1, 0];
        let mut keeper = ScoreKeeper::new(4);
        for r in residuals {
            keeper.push(r as i8, 0);
        }
        let sums: [i32; 9] = core::array::from_fn(|i| residuals[i..i + 4].iter().map(|r| r * r).sum());
        let want = Score {
            total: residuals.iter().map(|r| (r * r) as u64).sum(),
            stretch_max: *sums.iter().max().unwrap() as u32,
            stretch_min: *sums.iter().min().unwrap() as u32,
        };
        assert_eq!(keeper.score(), want);
    }

    #[test]
    fn a_short_window_is_one_stretch() {
        let mut keeper = ScoreKeeper::new(32);
        keeper.push(-128, 127);
        keeper.push(127, -128);
        assert_eq!(keeper.score(), Score { total: 130_050, stretch_max: 130_050, stretch_min: 130_050 });
    }
}
