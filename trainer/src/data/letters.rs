//! Capital letters drawn in strokes, of the size, pen width and position of MNIST's digits.

use super::random::Stream;

/// Strokes in a unit square, x to the right and y down, as polylines. Left out are letters that can pass for a digit.
const LETTERS: [&[&[[f64; 2]]]; 14] = [
    &[&[[0.0, 1.0], [0.5, 0.0], [1.0, 1.0]], &[[0.2, 0.6], [0.8, 0.6]]], // A
    &[&[[0.9, 0.0], [0.1, 0.0], [0.1, 1.0], [0.9, 1.0]], &[[0.1, 0.5], [0.7, 0.5]]], // E
    &[&[[0.9, 0.0], [0.1, 0.0], [0.1, 1.0]], &[[0.1, 0.45], [0.7, 0.45]]], // F
    &[&[[0.05, 0.0], [0.05, 1.0]], &[[0.95, 0.0], [0.95, 1.0]], &[[0.05, 0.5], [0.95, 0.5]]], // H
    &[&[[0.1, 0.0], [0.1, 1.0]], &[[0.9, 0.0], [0.1, 0.55]], &[[0.35, 0.4], [0.9, 1.0]]], // K
    &[&[[0.0, 1.0], [0.0, 0.0], [0.5, 0.6], [1.0, 0.0], [1.0, 1.0]]],    // M
    &[&[[0.05, 1.0], [0.05, 0.0], [0.95, 1.0], [0.95, 0.0]]],            // N
    &[&[[0.1, 1.0], [0.1, 0.0], [0.7, 0.05], [0.85, 0.25], [0.7, 0.45], [0.1, 0.5]], &[[0.45, 0.5], [0.9, 1.0]]], // R
    &[&[[0.0, 0.0], [1.0, 0.0]], &[[0.5, 0.0], [0.5, 1.0]]],             // T
    &[&[[0.0, 0.0], [0.5, 1.0], [1.0, 0.0]]],                            // V
    &[&[[0.0, 0.0], [0.25, 1.0], [0.5, 0.3], [0.75, 1.0], [1.0, 0.0]]],  // W
    &[&[[0.05, 0.0], [0.95, 1.0]], &[[0.95, 0.0], [0.05, 1.0]]],         // X
    &[&[[0.0, 0.0], [0.5, 0.5], [1.0, 0.0]], &[[0.5, 0.5], [0.5, 1.0]]], // Y
    &[&[[0.05, 0.0], [0.05, 0.8], [0.25, 1.0], [0.75, 1.0], [0.95, 0.8], [0.95, 0.0]]], // U
];

/// How a letter is drawn.
pub(super) struct Pose {
    angle: f64,
    slant: f64,
    height: f64,
    width: f64,
    pen: f64,
}

impl Pose {
    /// Turned by `angle` (radians), everything else drawn: slant, height (parts of the image's side; MNIST's digits fill 20 of
    /// 28 pixels), width (parts of the height), half the pen's width.
    pub(super) fn random(random: &mut Stream, angle: f64) -> Self {
        Self {
            angle,
            slant: random.uniform([-0.05, 0.25]),
            height: random.uniform([0.58, 0.68]),
            width: random.uniform([0.65, 0.95]),
            pen: random.uniform([0.032, 0.055]),
        }
    }
}

/// A random letter on `n × n` pixels, 0 to 1, its strokes' middle near the image's, edges smoothed over a pixel.
pub(super) fn letter(n: usize, pose: &Pose, random: &mut Stream) -> Vec<f32> {
    let strokes = LETTERS[random.below(LETTERS.len())];
    let (sin, cos) = (libm::sin(pose.angle), libm::cos(pose.angle));
    let place = |&[x, y]: &[f64; 2]| {
        let y = (y - 0.5) * pose.height;
        let x = (x - 0.5) * pose.height * pose.width - y * pose.slant;
        [(x * cos - y * sin) * n as f64, (x * sin + y * cos) * n as f64]
    };
    let mut lines: Vec<[[f64; 2]; 2]> =
        strokes.iter().flat_map(|s| s.windows(2).map(|ends| [place(&ends[0]), place(&ends[1])])).collect();
    // Turned, or with all its weight on one side such as a T, a letter must not run out of the image.
    let pen = pose.pen * n as f64;
    let (margin, last) = (pen + 1.0, n as f64 - 1.0);
    let extent = |lines: &[[[f64; 2]; 2]], i: usize| {
        let ends = lines.iter().flatten().map(|p| p[i]);
        ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)))
    };
    let size = [0, 1].map(|i| extent(&lines, i)).iter().map(|(low, high)| high - low).fold(0.0, f64::max);
    let shrink = ((last - 2.0 * margin) / size).min(1.0);
    lines.iter_mut().flatten().flatten().for_each(|v| *v *= shrink);
    // MNIST's digits are centred by mass; along strokes of one width that is by length.
    let (mut mass, mut middle) = (0.0, [0.0; 2]);
    for [a, b] in &lines {
        let length = libm::hypot(b[0] - a[0], b[1] - a[1]);
        mass += length;
        (0..2).for_each(|i| middle[i] += length * (a[i] + b[i]) / 2.0);
    }
    let [dx, dy] = [0, 1].map(|i| {
        let (low, high) = extent(&lines, i);
        (last / 2.0 - middle[i] / mass).min(last - margin - high).max(margin - low)
    });
    let ink = |i: usize| {
        let (x, y) = ((i % n) as f64 - dx, (i / n) as f64 - dy);
        let nearest = lines.iter().map(|line| distance([x, y], line)).fold(f64::INFINITY, f64::min);
        (pen + 0.5 - nearest).clamp(0.0, 1.0) as f32
    };
    (0..n * n).map(ink).collect()
}

/// From a point to a piece of a line.
fn distance([x, y]: [f64; 2], [a, b]: &[[f64; 2]; 2]) -> f64 {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let along = (((x - a[0]) * dx + (y - a[1]) * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
    libm::hypot(x - a[0] - along * dx, y - a[1] - along * dy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_to_a_piece_of_a_line() {
        let line = [[0.0, 0.0], [4.0, 0.0]];
        assert_eq!(distance([2.0, 3.0], &line), 3.0);
        assert_eq!(distance([7.0, 4.0], &line), 5.0);
        assert_eq!(distance([-3.0, 0.0], &line), 3.0);
    }
}
