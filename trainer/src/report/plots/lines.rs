//! Lines over one pair of axes.

use crate::report::axes::{Axis, Frame, legend};
use crate::report::figure::{Figure, Stroke};

/// A line with its name.
pub(crate) struct Series<'a> {
    pub(crate) name: &'a str,
    pub(crate) points: Vec<[f64; 2]>,
    pub(crate) stroke: Stroke,
    /// Whether each point is marked, for few of them.
    pub(crate) marked: bool,
}

/// Draws the lines with a legend above.
pub(crate) fn lines(
    name: &str,
    title: &str,
    [width, height]: [f64; 2],
    x: Axis,
    y: Axis,
    series: &[Series<'_>],
) -> Figure {
    let mut figure = Figure::new(name, title, width, height);
    let frame = Frame { left: 66.0, top: 34.0, width: width - 84.0, height: height - 82.0, x, y };
    frame.draw(&mut figure, true);
    for s in series {
        let points: Vec<_> = s.points.iter().map(|p| frame.at(*p)).collect();
        if s.marked {
            figure.dots(points.clone(), 3.0, s.stroke.paint.ink, 1.0);
        }
        figure.line(points, s.stroke);
    }
    let entries: Vec<_> = series.iter().filter(|s| !s.name.is_empty()).map(|s| (s.name, s.stroke)).collect();
    legend(&mut figure, [frame.left, 18.0], &entries);
    figure
}
