//! How well one number separates normal samples from each kind of anomaly.

use super::curves::{average_precision, roc_auc};
use serde::Serialize;

/// One row of the table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Separation {
    /// The kind, or `all`.
    pub name: String,
    /// Samples of this kind.
    pub count: usize,
    /// Area under the receiver operating characteristic.
    pub roc_auc: f64,
    /// Average precision; it depends on how many normal samples stand against this kind.
    pub average_precision: f64,
}

/// A row for each kind and a last one, `all`, for all kinds together, each against the same normal samples.
pub fn separate(normal: &[f64], kinds: &[(String, Vec<f64>)]) -> Vec<Separation> {
    let row = |name: &str, scores: &[f64]| Separation {
        name: name.to_owned(),
        count: scores.len(),
        roc_auc: roc_auc(normal, scores),
        average_precision: average_precision(normal, scores),
    };
    let all: Vec<f64> = kinds.iter().flat_map(|(_, scores)| scores.iter().copied()).collect();
    kinds.iter().map(|(name, scores)| row(name, scores)).chain([row("all", &all)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_and_all_of_them() {
        let rows = separate(&[1.0, 2.0], &[("far".into(), vec![3.0, 4.0]), ("near".into(), vec![1.5, 1.5])]);
        let short: Vec<_> = rows.iter().map(|r| (r.name.as_str(), r.count, r.roc_auc)).collect();
        assert_eq!(short, [("far", 2, 1.0), ("near", 2, 0.5), ("all", 4, 0.75)]);
        assert_eq!(rows[0].average_precision, 1.0);
    }
}
