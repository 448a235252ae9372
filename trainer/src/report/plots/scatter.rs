//! Points in the plane, coloured and named by class.

use crate::report::axes::{Axis, Frame};
use crate::report::figure::Figure;
use crate::report::theme::Ink;

/// Most points drawn; the page stays small and the classes visible.
const MOST: usize = 6000;

/// Draws `points` with a label at the median of each class.
pub(crate) fn scatter(
    name: &str,
    title: &str,
    [width, height]: [f64; 2],
    points: &[[f64; 2]],
    classes: &[u8],
    range: [[f64; 2]; 2],
) -> Figure {
    let mut figure = Figure::new(name, title, width, height);
    let [x, y] = range;
    let (x, y) = (Axis::linear("first latent value", x), Axis::linear("second latent value", y));
    let frame = Frame { left: 66.0, top: 14.0, width: width - 84.0, height: height - 62.0, x, y };
    frame.draw(&mut figure, true);
    let step = points.len().div_ceil(MOST).max(1);
    // In several rounds, so that no class covers all the others.
    for round in 0..6 {
        for class in 0..=255_u8 {
            let of: Vec<_> = (round * step..points.len())
                .step_by(6 * step)
                .filter(|i| classes.get(*i) == Some(&class))
                .map(|i| frame.at(points[i]))
                .collect();
            if !of.is_empty() {
                figure.dots(of, 1.7, Ink::Class(class), 0.75);
            }
        }
    }
    for class in 0..=255_u8 {
        let of: Vec<[f64; 2]> = points.iter().zip(classes).filter(|(_, c)| **c == class).map(|(p, _)| *p).collect();
        if !of.is_empty() {
            let median = |i: usize| crate::evaluate::percentile(&of.iter().map(|p| p[i]).collect::<Vec<_>>(), 50.0);
            let [px, py] = frame.at([median(0), median(1)]);
            figure.mark([px, py + 6.0], &class.to_string(), 18.0);
        }
    }
    figure
}
