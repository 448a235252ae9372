//! Every baseline on the same windows.

use super::baseline::Baseline;
use super::coarse::Coarse;
use super::isolation_forest::IsolationForest;
use super::level_ratios::LevelRatios;
use super::levels::Levels;
use super::neighbours::Neighbours;
use super::principal_components::PrincipalComponents;

/// All of them, from training windows of `d` values, the simplest first.
pub fn all(train: &[f32], d: usize, channels: usize, seed: u64) -> Vec<Box<dyn Baseline + Send + Sync>> {
    vec![
        Box::new(Levels::fit(train, d, channels, seed)),
        Box::new(LevelRatios::fit(train, d, channels, seed)),
        Box::new(Coarse::fit(train, d, channels, seed)),
        Box::new(PrincipalComponents::fit(train, d, channels, seed)),
        Box::new(Neighbours::fit(train, d, channels, seed)),
        Box::new(IsolationForest::fit(train, d, channels, seed)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::baselines::baseline::{spread, windows};
    use crate::baselines::made_up::{CHANNELS, D, Fault, aucs, windows_of};

    /// A fault that is as loud as normal is beyond levels, and no trouble for what knows the shape.
    #[test]
    fn a_wrong_shape_is_beyond_levels_and_found_by_all_others() {
        let aucs = aucs(Fault::Late);
        assert_eq!(aucs.len(), 6);
        for (name, auc) in aucs {
            if name.starts_with("level") {
                assert!((0.3..0.7).contains(&auc), "{name} {auc}");
            } else {
                assert!(auc > 0.95, "{name} {auc}");
            }
        }
    }

    #[test]
    fn noise_is_found_by_all() {
        for (name, auc) in aucs(Fault::Noise) {
            assert!(auc > 0.95, "{name} {auc}");
        }
    }

    #[test]
    fn nothing_abnormal_is_chance() {
        for (name, auc) in aucs(Fault::None) {
            assert!((0.35..0.65).contains(&auc), "{name} {auc}");
        }
    }

    #[test]
    fn scores_are_the_same_each_time() {
        let (train, test) = (windows_of(Fault::None, 120, 1), windows_of(Fault::Late, 5, 2));
        let scores = |seed| -> Vec<f64> {
            all(&train, D, CHANNELS, seed).iter().flat_map(|b| windows(&test, D).map(|w| b.score(w))).collect()
        };
        assert_eq!(scores(3), scores(3));
        assert_ne!(scores(3), scores(4));
    }

    #[test]
    fn few_windows_and_none_have_finite_scores() {
        let names: std::collections::BTreeSet<&str> = all(&[], 0, 0, 1).iter().map(|b| b.name()).collect();
        assert_eq!(names.len(), 6);
        for (count, d, channels) in [(0, 6, 2), (1, 6, 2), (2, 6, 2), (9, 1, 1), (3, 0, 0), (3, 130, 65), (3, 7, 2)] {
            let train: Vec<f32> = (0..count * d + d / 2).map(|i| (i as f32).sin()).collect();
            for baseline in all(&train, d, channels, 1) {
                for value in [0.0, 1.0, -1e3] {
                    let score = baseline.score(&vec![value; d]);
                    assert!(score.is_finite(), "{} {count} {d}: {score}", baseline.name());
                    assert!(count * d > 0 || score == 0.0, "{} {score}", baseline.name());
                }
            }
        }
        // Windows that are all the same say what is normal, too.
        for baseline in all(&[0.5; 200], 20, 2, 1) {
            assert!(baseline.score(&[0.5; 20]).is_finite());
            let higher = baseline.score(&[0.9; 20]) > baseline.score(&[0.5; 20]);
            // No split can be drawn between equal values.
            assert!(higher || baseline.name() == "isolation forest", "{}", baseline.name());
        }
    }

    #[test]
    fn windows_are_spread_evenly() {
        let train: Vec<f32> = (0..21).map(|i| i as f32).collect();
        assert_eq!(spread(&train, 2, 5), [[0.0, 1.0], [4.0, 5.0], [8.0, 9.0], [12.0, 13.0], [16.0, 17.0]]);
        assert_eq!((spread(&train, 2, 50).len(), spread(&train, 0, 5).len(), spread(&[], 2, 5).len()), (10, 0, 0));
    }
}
