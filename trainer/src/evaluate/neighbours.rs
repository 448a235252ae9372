//! Classes by the nearest neighbour: how much of the class a latent keeps.

use crate::error::{Error, Result};
use rayon::prelude::*;

/// Part of the test points whose nearest training point (Euclidean; the first of equals) has their class. Points have
/// `dimensions` values each, one class a point.
///
/// # Errors
/// [`Error::Invalid`] when there are no points, or not as many classes as points.
pub fn nearest_neighbour_accuracy(
    train: &[f32],
    train_classes: &[u8],
    test: &[f32],
    test_classes: &[u8],
    dimensions: usize,
) -> Result<f64> {
    let fit = |points: &[f32], classes: &[u8]| !classes.is_empty() && points.len() == classes.len() * dimensions;
    if dimensions == 0 || !fit(train, train_classes) || !fit(test, test_classes) {
        return Err(Error::invalid(format!(
            "{} and {} values are not {} and {} points of {dimensions} values, at least one each",
            train.len(),
            test.len(),
            train_classes.len(),
            test_classes.len()
        )));
    }
    let right = test
        .par_chunks(dimensions)
        .zip(test_classes)
        .filter(|(point, class)| {
            let mut nearest = (f32::INFINITY, train_classes[0]);
            for (other, of) in train.chunks(dimensions).zip(train_classes) {
                let distance: f32 = point.iter().zip(other).map(|(a, b)| (a - b) * (a - b)).sum();
                if distance < nearest.0 {
                    nearest = (distance, *of);
                }
            }
            nearest.1 == **class
        })
        .count();
    Ok(right as f64 / test_classes.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_the_right_ones() {
        let (train, classes) = ([0.0, 0.0, 10.0, 0.0, 0.0, 10.0], [3, 5, 7]);
        let test = [1.0, 1.0, 9.0, 1.0, 1.0, 9.0, 0.0, 2.0];
        assert_eq!(nearest_neighbour_accuracy(&train, &classes, &test, &[3, 5, 7, 3], 2).unwrap(), 1.0);
        assert_eq!(nearest_neighbour_accuracy(&train, &classes, &test, &[3, 7, 5, 3], 2).unwrap(), 0.5);
        // Equally near: the first one's class.
        assert_eq!(nearest_neighbour_accuracy(&train, &classes, &[5.0, 0.0], &[3], 2).unwrap(), 1.0);
        assert!(nearest_neighbour_accuracy(&[], &[], &test, &[3, 5, 7, 3], 2).is_err());
        assert!(nearest_neighbour_accuracy(&train, &classes, &test, &[3], 2).is_err());
    }
}
