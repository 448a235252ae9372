//! What is said of a scored window.

use super::output::{Format, json_line, say};
use crate::error::Result;
use crate::evaluate::PART_NAMES;
use picoae::{Decision, Model, Score};
use serde::Serialize;

/// A window's score and the verdict on it.
#[derive(Debug, Serialize)]
pub(super) struct ScoredWindow {
    window: usize,
    /// Number, from 0, of its first sample in the recording; none where windows have no order.
    start: Option<usize>,
    parts: Vec<ScoredPart>,
    mean_squared_error: f32,
    deviation: f32,
    anomaly: bool,
}

/// A part of the score with its limits.
#[derive(Debug, Serialize)]
struct ScoredPart {
    name: &'static str,
    value: u64,
    lower: u64,
    upper: u64,
    /// Which limit it is beyond.
    tripped: Option<Side>,
}

#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
enum Side {
    Below,
    Above,
}

impl ScoredPart {
    fn new(name: &'static str, value: u64, lower: u64, upper: u64) -> Self {
        let tripped = match value {
            _ if value < lower => Some(Side::Below),
            _ if value > upper => Some(Side::Above),
            _ => None,
        };
        Self { name, value, lower, upper, tripped }
    }
}

/// The parts of a score by a model's limits.
fn parts(model: &Model<'_>, score: &Score) -> Vec<ScoredPart> {
    let limits = model.threshold();
    let values = PART_NAMES.iter().zip(score.parts()).zip(limits.lower.iter().zip(limits.upper));
    values.map(|((name, value), (lower, upper))| ScoredPart::new(name, value, *lower, upper)).collect()
}

impl ScoredWindow {
    /// Window number `window`, which starts at sample `start`, by the limits of `model`.
    pub(super) fn new(model: &Model<'_>, window: usize, start: Option<usize>, score: &Score) -> Self {
        let input = model.input();
        Self {
            window,
            start,
            parts: parts(model, score),
            mean_squared_error: score.mean_squared_error(input.scale, input.len()),
            deviation: model.reference().deviation(score),
            anomaly: model.threshold().decide(score) == Decision::Anomaly,
        }
    }

    /// The decision in words, with the parts that made it.
    fn decision(&self) -> String {
        let tripped = self.parts.iter().filter_map(|part| match part.tripped? {
            Side::Below => Some(format!("{} below {}", part.name, part.lower)),
            Side::Above => Some(format!("{} above {}", part.name, part.upper)),
        });
        let tripped: Vec<String> = tripped.collect();
        match self.anomaly {
            true => format!("ANOMALY: {}", tripped.join(", ")),
            false => "normal".into(),
        }
    }
}

/// Prints windows: a table with the limits at its head, or an object a line.
pub(super) fn print(model: &Model<'_>, windows: &[ScoredWindow], format: Format) -> Result<()> {
    if format == Format::Json {
        return windows.iter().try_for_each(|window| say!("{}", json_line(window)?));
    }
    let row = |window: &str, start: &str, parts: &[String], rest: &str| {
        let parts: String = parts.iter().map(|part| format!(" {part:>12}")).collect();
        say!("{}", format!("{window:>7} {start:>10}{parts} {rest}").trim_end())
    };
    let names: Vec<String> = PART_NAMES.iter().map(|name| name.to_string()).collect();
    row("window", "start", &names, &format!("{:>12} {:>10}  decision", "mse", "deviation"))?;
    let limits = parts(model, &Score::default());
    let text =
        |of: fn(&ScoredPart) -> u64, parts: &[ScoredPart]| parts.iter().map(|p| of(p).to_string()).collect::<Vec<_>>();
    row("", "at least", &text(|p| p.lower, &limits), "")?;
    row("", "at most", &text(|p| p.upper, &limits), "")?;
    for w in windows {
        let start = w.start.map_or("-".into(), |start| start.to_string());
        let rest = format!("{:>12.6} {:>10.3}  {}", w.mean_squared_error, w.deviation, w.decision());
        row(&w.window.to_string(), &start, &text(|p| p.value, &w.parts), &rest)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_trips_on_its_side_and_both_ends_are_normal() {
        let side = |value| ScoredPart::new("total", value, 3, 5).tripped;
        assert!(matches!(side(2), Some(Side::Below)) && matches!(side(6), Some(Side::Above)));
        assert!(side(3).is_none() && side(5).is_none());
    }

    #[test]
    fn the_decision_names_what_tripped() {
        let parts = vec![
            ScoredPart::new("total", 9, 3, 5),
            ScoredPart::new("segment_max", 4, 3, 5),
            ScoredPart::new("segment_min", 1, 3, 5),
        ];
        let window =
            ScoredWindow { window: 0, start: None, parts, mean_squared_error: 0.0, deviation: 2.0, anomaly: true };
        assert_eq!(window.decision(), "ANOMALY: total above 5, segment_min below 3");
    }
}
