//! What the coarse part of the score takes normal windows for: where the sums of their blocks lie, and how they vary together.
//!
//! A window is cut into blocks, the values of each block are summed, channel by channel; all sums of a window are one vector, and its
//! Mahalanobis distance (Mahalanobis 1936) from normal ones is the part. With the inverse G⁻¹ of the Cholesky factor of their covariance
//! the distance is |G⁻¹ (S − μ)|². A share of the mean variance is added to each variance, so that few windows say nothing about directions in
//! which they do not vary (Ledoit and Wolf 2004).

use crate::error::{Error, Result};
use nalgebra::DMatrix;
use picoae::plan::MAX_COARSE_SUMS;
use picoae_compiler::lower::CoarseNumbers;
use serde::{Deserialize, Serialize};

/// Most blocks of a window.
const MOST_BLOCKS: usize = 50;

/// Share of the mean variance that is added to each, from so many windows on, and with fewer.
const RIDGE: f64 = 1e-3;
const RIDGE_OF_FEW: f64 = 1e-2;
const FEW: usize = 200;

/// Steps of int8 that a normal sum's distance may take: twice the largest of training fits.
const LARGEST: f64 = 127.0;

/// A standard deviation in the integer part's unit.
const SIXTEENTHS: f64 = 16.0;

/// How windows are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Blocks {
    /// Blocks of a window.
    pub blocks: usize,
    /// Steps of a block.
    pub block: usize,
    /// Values of a step.
    pub step: usize,
}

impl Blocks {
    /// Of windows of `steps` steps of `step` values; `None` where a step has too many values for a sum each.
    pub fn of(steps: usize, step: usize) -> Option<Self> {
        let blocks = (MAX_COARSE_SUMS / step.max(1)).min(MOST_BLOCKS).min(steps);
        (blocks > 0).then(|| Self { blocks, block: steps / blocks, step })
    }

    /// The sums of a window, `[step][value]`.
    pub fn sums<T: Copy + Into<f64>>(&self, window: &[T]) -> Vec<f64> {
        let mut sums = vec![0.0; self.blocks * self.step];
        for (s, values) in window.chunks(self.step).take(self.blocks * self.block).enumerate() {
            let from = s / self.block * self.step;
            sums[from..from + self.step].iter_mut().zip(values).for_each(|(sum, value)| *sum += (*value).into());
        }
        sums
    }
}

/// In floating point, beside the float network's scores.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FloatCoarse {
    blocks: Blocks,
    means: Vec<f64>,
    /// Rows of the lower triangle of the inverse Cholesky factor.
    factor: Vec<f64>,
}

impl FloatCoarse {
    /// From the sums of training windows, of which `independent` share no sample.
    ///
    /// # Errors
    /// [`Error::Invalid`] without a window.
    pub fn fit(blocks: Blocks, sums: &[Vec<f64>], independent: usize) -> Result<Self> {
        let means = means(sums)?;
        let distances: Vec<Vec<f64>> =
            sums.iter().map(|sums| sums.iter().zip(&means).map(|(s, m)| s - m).collect()).collect();
        Ok(Self { blocks, means, factor: inverse_cholesky(&distances, independent)? })
    }

    /// The squared distance of a window, in standard deviations squared.
    pub fn distance(&self, window: &[f32]) -> f64 {
        let sums = self.blocks.sums(window);
        let t: Vec<f64> = sums.iter().zip(&self.means).map(|(s, m)| s - m).collect();
        let mut rows = self.factor.as_slice();
        let mut total = 0.0;
        for i in 0..t.len() {
            let (row, later) = rows.split_at((i + 1).min(rows.len()));
            rows = later;
            total += row.iter().zip(&t).map(|(l, t)| l * t).sum::<f64>().powi(2);
        }
        total
    }
}

/// In integers, from the sums of training windows of int8 values.
///
/// # Errors
/// [`Error::Invalid`] without a window.
pub fn numbers(blocks: Blocks, sums: &[Vec<f64>], independent: usize) -> Result<CoarseNumbers> {
    let means: Vec<f64> = means(sums)?.iter().map(|mean| mean.round()).collect();
    let largest = sums.iter().flat_map(|s| s.iter().zip(&means).map(|(s, m)| (s - m).abs())).fold(0.0, f64::max);
    let shift = (0..=24).find(|shift| 2.0 * largest / f64::from(1_u32 << shift) <= LARGEST).unwrap_or(24);
    // As the device shortens them.
    let unit = f64::from(1_u32 << shift);
    let shortened = |(s, m): (&f64, &f64)| ((s - m) / unit + 0.5).floor().clamp(-128.0, 127.0);
    let distances: Vec<Vec<f64>> = sums.iter().map(|s| s.iter().zip(&means).map(shortened).collect()).collect();
    let rows = inverse_cholesky(&distances, independent)?;
    let row = |i: usize| &rows[i * (i + 1) / 2..][..=i];
    let largest_of = |i: usize| row(i).iter().fold(0.0_f64, |most, v| most.max(v.abs())).max(f64::MIN_POSITIVE);
    let scales: Vec<f64> = (0..means.len()).map(|i| SIXTEENTHS * largest_of(i) / LARGEST).collect();
    let most = scales.iter().copied().fold(0.0, f64::max);
    // The largest multiplier takes all of its 16 bits.
    let fraction = (0..=40).rev().find(|bits| most * f64::from(*bits as u32).exp2() <= 65_535.0).unwrap_or(0);
    let multiplier = |scale: &f64| (scale * f64::from(fraction as u32).exp2()).round().clamp(0.0, 65_535.0) as u16;
    Ok(CoarseNumbers {
        blocks: blocks.blocks as u16,
        block: blocks.block as u16,
        shift: shift as u16,
        fraction: fraction as u16,
        factor: (0..means.len())
            .flat_map(|i| row(i).iter().map(move |v| (v / largest_of(i) * LARGEST).round() as i8))
            .collect(),
        multipliers: scales.iter().map(multiplier).collect(),
        means: means.into_iter().map(|mean| mean as i32).collect(),
    })
}

fn means(sums: &[Vec<f64>]) -> Result<Vec<f64>> {
    let first =
        sums.first().ok_or_else(|| Error::invalid("no training window to learn the course of the input from"))?;
    let mean = |i: usize| sums.iter().map(|s| s[i]).sum::<f64>() / sums.len() as f64;
    Ok((0..first.len()).map(mean).collect())
}

/// Rows of the lower triangle of the inverse of the Cholesky factor of the distances' covariance.
fn inverse_cholesky(distances: &[Vec<f64>], independent: usize) -> Result<Vec<f64>> {
    let sums = distances.first().map_or(0, Vec::len);
    let mut covariance = DMatrix::<f64>::zeros(sums, sums);
    for t in distances {
        for i in 0..sums {
            for j in 0..=i {
                covariance[(i, j)] += t[i] * t[j];
            }
        }
    }
    covariance /= distances.len() as f64;
    let trace = covariance.trace();
    let ridge = if independent < FEW { RIDGE_OF_FEW } else { RIDGE };
    // Sums that do not vary at all still have a rounding step.
    let least = ridge * (trace / sums.max(1) as f64).max(1e-6);
    for i in 0..sums {
        covariance[(i, i)] += least;
        for j in 0..i {
            covariance[(j, i)] = covariance[(i, j)];
        }
    }
    let beyond = || Error::invalid("the sums of the windows' blocks have no covariance that can be inverted");
    let factor = covariance.cholesky().ok_or_else(beyond)?.l();
    let inverse = factor.solve_lower_triangular(&DMatrix::identity(sums, sums)).ok_or_else(beyond)?;
    Ok((0..sums).flat_map(|i| (0..=i).map(move |j| (i, j))).map(|at| inverse[at]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::random::Stream;
    use picoae::{Part, PartSet};
    use picoae_compiler::reference::score::{ScoreDefinition, score_of};

    /// Waves of random phase and a little noise; `offset` is a fault.
    fn windows(count: usize, offset: f64) -> Vec<Vec<i8>> {
        let mut random = Stream::new(3, "tests/coarse");
        let mut window = || {
            let phase = random.uniform([0.0, 6.3]);
            (0..400).map(|i| (50.0 * (0.05 * f64::from(i) + phase).sin() + random.normal(4.0) + offset) as i8).collect()
        };
        (0..count).map(|_| window()).collect()
    }

    /// The integers say what floating point says of the same windows.
    #[test]
    fn integers_say_what_floating_point_says() {
        let blocks = Blocks::of(400, 1).unwrap();
        assert_eq!((blocks.blocks, blocks.block), (50, 8));
        let train: Vec<Vec<f64>> = windows(300, 0.0).iter().map(|w| blocks.sums(w)).collect();
        let float = FloatCoarse::fit(blocks, &train, 300).unwrap();
        let integers = numbers(blocks, &train, 300).unwrap();
        let definition =
            ScoreDefinition { parts: PartSet::NONE.with(Part::Coarse), segment: 32, step: 1, coarse: Some(&integers) };
        let both = |w: &Vec<i8>| {
            let floats: Vec<f32> = w.iter().map(|q| f32::from(*q)).collect();
            (float.distance(&floats), score_of(w, w, &[], 0, &definition).coarse as f64 / 256.0)
        };
        let usual: Vec<(f64, f64)> = windows(60, 0.0).iter().map(both).collect();
        let faulty: Vec<(f64, f64)> = windows(60, 20.0).iter().map(both).collect();
        for (float, integer) in usual.iter().chain(&faulty) {
            // Seven bits a sum: small distances are the least exact.
            assert!((integer / float - 1.0).abs() < 0.35, "{float} {integer}");
        }
        let most = usual.iter().map(|w| w.1).fold(0.0, f64::max);
        assert!(faulty.iter().all(|w| w.1 > 2.0 * most), "{most} {faulty:?}");
    }

    #[test]
    fn many_channels_have_fewer_blocks_and_constant_ones_are_no_trouble() {
        assert_eq!(Blocks::of(60, 8).unwrap(), Blocks { blocks: 8, block: 7, step: 8 });
        assert_eq!(Blocks::of(5, 1).unwrap().blocks, 5);
        assert!(Blocks::of(60, 65).is_none());
        let blocks = Blocks::of(12, 2).unwrap();
        let train = vec![blocks.sums(&[3_i8; 24]); 9];
        assert!(FloatCoarse::fit(blocks, &train, 9).unwrap().distance(&[3.0; 24]) < 1e-9);
        let integers = numbers(blocks, &train, 9).unwrap();
        assert_eq!((integers.shift, integers.means.len(), integers.factor.len()), (0, 24, 300));
        assert!(numbers(blocks, &[], 9).is_err());
    }
}
