//! A confusion matrix as a heat map.

use crate::evaluate::Confusion;
use crate::report::figure::{Anchor, Figure};
use crate::report::theme::Ink;

/// Draws the four counts; the deeper a cell, the larger its part of its row.
pub(crate) fn confusion(name: &str, title: &str, ink: Ink, c: &Confusion) -> Figure {
    const CELL: [f64; 2] = [118.0, 74.0];
    let mut figure = Figure::new(name, title, 372.0, 232.0);
    let rows = [("normal", [c.true_negative, c.false_positive]), ("abnormal", [c.false_negative, c.true_positive])];
    let [left, top] = [106.0, 48.0];
    for (i, heading) in ["called normal", "called abnormal"].iter().enumerate() {
        figure.text([left + (i as f64 + 0.5) * CELL[0], top - 10.0], heading, Anchor::Middle, Ink::Text);
    }
    for (j, (kind, counts)) in rows.iter().enumerate() {
        let all = (counts[0] + counts[1]).max(1) as f64;
        let y = top + j as f64 * CELL[1];
        figure.text([left - 10.0, y + CELL[1] / 2.0 + 4.0], &format!("is {kind}"), Anchor::End, Ink::Text);
        for (i, count) in counts.iter().enumerate() {
            let x = left + i as f64 * CELL[0];
            let part = *count as f64 / all;
            figure.rect([x + 2.0, y + 2.0], [x + CELL[0] - 2.0, y + CELL[1] - 2.0], ink, 0.06 + 0.5 * part);
            figure.mark([x + CELL[0] / 2.0, y + CELL[1] / 2.0 + 2.0], &count.to_string(), 18.0);
            let percent = format!("{:.1} % of row", 100.0 * part);
            figure.text([x + CELL[0] / 2.0, y + CELL[1] / 2.0 + 22.0], &percent, Anchor::Middle, Ink::Text);
        }
    }
    figure
}
