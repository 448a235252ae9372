//! The three-part score in floating point, to set beside the integer one.

use picoae::Score;
use serde::Serialize;

/// Total, largest segment, smallest segment: either score as numbers of one type.
pub type Parts = [f64; 3];

/// Names of the parts, in their order.
pub const PART_NAMES: [&str; 3] = ["total", "segment_max", "segment_min"];

/// The parts of an integer score.
pub fn parts(score: &Score) -> Parts {
    // A total stays below 2⁵³ up to windows of 10¹¹ samples, so this is exact.
    score.parts().map(|v| v as f64)
}

/// What a window scores in floating point, in the square of the network's unit. All of r² = (input − output)². Nothing is outside
/// the range of floating point.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct FloatScore {
    /// Sum over the window.
    pub total: f64,
    /// Largest sum over any segment of consecutive steps.
    pub segment_max: f64,
    /// Smallest sum over any segment.
    pub segment_min: f64,
}

impl FloatScore {
    /// The three as an array.
    pub fn parts(&self) -> Parts {
        [self.total, self.segment_max, self.segment_min]
    }
}

/// Scores a window of samples against its reconstruction; `segment` is the length of a segment in steps (32 by default
/// everywhere), `step` how many values side by side make a step: the channels of a signal, 1 for an image. Both are at least 1. A
/// window shorter than a segment counts as one. If the lengths differ, the shorter one counts.
pub fn float_score(input: &[f32], output: &[f32], segment: usize, step: usize) -> FloatScore {
    let square = |(a, b): (&f32, &f32)| {
        let residual = f64::from(*a) - f64::from(*b);
        residual * residual
    };
    let step = step.max(1);
    let pairs = input.chunks(step).zip(output.chunks(step));
    let squares: Vec<f64> = pairs.map(|(a, b)| a.iter().zip(b).map(square).sum()).collect();
    let total: f64 = squares.iter().sum();
    if squares.len() < segment.max(1) {
        return FloatScore { total, segment_max: total, segment_min: total };
    }
    // Every segment is summed afresh: a running sum would keep rounding errors of large samples long gone.
    let sums = squares.windows(segment.max(1)).map(|w| w.iter().sum::<f64>());
    let (segment_min, segment_max) =
        sums.fold((f64::INFINITY, 0.0_f64), |(low, high), sum| (low.min(sum), high.max(sum)));
    FloatScore { total, segment_max, segment_min }
}

#[cfg(test)]
mod tests {
    use super::*;
    use picoae::ScoreAccumulator;
    use proptest::prelude::*;

    proptest! {
        /// On whole numbers floating point is exact, so both scores must be equal.
        #[test]
        fn equals_the_integer_score_on_integers(
            pairs in prop::collection::vec((any::<i8>(), any::<i8>()), 1..200), segment in 1usize..=32, step in 1usize..=9,
        ) {
            let pairs = &pairs[..pairs.len() / step * step];
            let mut keeper = ScoreAccumulator::of_steps(segment, step).unwrap();
            pairs.iter().for_each(|&(a, b)| keeper.push(a, b));
            let input: Vec<f32> = pairs.iter().map(|p| f32::from(p.0)).collect();
            let output: Vec<f32> = pairs.iter().map(|p| f32::from(p.1)).collect();
            prop_assert_eq!(float_score(&input, &output, segment, step).parts(), parts(&keeper.score()));
        }
    }

    #[test]
    fn a_large_sample_leaves_no_trace_in_later_stretches() {
        let mut input = vec![1e-3_f32; 100];
        input[3] = 1e9;
        let score = float_score(&input, &[0.0; 100], 8, 1);
        let small = f64::from(1e-3_f32);
        assert!((score.segment_min / (8.0 * small * small) - 1.0).abs() < 1e-12);
    }
}
