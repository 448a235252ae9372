//! Axes: from values to pixels, with ticks at round numbers.

use super::figure::{Anchor, Figure, Stroke};
use super::theme::Ink;

/// One axis.
#[derive(Debug, Clone)]
pub(super) struct Axis {
    pub(super) label: String,
    range: [f64; 2],
    log: bool,
}

impl Axis {
    pub(super) fn linear(label: &str, range: [f64; 2]) -> Self {
        Self { label: label.into(), range: widened(range), log: false }
    }

    /// A logarithmic axis; what is not above 0 lies at its lower end.
    pub(super) fn logarithmic(label: &str, [low, high]: [f64; 2]) -> Self {
        let high = if high.is_finite() && high > 0.0 { high } else { 1.0 };
        let low = if low.is_finite() && low > 0.0 { low.min(high) } else { high * 1e-3 };
        let (low, high) = if high < low * 1.5 { (low / 1.5, high * 1.5) } else { (low, high) };
        Self { label: label.into(), range: [low, high], log: true }
    }

    /// Where a value lies, from 0 to 1; values beyond lie on the rim.
    pub(super) fn part(&self, value: f64) -> f64 {
        let [low, high] = self.range;
        let part =
            if self.log { (value.max(low) / low).ln() / (high / low).ln() } else { (value - low) / (high - low) };
        if part.is_finite() { part.clamp(0.0, 1.0) } else { 1.0 }
    }

    pub(super) fn ticks(&self, most: usize) -> Vec<f64> {
        let [low, high] = self.range;
        // Short logarithmic axes have too few of the usual numbers.
        if !self.log || high < low * 4.0 {
            let rough = (high - low) / most.max(1) as f64;
            let power = 10_f64.powf(rough.log10().floor());
            let step =
                [1.0, 2.0, 5.0, 10.0].into_iter().map(|m| m * power).find(|s| *s >= rough * 0.999).unwrap_or(rough);
            let first = (low / step - 1e-9).ceil() as i64;
            return (first..).map(|i| i as f64 * step).take_while(|v| *v <= high + step * 1e-9).take(50).collect();
        }
        let (from, to) = (low.log10().floor() as i32, high.log10().ceil() as i32);
        let decades = (high / low).log10();
        let every = ((decades / most.max(1) as f64).ceil() as i32).max(1);
        let within: &[f64] = if decades < 3.0 { &[1.0, 2.0, 5.0] } else { &[1.0] };
        (from..=to)
            .filter(|e| e.rem_euclid(every) == 0)
            .flat_map(|e| within.iter().map(move |m| m * 10_f64.powi(e)))
            .filter(|v| *v >= low * 0.999 && *v <= high * 1.001)
            .collect()
    }
}

fn widened([low, high]: [f64; 2]) -> [f64; 2] {
    if !(low.is_finite() && high.is_finite()) {
        return [0.0, 1.0];
    }
    if high > low { [low, high] } else { [low - 0.5, low + 0.5] }
}

/// A value as a tick says it: at most 4 significant digits.
pub(super) fn short(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return if value == 0.0 { "0".into() } else { "–".into() };
    }
    let magnitude = value.abs().log10().floor() as i32;
    let sign = if value < 0.0 { "−" } else { "" };
    let v = value.abs();
    if !(-4..6).contains(&magnitude) {
        let digits = format!("{v:.1e}").replace(".0e", "e").replace("e-", "e−");
        return format!("{sign}{digits}");
    }
    let text = format!("{v:.*}", (3 - magnitude).clamp(0, 8) as usize);
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_string() } else { text };
    format!("{sign}{text}")
}

/// A rectangle with two axes.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) x: Axis,
    pub(super) y: Axis,
}

impl Frame {
    pub(super) fn px(&self, value: f64) -> f64 {
        self.left + self.width * self.x.part(value)
    }

    pub(super) fn py(&self, value: f64) -> f64 {
        self.top + self.height * (1.0 - self.y.part(value))
    }

    pub(super) fn at(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        [self.px(x), self.py(y)]
    }

    pub(super) fn bottom(&self) -> f64 {
        self.top + self.height
    }

    pub(super) fn right(&self) -> f64 {
        self.left + self.width
    }

    /// Grid, ticks and labels; `x_labels` is false where a frame below shows the same axis.
    pub(super) fn draw(&self, figure: &mut Figure, x_labels: bool) {
        let grid = Stroke::new(Ink::Grid, 1.0);
        for tick in self.y.ticks(((self.height / 32.0) as usize).max(3)) {
            let y = self.py(tick);
            figure.line(vec![[self.left, y], [self.right(), y]], grid);
            figure.text([self.left - 7.0, y + 4.0], &short(tick), Anchor::End, Ink::Muted);
        }
        for tick in self.x.ticks(((self.width / 70.0) as usize).max(2)) {
            let x = self.px(tick);
            figure.line(vec![[x, self.top], [x, self.bottom()]], grid);
            if x_labels {
                figure.text([x, self.bottom() + 17.0], &short(tick), Anchor::Middle, Ink::Muted);
            }
        }
        let axis = Stroke::new(Ink::Muted, 1.0);
        figure.line(vec![[self.left, self.top], [self.left, self.bottom()], [self.right(), self.bottom()]], axis);
        if x_labels {
            let at = [self.left + self.width / 2.0, self.bottom() + 36.0];
            figure.text(at, &self.x.label, Anchor::Middle, Ink::Text);
        }
        if !self.y.label.is_empty() {
            let at = [self.left - 57.0, self.top + self.height / 2.0];
            figure.upright_text(at, &self.y.label, Ink::Text);
        }
    }
}

/// Samples of colour with their names, in a row from `at`.
pub(super) fn legend(figure: &mut Figure, at: [f64; 2], entries: &[(&str, Stroke)]) {
    let [mut x, y] = at;
    for (name, stroke) in entries {
        figure.line(vec![[x, y - 4.0], [x + 20.0, y - 4.0]], Stroke { width: stroke.width.max(2.0), ..*stroke });
        figure.text([x + 26.0, y], name, Anchor::Start, Ink::Text);
        x += 46.0 + 1.08 * super::raster::text_width(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        assert_eq!(Axis::linear("", [0.0, 1.0]).ticks(5), [0.0, 0.2, 0.4, 0.6000000000000001, 0.8, 1.0]);
        assert_eq!(Axis::logarithmic("", [0.5, 2000.0]).ticks(5), [1.0, 10.0, 100.0, 1000.0]);
        assert_eq!(Axis::logarithmic("", [1.0, 12.0]).ticks(5), [1.0, 2.0, 5.0, 10.0]);
        assert_eq!(Axis::logarithmic("", [3.0, 6.2]).ticks(5), [3.0, 4.0, 5.0, 6.0]);
        assert_eq!([0.0, 1.0, -2.5, 0.002, 1234.5, 3.2e-7].map(short), ["0", "1", "−2.5", "0.002", "1234", "3.2e−7"]);
        assert_eq!(Axis::linear("", [3.0, 3.0]).part(3.0), 0.5);
        assert_eq!(Axis::logarithmic("", [0.0, 0.0]).part(-1.0), 0.0);
    }
}
