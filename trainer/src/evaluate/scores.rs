//! The parts of a score as numbers of one type, and the score in floating point, to set beside the integer one.

use super::coarse::FloatCoarse;
use super::sides::PartSides;
use picoae::{Part, Score};

/// The parts in the order of [`Part::ALL`]; 0 where a part is not used.
pub type Parts = [f64; Part::COUNT];

/// The parts of an integer score.
pub fn parts(score: &Score) -> Parts {
    // They stay below 2⁵³ up to windows of 10¹¹ samples, so this is exact.
    score.parts().map(|v| v as f64)
}

/// How windows are scored in floating point.
#[derive(Debug, Clone, Copy)]
pub struct FloatDefinition<'c> {
    /// Steps of a segment, at least 1.
    pub segment: usize,
    /// How many values side by side make a step: the channels of a signal, 1 for an image. At least 1.
    pub step: usize,
    /// The parts that are made.
    pub sides: PartSides,
    /// Of the coarse part.
    pub coarse: Option<&'c FloatCoarse>,
}

fn square((a, b): (&f32, &f32)) -> f64 {
    let residual = f64::from(*a) - f64::from(*b);
    residual * residual
}

/// The smallest and the largest sum over `segment` consecutive squares; all of them where they are fewer.
fn segments(squares: &[f64], segment: usize) -> [f64; 2] {
    if squares.len() < segment.max(1) {
        return [squares.iter().sum(); 2];
    }
    // Every segment is summed afresh: a running sum would keep rounding errors of large samples long gone.
    let sums = squares.windows(segment.max(1)).map(|w| w.iter().sum::<f64>());
    sums.fold([f64::INFINITY, 0.0_f64], |[low, high], sum| [low.min(sum), high.max(sum)])
}

/// Scores a window of samples against its reconstruction, in the square of the network's unit; `latent` is what the encoder makes of it,
/// where that part is used. Nothing is outside the range of floating point. If the lengths differ, the shorter one counts.
pub fn float_score(input: &[f32], output: &[f32], latent: &[f32], definition: &FloatDefinition) -> Parts {
    let FloatDefinition { segment, step, sides, coarse } = *definition;
    let step = step.max(1);
    let steps = || input.chunks(step).zip(output.chunks(step));
    let squares: Vec<f64> = steps().map(|(a, b)| a.iter().zip(b).map(square).sum()).collect();
    let [segment_min, segment_max] = segments(&squares, segment);
    let mut all = [0.0; Part::COUNT];
    let mut put = |part: Part, value: f64| all[part as usize] = value;
    put(Part::Total, squares.iter().sum());
    put(Part::LargestSegment, segment_max);
    put(Part::SmallestSegment, segment_min);
    if sides.uses(Part::Coarse) {
        put(Part::Coarse, coarse.map_or(0.0, |coarse| coarse.distance(input)));
    }
    if sides.uses(Part::Flat) {
        let rows: Vec<&[f32]> = input.chunks(step).collect();
        let changes: Vec<f64> = rows.windows(2).map(|p| p[0].iter().zip(p[1]).map(square).sum()).collect();
        put(Part::Flat, segments(&changes, segment)[0]);
    }
    if sides.uses(Part::Latent) {
        put(Part::Latent, latent.iter().map(|v| f64::from(*v).powi(2)).sum());
    }
    if sides.uses(Part::Channel) {
        let of = |c: usize| steps().filter_map(|(a, b)| Some(square((a.get(c)?, b.get(c)?)))).sum::<f64>();
        put(Part::Channel, (0..step).map(of).fold(0.0, f64::max));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use picoae::PartSet;
    use picoae_compiler::reference::score::{ScoreDefinition, score_of};
    use proptest::prelude::*;

    /// All but the coarse part, whose integers are rounded.
    fn exact(segment: usize, step: usize) -> FloatDefinition<'static> {
        let every = PartSet::from_bits((1 << Part::COUNT) - 1);
        let sides = PartSides { above: every, ..PartSides::default() }.without(Part::Coarse);
        FloatDefinition { segment, step, sides, coarse: None }
    }

    proptest! {
        /// On whole numbers floating point is exact, so both scores must be equal.
        #[test]
        fn equals_the_integer_score_on_integers(
            pairs in prop::collection::vec((any::<i8>(), any::<i8>()), 1..200), segment in 1usize..=32, step in 1usize..=9,
        ) {
            let pairs = &pairs[..pairs.len() / step * step];
            let definition = exact(segment, step);
            let input: Vec<i8> = pairs.iter().map(|p| p.0).collect();
            let output: Vec<i8> = pairs.iter().map(|p| p.1).collect();
            let of_integers = ScoreDefinition { parts: definition.sides.parts(), segment, step, coarse: None };
            let want = score_of(&input, &output, &input, 0, &of_integers);
            let [input, output] = [input, output].map(|v| v.iter().map(|q| f32::from(*q)).collect::<Vec<_>>());
            prop_assert_eq!(float_score(&input, &output, &input, &definition), parts(&want));
        }
    }

    #[test]
    fn a_large_sample_leaves_no_trace_in_later_stretches() {
        let mut input = vec![1e-3_f32; 100];
        input[3] = 1e9;
        let score = float_score(&input, &[0.0; 100], &[], &exact(8, 1));
        let small = f64::from(1e-3_f32);
        assert!((score[Part::SmallestSegment as usize] / (8.0 * small * small) - 1.0).abs() < 1e-12);
    }
}
