//! The distance to the nearest training window.

use super::baseline::{Baseline, spread};

/// Most training windows that are kept.
const MOST: usize = 4000;

/// Values that are summed up before it is seen whether the sum is too large already.
const STRIDE: usize = 64;

/// Euclidean distance from the nearest of at most 4,000 training windows, spread evenly (Ramaswamy et al. 2000, "Efficient algorithms for
/// mining outliers from large data sets", with k = 1).
#[derive(Debug, Clone)]
pub struct Neighbours {
    windows: Vec<f32>,
    d: usize,
}

impl Neighbours {
    /// From training windows; how values are laid out and the seed are not used.
    pub fn fit(train: &[f32], d: usize, _channels: usize, _seed: u64) -> Self {
        Self { windows: spread(train, d, MOST).concat(), d }
    }
}

impl Baseline for Neighbours {
    fn name(&self) -> &'static str {
        "nearest neighbour"
    }

    fn score(&self, window: &[f32]) -> f64 {
        if self.windows.is_empty() {
            return 0.0;
        }
        let mut nearest = f32::INFINITY;
        for other in self.windows.chunks_exact(self.d) {
            let mut total = 0.0_f32;
            for (a, b) in window.chunks(STRIDE).zip(other.chunks(STRIDE)) {
                total += a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f32>();
                if total >= nearest {
                    break;
                }
            }
            nearest = nearest.min(total);
        }
        f64::from(nearest).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_the_least_of_all_distances() {
        let mut random = crate::data::random::Stream::new(2, "tests/baselines/neighbours");
        let mut draw = |n: usize| -> Vec<f32> { (0..n).map(|_| random.normal(1.0) as f32).collect() };
        let (train, test) = (draw(50 * 150), draw(20 * 150));
        let neighbours = Neighbours::fit(&train, 150, 1, 0);
        for window in test.chunks(150) {
            let distance =
                |other: &[f32]| window.iter().zip(other).map(|(a, b)| f64::from(a - b).powi(2)).sum::<f64>().sqrt();
            let least = train.chunks(150).map(distance).fold(f64::INFINITY, f64::min);
            assert!((neighbours.score(window) / least - 1.0).abs() < 1e-5);
        }
        assert_eq!(neighbours.score(&train[300..450]), 0.0);
    }

    #[test]
    fn many_windows_are_thinned_out() {
        let train: Vec<f32> = (0..3 * MOST).map(|i| i as f32).collect();
        let neighbours = Neighbours::fit(&train, 1, 1, 0);
        assert_eq!((neighbours.windows.len(), neighbours.score(&[7.0])), (MOST, 1.0));
    }
}
