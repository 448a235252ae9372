//! A signal over its reconstructions, and below it what is left.

use crate::evaluate::Histogram;
use crate::report::axes::{Axis, Frame, legend};
use crate::report::figure::{Figure, Stroke};
use crate::report::theme::Ink;

/// A window and what both networks make of it.
pub(crate) struct SignalView<'a> {
    pub(crate) input: &'a [f32],
    pub(crate) float: &'a [f32],
    pub(crate) int8: &'a [f32],
    /// First sample and length of the segment to mark.
    pub(crate) segment: [usize; 2],
}

/// Draws both panels; the residual is that of the int8 network.
pub(crate) fn signal(name: &str, title: &str, width: f64, window: &SignalView<'_>) -> Figure {
    let mut figure = Figure::new(name, title, width, 292.0);
    let n = window.input.len();
    let doubles = |v: &[f32]| v.iter().map(|v| f64::from(*v)).collect::<Vec<_>>();
    let sets = [doubles(window.input), doubles(window.float), doubles(window.int8)];
    let residual: Vec<f64> = sets[0].iter().zip(&sets[2]).map(|(a, b)| a - b).collect();
    let padded = |sets: &[&[f64]]| {
        let [low, high] = Histogram::range(sets);
        let margin = 0.06 * (high - low);
        [low - margin, high + margin]
    };
    let x = Axis::linear("sample", [0.0, n as f64]);
    let above = padded(&[&sets[0], &sets[1], &sets[2]]);
    let rest = padded(&[&residual, &[-0.15, 0.15]]);
    let (left, wide) = (66.0, width - 84.0);
    let upper = Frame { left, top: 32.0, width: wide, height: 130.0, x: x.clone(), y: Axis::linear("value", above) };
    let lower = Frame { left, top: 174.0, width: wide, height: 70.0, x, y: Axis::linear("residual", rest) };
    let [from, long] = window.segment;
    for frame in [&upper, &lower] {
        let (a, b) = (frame.px(from as f64), frame.px((from + long) as f64));
        figure.rect([a, frame.top], [b, frame.bottom()], Ink::Abnormal, 0.22);
    }
    upper.draw(&mut figure, false);
    lower.draw(&mut figure, true);
    let points = |frame: &Frame, v: &[f64]| v.iter().enumerate().map(|(i, v)| frame.at([i as f64, *v])).collect();
    let mut broad = Stroke::new(Ink::Muted, 3.2);
    broad.paint.opacity = 0.55;
    let inks = [broad, Stroke::new(Ink::Float, 1.4), Stroke::new(Ink::Int8, 1.4).dashed()];
    for (set, stroke) in sets.iter().zip(inks) {
        figure.line(points(&upper, set), stroke);
    }
    figure.line(points(&lower, &residual), Stroke::new(Ink::Int8, 1.0));
    let segment = format!("the {long} samples that deviate most");
    let mut mark = Stroke::new(Ink::Abnormal, 9.0);
    mark.paint.opacity = 0.3;
    let entries = [("signal", inks[0]), ("float", inks[1]), ("int8", inks[2]), (segment.as_str(), mark)];
    legend(&mut figure, [left, 18.0], &entries);
    figure
}
