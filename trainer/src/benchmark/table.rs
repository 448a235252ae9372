//! A benchmark's outcome for people.

use super::outcome::{Benchmark, Row};
use crate::baselines::ALIKE;
use crate::evaluate::events::POINT_ADJUSTED_LABEL;
use std::fmt::Write;

/// A table a group, the network first; where a baseline does as well, that is said before all else.
pub fn table(benchmark: &Benchmark) -> String {
    let mut out = format!("{}: {} ({} cases)\n", benchmark.protocol, benchmark.about, benchmark.cases);
    let mut groups: Vec<&str> = Vec::new();
    for row in &benchmark.rows {
        if !groups.contains(&row.group.as_str()) {
            groups.push(&row.group);
        }
    }
    for group in groups {
        let rows: Vec<&Row> = benchmark.rows.iter().filter(|row| row.group == group).collect();
        let Some((own, others)) = rows.split_first() else { continue };
        let better = others.iter().filter(|row| row.figures.roc_auc + ALIKE >= own.figures.roc_auc);
        for row in better {
            let _ = writeln!(
                out,
                "{group}: {} does as well, with a ROC-AUC of {:.4} against {:.4}",
                row.detector, row.figures.roc_auc, own.figures.roc_auc
            );
        }
        let [windows, abnormal] = own.figures.windows;
        let _ = writeln!(out, "\n{group}: {windows} windows, {abnormal} of them abnormal");
        let _ = writeln!(
            out,
            "{:24}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}{:>10}{:>10}{:>9}",
            "", "ROC-AUC", "AP", "VUS-PR", "F1 other", "F1 own", "false", "events", "alarms/h", "delay"
        );
        rows.iter().for_each(|row| line(&mut out, row));
        if let Some(f1) = own.figures.point_adjusted_f1 {
            let _ = writeln!(out, "{}: {f1:.4}: {POINT_ADJUSTED_LABEL}", own.detector);
        }
    }
    for device in &benchmark.device {
        let _ = writeln!(
            out,
            "{}: {} bytes of working memory, {} of constants, about {:.0} instructions a window (estimated)",
            device.processor, device.working_memory, device.constants, device.instructions
        );
    }
    out
}

fn line(out: &mut String, row: &Row) {
    let f = &row.figures;
    let number = |value: f64| if value.is_finite() { format!("{value:.4}") } else { "-".into() };
    let own = f.false_alarms.is_some();
    let or_none = |text: String| if own { text } else { "-".into() };
    let rate = f.false_alarms.filter(|(_, exposure)| *exposure > 0.0);
    let _ = write!(
        out,
        "{:24}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}{:>10}{:>10}{:>9}",
        row.detector,
        number(f.roc_auc),
        number(f.average_precision),
        number(f.vus_pr),
        f.f1_other_half.map_or("-".into(), number),
        or_none(number(f.f1_own_limit)),
        or_none(format!("{:.2} %", 100.0 * f.false_windows)),
        or_none(format!("{}/{}", f.events[0], f.events[1])),
        rate.map_or("-".into(), |(count, exposure)| format!("{:.3}", count as f64 / exposure)),
        f.delay.map_or("-".into(), |delay| format!("{delay:.0}")),
    );
    if let Some([right, all]) = f.highest {
        let _ = write!(out, "  highest score at the fault: {right} of {all}");
    }
    out.push('\n');
}
