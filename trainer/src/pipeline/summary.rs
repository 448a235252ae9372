//! The result of a run as a table for people.

use super::assess::{Assessment, KindResult, ModelResult};
use super::in_time::InTime;
use std::fmt::Write;

/// A table: each kind with the areas of both models, then the decisions. What cannot be said is a dash, with why.
pub fn summary(a: &Assessment) -> String {
    let mut out = String::new();
    // What would do as well is said before all else.
    a.as_good().iter().for_each(|line| out += &format!("{line}\n"));
    match (a.float.reconstruction_error, a.int8.reconstruction_error) {
        (Some(float), Some(int8)) => {
            let relative =
                if float > 0.0 { format!(" ({:+.1} %)", 100.0 * (int8 / float - 1.0)) } else { String::new() };
            let _ = writeln!(
                out,
                "reconstruction error (mean squared, normal test samples): float {float:.6}, int8 {int8:.6}{relative}"
            );
        }
        _ => out.push_str("reconstruction error: - (there are no normal test samples)\n"),
    }
    if !a.float.kinds.is_empty() {
        let _ = writeln!(out, "\n{:14}{:>8}{:>24}{:>28}", "", "", "score", "one-sided squared error");
        let _ =
            writeln!(out, "{:14}{:>8}{:>12}{:>12}{:>14}{:>14}", "ROC-AUC", "samples", "float", "int8", "float", "int8");
        for (f, q) in a.float.kinds.iter().zip(&a.int8.kinds) {
            let of = |value: fn(&KindResult) -> Option<f64>| [f, q].map(|kind| figure(value(kind)));
            let ([float, int8], [float_one, int8_one]) = (of(|k| k.roc_auc), of(|k| k.one_sided_roc_auc));
            let _ = writeln!(out, "{:14}{:>8}{float:>12}{int8:>12}{float_one:>14}{int8_one:>14}", f.name, f.count);
        }
        if let (Some(f), Some(q)) = (a.float.kinds.last(), a.int8.kinds.last()) {
            let [f, q] = [f, q].map(|kind| figure(kind.average_precision));
            let _ = writeln!(out, "{:22}{f:>12}{q:>12}", "average precision, all");
        }
    }
    let _ = writeln!(out, "\n{:22}{:>12}{:>12}", "decisions by limits", "float", "int8");
    let mut row = |name: &str, of: &dyn Fn(&ModelResult) -> String| {
        let _ = writeln!(out, "{name:22}{:>12}{:>12}", of(&a.float), of(&a.int8));
    };
    let (normal, abnormal) = (a.normal > 0, !a.float.kinds.is_empty());
    let count = |there: bool, count: usize| if there { count.to_string() } else { "-".into() };
    row("true positives", &|m| count(abnormal, m.confusion.true_positive));
    row("false negatives", &|m| count(abnormal, m.confusion.false_negative));
    row("false positives", &|m| count(normal, m.confusion.false_positive));
    row("true negatives", &|m| count(normal, m.confusion.true_negative));
    row("precision", &|m| figure(m.precision));
    row("recall", &|m| figure(m.recall));
    row("F1", &|m| figure(m.f1));
    match (normal, abnormal) {
        (true, true) => {}
        (true, false) => out.push_str("- there are no test samples labelled abnormal, so nothing says what is found\n"),
        (false, true) => {
            out.push_str("- there are no normal test samples, so nothing says how often it alarms in vain\n")
        }
        (false, false) => out.push_str("- there are no test samples (data.split.test)\n"),
    }
    if !a.beside.is_empty() {
        let _ = writeln!(out, "\n{:24}{:>10}{:>20}", "what else could be taken", "ROC-AUC", "average precision");
        for other in &a.beside {
            let _ = writeln!(out, "{:24}{:>10.4}{:>20.4}", other.name, other.roc_auc, other.average_precision);
        }
    }
    for line in a.in_time.iter().flat_map(InTime::lines) {
        let _ = writeln!(out, "{line}");
    }
    for line in a.promise.lines() {
        let _ = writeln!(out, "{line}");
    }
    out
}

/// A figure, or a dash where there is none.
fn figure(value: Option<f64>) -> String {
    value.map_or("-".into(), |value| format!("{value:.4}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::{Confusion, Promise};

    #[test]
    fn what_cannot_be_said_is_no_zero() {
        let none = ModelResult {
            reconstruction_error: None,
            confusion: Confusion::default(),
            precision: None,
            recall: None,
            f1: None,
            kinds: Vec::new(),
        };
        let promise = Promise::new(0.01, [100, 100], 1, None);
        let (beside, in_time) = (Vec::new(), None);
        let empty = Assessment { normal: 0, promise, float: none.clone(), int8: none.clone(), beside, in_time };
        let text = summary(&empty);
        assert!(!text.contains("0.0000") && !text.contains("NaN") && text.contains("data.split.test"), "{text}");
        let some = ModelResult { reconstruction_error: Some(0.5), ..none };
        let text = summary(&Assessment { normal: 9, float: some.clone(), int8: some, ..empty });
        assert!(text.contains("0.500000") && text.contains("(+0.0 %)") && text.contains("labelled abnormal"), "{text}");
        assert!(text.lines().any(|line| line.split_whitespace().eq(["precision", "-", "-"])), "{text}");
    }
}
