//! What is said of a scored window.

use super::output::{Format, json_line, say};
use crate::error::Result;
use crate::pipeline::{ChannelError, most_unusual};
use picoae::plan::PartLimits;
use picoae::{Model, Part, Score};
use serde::Serialize;

/// A window's score and the verdict on it.
#[derive(Debug, Serialize)]
pub(super) struct ScoredWindow {
    window: usize,
    #[serde(flatten)]
    place: Place,
    parts: Vec<ScoredPart>,
    mean_squared_error: f32,
    deviation: f32,
    /// What each channel contributes, where there are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    channels: Vec<ChannelError>,
    anomaly: bool,
    /// Whether the alarm is on behind this window.
    alarm: bool,
}

/// Where a window lies in a recording.
#[derive(Debug, Default, Serialize)]
pub(super) struct Place {
    /// Number, from 0, of its first sample, gaps not counted; none where windows have no order.
    pub(super) start: Option<usize>,
    /// Time of the first sample, where the recording has times: a date, or seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) time: Option<String>,
    /// The file, where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) file: Option<String>,
}

/// A part of the score with its limits.
#[derive(Debug, Serialize)]
struct ScoredPart {
    name: &'static str,
    value: u64,
    /// Smallest accepted value; none where it may be as small as it likes.
    lower: Option<u64>,
    /// Largest accepted value; none where it may be as large as it likes.
    upper: Option<u64>,
    /// Which limit it is beyond.
    tripped: Option<Side>,
    /// Place among the parts.
    #[serde(skip)]
    code: u16,
}

#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
enum Side {
    Below,
    Above,
}

impl ScoredPart {
    fn new(part: Part, value: u64, lower: u64, upper: u64) -> Self {
        let tripped = match value {
            _ if value < lower => Some(Side::Below),
            _ if value > upper => Some(Side::Above),
            _ => None,
        };
        let (lower, upper) = ((lower > 0).then_some(lower), (upper < u64::MAX).then_some(upper));
        Self { name: part.name(), value, lower, upper, tripped, code: part.code() }
    }

    fn of(limits: &PartLimits, score: &Score) -> Option<Self> {
        let part = Part::from_code(limits.part)?;
        Some(Self::new(part, score.part(part), limits.lower(), limits.upper()))
    }

    /// How far it is beyond its limit.
    fn told(&self) -> Option<String> {
        let (side, limit) = match self.tripped? {
            Side::Below => ("below", self.lower.unwrap_or(0)),
            Side::Above => ("above", self.upper.unwrap_or(u64::MAX)),
        };
        let percent = 100.0 * (self.value as f64 / limit.max(1) as f64 - 1.0);
        let times = self.value as f64 / limit.max(1) as f64;
        let by = if times >= 3.0 { format!("{times:.1} times") } else { format!("{percent:+.0} %") };
        Some(format!("{} {side} {limit} ({by})", self.name))
    }
}

/// The parts of a score by a model's limits.
fn parts(model: &Model<'_>, score: &Score) -> Vec<ScoredPart> {
    let mut used: Vec<ScoredPart> = model.limits().iter().filter_map(|l| ScoredPart::of(l, score)).collect();
    used.sort_by_key(|part| part.code);
    used
}

impl ScoredWindow {
    /// Window number `window`, which lies at `place`, by the limits of `model`.
    pub(super) fn new(
        model: &Model<'_>,
        window: usize,
        place: Place,
        score: &Score,
        channels: Vec<ChannelError>,
        alarm: bool,
    ) -> Self {
        let input = model.input();
        Self {
            window,
            place,
            parts: parts(model, score),
            mean_squared_error: score.mean_squared_error(input.scale, input.len()),
            deviation: model.reference().deviation(score),
            channels,
            anomaly: model.verdict(*score).is_anomaly(),
            alarm,
        }
    }

    /// The decision in words, with the parts that made it.
    fn decision(&self) -> String {
        let tripped: Vec<String> = self.parts.iter().filter_map(ScoredPart::told).collect();
        // Where a rule stands between verdict and alarm, both are said.
        match (self.anomaly, self.alarm) {
            (true, true) => format!("ANOMALY: {}{}", tripped.join(", "), self.channel()),
            (true, false) => format!("abnormal, no alarm yet: {}{}", tripped.join(", "), self.channel()),
            (false, true) => "normal, the alarm lasts".into(),
            (false, false) => "normal".into(),
        }
    }

    /// The channel that is furthest from what is usual, where there are several.
    fn channel(&self) -> String {
        let Some(channel) = most_unusual(&self.channels) else { return String::new() };
        let outside = match channel.outside {
            0 => String::new(),
            outside => format!(", {outside} outside"),
        };
        format!("; most in {} ({:.1} times its usual error{outside})", channel.name, channel.times_usual)
    }
}

/// Prints windows: a table with the limits at its head, or an object a line.
pub(super) struct Printer {
    format: Format,
    /// Whether windows have times.
    timed: bool,
}

impl Printer {
    /// Prints the head.
    ///
    /// # Errors
    /// [`crate::Error::Output`].
    pub(super) fn new(model: &Model<'_>, timed: bool, format: Format) -> Result<Self> {
        let printer = Self { format, timed };
        if format == Format::Text {
            let limits = parts(model, &Score::default());
            let names: Vec<String> = limits.iter().map(|part| part.name.into()).collect();
            printer.row(
                ["window", "start", "time"],
                &names,
                &format!("{:>12} {:>10}  decision", "mse", "deviation"),
            )?;
            printer.row(["", "at least", ""], &text(|p| p.lower, &limits), "")?;
            printer.row(["", "at most", ""], &text(|p| p.upper, &limits), "")?;
        }
        Ok(printer)
    }

    /// Prints a window.
    ///
    /// # Errors
    /// [`crate::Error::Output`].
    pub(super) fn print(&self, w: &ScoredWindow) -> Result<()> {
        if self.format == Format::Json {
            return say!("{}", json_line(w)?);
        }
        let start = w.place.start.map_or("-".into(), |start| start.to_string());
        let rest = format!("{:>12.6} {:>10.3}  {}", w.mean_squared_error, w.deviation, w.decision());
        let time = w.place.time.as_deref().unwrap_or("-");
        self.row([&w.window.to_string(), &start, time], &text(|p| Some(p.value), &w.parts), &rest)
    }

    fn row(&self, [window, start, time]: [&str; 3], parts: &[String], rest: &str) -> Result<()> {
        let time = if self.timed { format!(" {time:>24}") } else { String::new() };
        let parts: String = parts.iter().map(|part| format!(" {part:>12}")).collect();
        say!("{}", format!("{window:>7} {start:>10}{time}{parts} {rest}").trim_end())
    }
}

/// One number of each part.
fn text(of: fn(&ScoredPart) -> Option<u64>, parts: &[ScoredPart]) -> Vec<String> {
    parts.iter().map(|part| of(part).map_or("-".into(), |value| value.to_string())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_trips_on_its_side_and_both_ends_are_normal() {
        let side = |value| ScoredPart::new(Part::Total, value, 3, 5).tripped;
        assert!(matches!(side(2), Some(Side::Below)) && matches!(side(6), Some(Side::Above)));
        assert!(side(3).is_none() && side(5).is_none());
    }

    #[test]
    fn the_decision_names_what_tripped() {
        let parts = vec![
            ScoredPart::new(Part::Total, 9, 3, 5),
            ScoredPart::new(Part::LargestSegment, 4, 3, 5),
            ScoredPart::new(Part::SmallestSegment, 1, 3, 5),
        ];
        let window = ScoredWindow {
            window: 0,
            place: Place::default(),
            parts,
            mean_squared_error: 0.0,
            deviation: 2.0,
            channels: Vec::new(),
            anomaly: true,
            alarm: true,
        };
        assert_eq!(window.decision(), "ANOMALY: total above 5 (+80 %), segment_min below 3 (-67 %)");
        let channel = |name: &str, times_usual| ChannelError {
            name: name.into(),
            mean_squared_error: 1.0,
            times_usual,
            outside: 0,
        };
        let window = ScoredWindow { channels: vec![channel("ax", 1.2), channel("ay", 4.0)], ..window };
        assert!(window.decision().ends_with("segment_min below 3 (-67 %); most in ay (4.0 times its usual error)"));
    }
}
