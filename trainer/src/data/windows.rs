//! Cutting a long signal into windows.

use super::Samples;
use crate::error::{Error, Result};

/// Windows of `window` samples, the starts `hop` samples apart; what is left at the end is not used. Shape `[1, 1, window]`.
///
/// # Errors
/// [`Error::Invalid`] if `window` or `hop` is 0 or there are too few samples for one window.
pub fn cut(values: &[f32], window: usize, hop: usize) -> Result<Samples> {
    if window == 0 || hop == 0 {
        return Err(Error::invalid(format!("window {window} and hop {hop}, expected at least 1 sample each")));
    }
    if values.len() < window {
        let message = format!("{} samples, expected at least {window} for one window", values.len());
        return Err(Error::invalid(message));
    }
    let mut samples = Samples::new([1, 1, window]);
    for start in (0..=values.len() - window).step_by(hop) {
        samples.values.extend_from_slice(&values[start..start + window]);
    }
    Ok(samples)
}

/// Windows around given samples: `before` samples in front of each, itself and what follows up to `after` samples in all.
/// Those that would reach beyond the signal are left out; the second value says which of `at` were used.
pub fn cut_around(values: &[f32], at: &[usize], before: usize, after: usize) -> (Samples, Vec<usize>) {
    let mut samples = Samples::new([1, 1, before + after]);
    let mut used = Vec::new();
    for (i, &sample) in at.iter().enumerate() {
        let window = sample.checked_sub(before).and_then(|start| values.get(start..sample.checked_add(after)?));
        if let Some(window) = window {
            samples.values.extend_from_slice(window);
            used.push(i);
        }
    }
    (samples, used)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn cuts_around_marks() {
        let values: Vec<f32> = (0..10u8).map(f32::from).collect();
        let (samples, used) = cut_around(&values, &[0, 2, 5, 8, 9, 90], 2, 2);
        assert_eq!(used, [1, 2, 3]);
        assert_eq!(samples.values, [0., 1., 2., 3., 3., 4., 5., 6., 6., 7., 8., 9.]);
        assert_eq!(samples.shape, [1, 1, 4]);
    }

    #[test]
    fn too_short_says_what_was_expected() {
        let error = cut(&[0.0; 9], 10, 1).unwrap_err().to_string();
        assert_eq!(error, "9 samples, expected at least 10 for one window");
        assert!(cut(&[0.0; 9], 3, 0).is_err());
    }

    proptest! {
        #[test]
        fn every_window_is_a_stretch_of_the_signal(n in 1usize..200, window in 1usize..50, hop in 1usize..60) {
            let values: Vec<f32> = (0..n).map(|i| i as f32).collect();
            let cut = cut(&values, window, hop);
            if n < window {
                prop_assert!(cut.is_err());
            } else {
                let cut = cut.unwrap();
                prop_assert_eq!(cut.len(), (n - window) / hop + 1);
                for (i, w) in cut.iter().enumerate() {
                    prop_assert_eq!(w, &values[i * hop..i * hop + window]);
                }
            }
        }
    }
}
