//! Two figures a row, joined by a line: one way of scoring against another.

use crate::report::axes::{Axis, Frame, legend, short};
use crate::report::figure::{Anchor, Figure, Stroke};
use crate::report::theme::Ink;

/// Draws `rows` of name, first and second value in 0 to 1; a value that is none is left out.
pub(crate) fn dots(
    name: &str,
    title: &str,
    width: f64,
    axis: &str,
    names: [&str; 2],
    rows: &[(&str, [f64; 2])],
) -> Figure {
    const EACH: f64 = 26.0;
    let mut figure = Figure::new(name, title, width, 84.0 + rows.len() as f64 * EACH);
    let (left, height) = (124.0, rows.len() as f64 * EACH);
    let (x, y) = (Axis::linear(axis, [0.0, 1.0]), Axis::linear("", [0.0, 1.0]));
    let frame = Frame { left, top: 30.0, width: width - left - 24.0, height, x, y };
    for tick in frame.x.ticks(10) {
        let x = frame.px(tick);
        figure.line(vec![[x, frame.top], [x, frame.bottom()]], Stroke::new(Ink::Grid, 1.0));
        figure.text([x, frame.bottom() + 17.0], &short(tick), Anchor::Middle, Ink::Muted);
    }
    let half = frame.px(0.5);
    figure.line(vec![[half, frame.top], [half, frame.bottom()]], Stroke::new(Ink::Muted, 1.2).dashed());
    figure.text([left + frame.width / 2.0, frame.bottom() + 38.0], axis, Anchor::Middle, Ink::Text);
    for (i, (row, values)) in rows.iter().enumerate() {
        let y = frame.top + (i as f64 + 0.5) * EACH;
        figure.text([left - 10.0, y + 4.0], row, Anchor::End, Ink::Text);
        let [a, b] = values.map(|v| frame.px(v));
        figure.line(vec![[a, y], [b, y]], Stroke::new(Ink::Muted, 1.5));
        for (value, ink) in values.iter().zip([Ink::Muted, Ink::Int8]) {
            if value.is_finite() {
                figure.dots(vec![[frame.px(*value), y]], 5.5, ink, 1.0);
            }
        }
    }
    let entries = [(names[0], Stroke::new(Ink::Muted, 5.0)), (names[1], Stroke::new(Ink::Int8, 5.0))];
    legend(&mut figure, [left, 18.0], &entries);
    figure
}
