//! What a linear subspace does not explain of a window.

use super::baseline::{Baseline, spread};
use crate::data::random::Stream;
use nalgebra::{DMatrix, DVector};

/// Components, where there are as many windows and values.
const COMPONENTS: usize = 16;

/// Most training windows.
const MOST: usize = 2000;

/// Directions that are searched beside the components, and how often: with more than a few of each, what is found does not change.
const BESIDE: usize = 8;
const ROUNDS: usize = 12;

/// Squared distance from the mean of training windows without its part along their first principal components, by default 16 (Jackson and
/// Mudholkar 1979, "Control procedures for residuals associated with principal component analysis"), of whole windows, of at most 2,000 of
/// them.
///
/// The components come by subspace iteration from random directions (Halko et al. 2011, "Finding structure with randomness", algorithm 4.4):
/// a few products with windows, where all eigenvectors of a matrix of 2,000 rows, be it the covariance or the Gram matrix, take many times as
/// long.
#[derive(Debug, Clone)]
pub struct PrincipalComponents {
    mean: DVector<f64>,
    /// A component a column, `d` values each; of length 1, at right angles.
    components: DMatrix<f64>,
}

impl PrincipalComponents {
    /// From training windows, with 16 components; how values are laid out is not used.
    pub fn fit(train: &[f32], d: usize, _channels: usize, seed: u64) -> Self {
        Self::with_components(train, d, seed, COMPONENTS)
    }

    /// From training windows, with at most `components`: always fewer than there are windows or values.
    pub fn with_components(train: &[f32], d: usize, seed: u64, components: usize) -> Self {
        let windows = spread(train, d, MOST);
        let count = windows.len();
        if count == 0 {
            return Self { mean: DVector::zeros(0), components: DMatrix::zeros(0, 0) };
        }
        // A window a column, so that a column lies in one piece.
        let mut values = DMatrix::from_iterator(d, count, windows.iter().flat_map(|w| w.iter().map(|v| f64::from(*v))));
        let mean = values.column_mean();
        values.column_iter_mut().for_each(|mut column| column -= &mean);
        // One direction less than there are, or nothing could be left over.
        let kept = components.min(count - 1).min(d - 1);
        let searched = (kept + BESIDE).min(count).min(d);
        let mut random = Stream::new(seed, "baselines/principal components");
        let start = DMatrix::from_fn(count, searched, |_, _| random.normal(1.0));
        let mut directions = (&values * start).qr().q();
        for _ in 0..ROUNDS {
            directions = (&values * values.tr_mul(&directions)).qr().q();
        }
        // Within what was found, the directions of most variance.
        let inside = values.tr_mul(&directions);
        let eigen = inside.tr_mul(&inside).symmetric_eigen();
        let mut order: Vec<usize> = (0..searched).collect();
        order.sort_by(|a, b| eigen.eigenvalues[*b].total_cmp(&eigen.eigenvalues[*a]));
        order.truncate(kept);
        Self { mean, components: directions * eigen.eigenvectors.select_columns(&order) }
    }
}

impl Baseline for PrincipalComponents {
    fn name(&self) -> &'static str {
        "principal components"
    }

    fn score(&self, window: &[f32]) -> f64 {
        let value = |i: usize| window.get(i).map_or(0.0, |value| f64::from(*value));
        let mut rest = DVector::from_fn(self.mean.len(), |i, _| value(i) - self.mean[i]);
        // One after the other: the difference of squares would lose small residuals.
        for component in self.components.column_iter() {
            let along = component.dot(&rest);
            rest.axpy(-along, &component, 1.0);
        }
        rest.norm_squared()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Windows in `rank` directions of falling variance, with a little noise.
    fn windows(count: usize, d: usize, rank: usize) -> Vec<f32> {
        let mut random = Stream::new(4, "tests/principal components");
        let directions: Vec<Vec<f64>> = (0..rank).map(|_| (0..d).map(|_| random.normal(1.0)).collect()).collect();
        let mut values = Vec::new();
        for _ in 0..count {
            let weights: Vec<f64> = (0..rank).map(|r| random.normal(1.0 / (1.0 + r as f64))).collect();
            let value = |i: usize| weights.iter().zip(&directions).map(|(w, of)| w * of[i]).sum::<f64>();
            values.extend((0..d).map(|i| (value(i) + random.normal(0.01) + 5.0) as f32));
        }
        values
    }

    /// With more values than windows and fewer: the residuals are those behind the eigenvectors of the covariance.
    #[test]
    fn components_are_the_covariances_eigenvectors() {
        for (count, d) in [(400, 40), (60, 90)] {
            let all = windows(count + 20, d, 20);
            let (train, test) = all.split_at(count * d);
            let fitted = PrincipalComponents::fit(train, d, 1, 1);
            assert_eq!(fitted.components.shape(), (d, COMPONENTS));
            let rows = DMatrix::from_row_iterator(count, d, train.iter().map(|v| f64::from(*v)));
            let mean = rows.row_mean();
            let centred = DMatrix::from_fn(count, d, |i, j| rows[(i, j)] - mean[j]);
            let eigen = centred.tr_mul(&centred).symmetric_eigen();
            let mut order: Vec<usize> = (0..d).collect();
            order.sort_by(|a, b| eigen.eigenvalues[*b].total_cmp(&eigen.eigenvalues[*a]));
            for window in test.chunks(d) {
                let t: Vec<f64> = window.iter().zip(mean.iter()).map(|(v, m)| f64::from(*v) - m).collect();
                let along = |at: &usize| eigen.eigenvectors.column(*at).iter().zip(&t).map(|(e, t)| e * t).sum::<f64>();
                let behind: f64 = order[COMPONENTS..].iter().map(|at| along(at).powi(2)).sum();
                assert!((fitted.score(window) / behind - 1.0).abs() < 1e-3, "{} {behind}", fitted.score(window));
            }
        }
    }

    #[test]
    fn few_windows_and_values_have_fewer_components() {
        let shape =
            |count: usize, d: usize| PrincipalComponents::fit(&windows(count, d, 3), d, 1, 1).components.shape();
        assert_eq!((shape(5, 40), shape(50, 4), shape(1, 9), shape(9, 1)), ((40, 4), (4, 3), (9, 0), (1, 0)));
        // As many as the windows have directions leave their noise; one fewer leaves the weakest direction.
        let all = windows(220, 40, 3);
        let (train, test) = all.split_at(200 * 40);
        let residual = |components: usize| -> f64 {
            let fitted = PrincipalComponents::with_components(train, 40, 1, components);
            assert_eq!(fitted.components.ncols(), components);
            test.chunks(40).map(|window| fitted.score(window)).sum()
        };
        let [none, two, three] = [0, 2, 3].map(residual);
        assert!(none > 2.0 * two && two > 100.0 * three, "{none} {two} {three}");
    }
}
