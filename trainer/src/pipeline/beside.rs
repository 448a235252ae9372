//! What a user would take instead, on the same samples: each baseline learns from the training samples and ranks the test samples.

use super::prepare::Prepared;
use crate::baselines::{self, ALIKE};
use crate::data::Windows;
use crate::evaluate::{average_precision, roc_auc};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Training samples that a baseline learns from, and test samples of each kind that it ranks; of more, as many spread over all.
const LEARNT: usize = 4000;
const RANKED: usize = 500;

/// One baseline's areas.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Beside {
    /// Its name.
    pub name: String,
    /// Area under the ROC curve over all kinds together.
    pub roc_auc: f64,
    /// Average precision over all kinds together.
    pub average_precision: f64,
    /// Area under the ROC curve of each kind, by name.
    pub kinds: Vec<(String, f64)>,
}

/// All baselines, the best area first; none without normal and abnormal test samples.
pub(super) fn beside(prepared: &Prepared, seed: u64) -> Vec<Beside> {
    let kinds: Vec<_> = prepared.kinds.iter().filter(|(_, samples)| !samples.is_empty()).collect();
    if kinds.is_empty() || prepared.test.is_empty() {
        return Vec::new();
    }
    let train = prepared.train.thinned(LEARNT);
    let [channels, _, _] = train.shape();
    let mut all: Vec<Beside> = baselines::all(&train.batch(0..train.len()), train.sample_len(), channels, seed)
        .into_iter()
        .map(|baseline| {
            let scores = |windows: &Windows| -> Vec<f64> {
                let some = windows.thinned(RANKED);
                let score = |i: usize| {
                    let mut values = Vec::with_capacity(some.sample_len());
                    some.gather(i, &mut values);
                    baseline.score(&values)
                };
                (0..some.len()).into_par_iter().map(score).collect()
            };
            let normal = scores(&prepared.test);
            let (mut abnormal, mut areas) = (Vec::new(), Vec::new());
            for (name, samples) in &kinds {
                let of = scores(samples);
                areas.push((name.clone(), roc_auc(&normal, &of)));
                abnormal.extend(of);
            }
            Beside {
                name: baseline.name().into(),
                roc_auc: roc_auc(&normal, &abnormal),
                average_precision: average_precision(&normal, &abnormal),
                kinds: areas,
            }
        })
        .collect();
    all.sort_by(|a, b| b.roc_auc.total_cmp(&a.roc_auc));
    all
}

impl Beside {
    /// A line where this baseline does as well as a network with an area of `own`.
    pub fn as_good(&self, own: f64) -> Option<String> {
        (self.roc_auc + ALIKE >= own).then(|| {
            format!("{} does as well without a network: ROC-AUC {:.4} against {own:.4}", self.name, self.roc_auc)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Samples;

    fn samples(count: usize, of: impl Fn(usize, usize) -> f32) -> Windows {
        let mut all = Samples::new([1, 1, 64]);
        all.values = (0..count).flat_map(|i| (0..64).map(move |t| (i, t))).map(|(i, t)| of(i, t)).collect();
        all.into()
    }

    fn sine(i: usize, t: usize) -> f32 {
        ((i * 7 + t) as f32 * 0.2).sin() + 0.01 * ((i * 31 + t * 17) % 13) as f32
    }

    #[test]
    fn a_loud_fault_is_found_by_all_and_said() {
        let prepared = Prepared {
            train: samples(200, sine),
            test: samples(40, |i, t| sine(i + 500, t)),
            kinds: vec![("loud".into(), samples(40, |i, t| 3.0 * sine(i + 900, t)))],
            ..Prepared::default()
        };
        let all = beside(&prepared, 1);
        assert_eq!(all.len(), 6);
        assert!(all[0].roc_auc > 0.99 && all.is_sorted_by(|a, b| a.roc_auc >= b.roc_auc), "{all:?}");
        assert_eq!(all[0].kinds[0].0, "loud");
        assert!(all[0].as_good(1.0).unwrap().contains("does as well"));
        assert!(Beside { roc_auc: 0.9, ..all[0].clone() }.as_good(0.95).is_none());
        assert!(beside(&Prepared { kinds: Vec::new(), ..prepared }, 1).is_empty());
    }
}
