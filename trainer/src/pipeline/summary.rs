//! The result of a run as a table for people.

use super::assess::{Assessment, ModelResult};
use std::fmt::Write;

/// A table: each kind with the areas of both models, then the decisions.
pub fn summary(a: &Assessment) -> String {
    let mut out = String::new();
    let relative = 100.0 * (a.int8.reconstruction_error / a.float.reconstruction_error - 1.0);
    let _ = writeln!(
        out,
        "reconstruction error (mean squared, normal test samples): float {:.6}, int8 {:.6} ({relative:+.1} %)",
        a.float.reconstruction_error, a.int8.reconstruction_error
    );
    if !a.float.kinds.is_empty() {
        let _ = writeln!(out, "\n{:14}{:>8}{:>24}{:>28}", "", "", "three-part score", "one-sided squared error");
        let _ =
            writeln!(out, "{:14}{:>8}{:>12}{:>12}{:>14}{:>14}", "ROC-AUC", "samples", "float", "int8", "float", "int8");
        for (f, q) in a.float.kinds.iter().zip(&a.int8.kinds) {
            let _ = writeln!(
                out,
                "{:14}{:>8}{:>12.4}{:>12.4}{:>14.4}{:>14.4}",
                f.name, f.count, f.roc_auc, q.roc_auc, f.one_sided_roc_auc, q.one_sided_roc_auc
            );
        }
        if let (Some(f), Some(q)) = (a.float.kinds.last(), a.int8.kinds.last()) {
            let _ = writeln!(
                out,
                "{:22}{:>12.4}{:>12.4}",
                "average precision, all", f.average_precision, q.average_precision
            );
        }
    }
    let _ = writeln!(out, "\n{:22}{:>12}{:>12}", "decisions by limits", "float", "int8");
    let mut row = |name: &str, of: &dyn Fn(&ModelResult) -> String| {
        let _ = writeln!(out, "{name:22}{:>12}{:>12}", of(&a.float), of(&a.int8));
    };
    row("true positives", &|m| m.confusion.true_positive.to_string());
    row("false negatives", &|m| m.confusion.false_negative.to_string());
    row("false positives", &|m| m.confusion.false_positive.to_string());
    row("true negatives", &|m| m.confusion.true_negative.to_string());
    row("precision", &|m| format!("{:.4}", m.precision));
    row("recall", &|m| format!("{:.4}", m.recall));
    row("F1", &|m| format!("{:.4}", m.f1));
    out
}
