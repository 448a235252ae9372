//! One small histogram a kind, in rows over a shared logarithmic axis.

use crate::evaluate::{BinSpacing, Histogram};
use crate::report::axes::{Axis, Frame, legend};
use crate::report::figure::{Anchor, Figure, Stroke};
use crate::report::theme::Ink;

/// Draws a row for each of `rows` (the first one is the normal one) and a line at 1, the rim of what is normal.
pub(crate) fn ridges(name: &str, title: &str, width: f64, axis: &str, rows: &[(&str, Vec<f64>)]) -> Figure {
    const EACH: f64 = 36.0;
    let height = 34.0 + rows.len() as f64 * EACH;
    let mut figure = Figure::new(name, title, width, height + 48.0);
    let sets: Vec<&[f64]> = rows.iter().map(|r| &r.1[..]).collect();
    let range = [0.05, Histogram::range(&sets)[1].max(2.0)];
    let left = 124.0;
    let frame = Frame {
        left,
        top: 30.0,
        width: width - left - 18.0,
        height: rows.len() as f64 * EACH + 4.0,
        x: Axis::logarithmic(axis, range),
        y: Axis::linear("", [0.0, 1e-9]),
    };
    for tick in frame.x.ticks(8) {
        let x = frame.px(tick);
        figure.line(vec![[x, frame.top], [x, frame.bottom()]], Stroke::new(Ink::Grid, 1.0));
        figure.text([x, frame.bottom() + 17.0], &crate::report::axes::short(tick), Anchor::Middle, Ink::Muted);
    }
    figure.text([left + frame.width / 2.0, frame.bottom() + 36.0], axis, Anchor::Middle, Ink::Text);
    for (i, (kind, values)) in rows.iter().enumerate() {
        let ink = if i == 0 { Ink::Normal } else { Ink::Abnormal };
        let base = frame.top + (i + 1) as f64 * EACH;
        let h = Histogram::new(values, 80, range, BinSpacing::Logarithmic);
        let top = h.counts.iter().copied().max().unwrap_or(1).max(1) as f64;
        let mut outline = vec![[frame.px(range[0]), base]];
        for (j, count) in h.counts.iter().enumerate() {
            let y = base - *count as f64 / top * (EACH - 7.0);
            outline.extend([[frame.px(h.edges[j]), y], [frame.px(h.edges[j + 1]), y]]);
        }
        outline.push([frame.px(range[1]), base]);
        figure.area(outline.clone(), ink, 0.35);
        figure.line(outline, Stroke::new(ink, 1.3));
        figure.text([left - 10.0, base - 5.0], kind, Anchor::End, Ink::Text);
    }
    let rim = frame.px(1.0);
    figure.line(vec![[rim, frame.top], [rim, frame.bottom()]], Stroke::new(Ink::Text, 1.3).dashed());
    let entries = [
        ("normal", Stroke::new(Ink::Normal, 3.0)),
        ("abnormal", Stroke::new(Ink::Abnormal, 3.0)),
        ("99 % of normal", Stroke::new(Ink::Text, 1.3).dashed()),
    ];
    legend(&mut figure, [left, 18.0], &entries);
    figure
}
