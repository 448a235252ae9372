//! Histograms of normal and abnormal samples, one below the other over the same axis, with their limits.

use crate::evaluate::{BinSpacing, Histogram};
use crate::report::axes::{Axis, Frame, legend, short};
use crate::report::figure::{Anchor, Figure, Stroke};
use crate::report::theme::Ink;

/// One histogram.
pub(crate) struct Panel<'a> {
    pub(crate) title: &'a str,
    pub(crate) normal: Vec<f64>,
    pub(crate) abnormal: Vec<f64>,
    /// Lower and upper limit.
    pub(crate) limits: [f64; 2],
}

/// From here on a limit is none.
const NO_LIMIT: f64 = 1e100;

/// Draws the panels; all values are above 0 and share a logarithmic axis.
pub(crate) fn histograms(name: &str, title: &str, width: f64, axis: &str, panels: &[Panel<'_>]) -> Figure {
    const EACH: f64 = 120.0;
    let mut figure = Figure::new(name, title, width, 40.0 + panels.len() as f64 * EACH + 34.0);
    let sets: Vec<&[f64]> = panels.iter().flat_map(|p| [&p.normal[..], &p.abnormal[..]]).collect();
    let [low, high] = Histogram::range(&sets);
    // A segment without any error would make the axis endless: it is counted at the rim.
    let limit = panels.iter().map(|p| p.limits[0]).filter(|l| *l > 0.0).fold(high, f64::min);
    let range = [low.max(limit / 12.0).max(high * 1e-7).max(1e-12), high.max(1e-11)];
    for (i, panel) in panels.iter().enumerate() {
        let counts = |v: &[f64]| {
            let h = Histogram::new(v, 60, range, BinSpacing::Logarithmic);
            let all = v.len().max(1) as f64;
            (h.edges, h.counts.iter().map(|c| *c as f64 / all * 100.0).collect::<Vec<_>>())
        };
        let sets = [(counts(&panel.normal), Ink::Normal), (counts(&panel.abnormal), Ink::Abnormal)];
        let top = sets.iter().flat_map(|s| &s.0.1).copied().fold(1.0, f64::max);
        let frame = Frame {
            left: 66.0,
            top: 52.0 + i as f64 * EACH,
            width: width - 84.0,
            height: EACH - 34.0,
            x: Axis::logarithmic(axis, range),
            y: Axis::linear("% of samples", [0.0, top]),
        };
        frame.draw(&mut figure, i + 1 == panels.len());
        for ((edges, heights), ink) in sets {
            let mut outline = vec![frame.at([edges[0], 0.0])];
            for (j, h) in heights.iter().enumerate() {
                outline.extend([frame.at([edges[j], *h]), frame.at([edges[j + 1], *h])]);
            }
            outline.push(frame.at([edges[edges.len() - 1], 0.0]));
            figure.area(outline.clone(), ink, 0.28);
            figure.line(outline, Stroke::new(ink, 1.4));
        }
        // A part may have no limit on a side, and so a distance that no axis holds.
        for limit in panel.limits.into_iter().filter(|limit| (range[0]..=range[1]).contains(limit)) {
            let x = frame.px(limit);
            figure.line(vec![[x, frame.top], [x, frame.bottom()]], Stroke::new(Ink::Text, 1.3).dashed());
        }
        let [lower, upper] = panel.limits;
        let upper = if upper < NO_LIMIT { short(upper) } else { "none".into() };
        let text =
            format!("{}: limits {} to {upper}", panel.title, if lower > 0.0 { short(lower) } else { "none".into() });
        figure.text([frame.left, frame.top - 6.0], &text, Anchor::Start, Ink::Text);
    }
    let entries = [
        ("normal", Stroke::new(Ink::Normal, 3.0)),
        ("abnormal", Stroke::new(Ink::Abnormal, 3.0)),
        ("limits", Stroke::new(Ink::Text, 1.3).dashed()),
    ];
    legend(&mut figure, [66.0, 18.0], &entries);
    figure
}
