//! What a device would say of a labelled recording: the part that is tested with, pushed step by step as on the device, its alarms set
//! against the marked stretches.

use super::prepare::Prepared;
use super::quantized::CalibratedPlan;
use super::stream::Replay;
use crate::data::Windows;
use crate::error::Result;
use crate::evaluate::events::{EventScores, Exposure, Verdict, by_event};
use crate::evaluate::vus;
use serde::{Deserialize, Serialize};
use std::fmt::Write;
use std::ops::Range;

/// Events of one kind, or of all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventsFound {
    /// The kind; `all` for all together.
    pub name: String,
    /// Events that an alarm overlaps.
    pub found: usize,
    /// All events.
    pub events: usize,
    /// Samples from an event's start to the alarm: median and largest.
    pub delay: Option<[f64; 2]>,
    /// The same in seconds, where the samples have a rate.
    pub delay_seconds: Option<[f64; 2]>,
}

/// Alarms against events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InTime {
    /// Each kind; the last row is `all`.
    pub kinds: Vec<EventsFound>,
    /// Alarms, from their first verdict to their last.
    pub alarms: usize,
    /// Alarms that overlap no event.
    pub false_alarms: usize,
    /// Alarms that overlap an event, of all; none without an alarm.
    pub precision: Option<f64>,
    /// Events found, of all; none without an event.
    pub recall: Option<f64>,
    /// Hours of normal samples; thousands of normal verdicts where the samples have no rate.
    pub exposure: f64,
    /// Whether the exposure is in hours.
    pub in_hours: bool,
    /// Between which false alarms an exposure the true rate lies, at 95 %; none without normal samples.
    pub interval: Option<[f64; 2]>,
    /// Volume under the surface of precision and recall, of the verdicts' deviations; none without normal and abnormal ones.
    pub vus_pr: Option<f64>,
}

/// Pushes what the test sets cover through the device's plan; none where nothing is marked.
///
/// # Errors
/// Of the plan; as [`Replay::push`].
pub(super) fn in_time(plan: &CalibratedPlan, prepared: &Prepared) -> Result<Option<InTime>> {
    if prepared.events.is_empty() {
        return Ok(None);
    }
    let model = plan.lowered.model()?;
    let (window, width) = (model.window(), prepared.train.shape()[0].max(1));
    let mut replay = Replay::new(&model)?;
    let (mut verdicts, mut deviations) = (Vec::new(), Vec::new());
    let Some((values, tested)) = tested(prepared) else { return Ok(None) };
    for rows in tested {
        replay.gap();
        for (row, step) in rows.clone().zip(values.raw_rows(rows).chunks(width)) {
            let Some(verdict) = replay.push(step)? else { continue };
            verdicts.push(Verdict { span: (row + 1).saturating_sub(window)..row + 1, alarm: verdict.alarm });
            deviations.push(plan.normal.verdict(&verdict.score).deviation);
        }
    }
    Ok(Some(judged(&verdicts, &deviations, &prepared.events, prepared.rate, window)))
}

/// Rows that normal and abnormal test windows cover, in their order, with a set that holds the recording's values.
fn tested(prepared: &Prepared) -> Option<(&Windows, Vec<Range<usize>>)> {
    let sets = || std::iter::once(&prepared.test).chain(prepared.kinds.iter().map(|(_, set)| set));
    let values = sets().find(|set| !set.is_empty())?;
    let mut all: Vec<Range<usize>> = sets().filter(|set| !set.is_empty()).flat_map(Windows::covered).collect();
    all.sort_by_key(|rows| rows.start);
    let mut joined: Vec<Range<usize>> = Vec::new();
    for rows in all {
        match joined.last_mut() {
            // Windows that stand side by side may lie on either side of a gap.
            Some(last)
                if rows.start < last.end || (rows.start == last.end && !prepared.breaks.contains(&rows.start)) =>
            {
                last.end = last.end.max(rows.end);
            }
            _ => joined.push(rows),
        }
    }
    Some((values, joined))
}

fn judged(
    verdicts: &[Verdict],
    deviations: &[f64],
    events: &[(String, Range<usize>)],
    rate: Option<f64>,
    window: usize,
) -> InTime {
    let seen = |rows: &Range<usize>| {
        let next = verdicts.partition_point(|v| v.span.end <= rows.start);
        verdicts[next..].iter().take(1).any(|v| v.span.start < rows.end)
    };
    let events: Vec<&(String, Range<usize>)> = events.iter().filter(|(_, rows)| seen(rows)).collect();
    let rows_of = |kind: Option<&str>| -> Vec<Range<usize>> {
        let own = events.iter().filter(|(name, _)| kind.is_none_or(|kind| kind == name));
        own.map(|(_, rows)| rows.clone()).collect()
    };
    let found = |name: &str, scores: &EventScores| EventsFound {
        name: name.into(),
        found: scores.found,
        events: scores.events,
        delay: scores.delay,
        delay_seconds: scores.delay_seconds,
    };
    let mut names: Vec<&str> = Vec::new();
    events.iter().for_each(|(name, _)| {
        if !names.contains(&name.as_str()) {
            names.push(name)
        }
    });
    let all = by_event(verdicts, &rows_of(None), rate);
    let mut kinds: Vec<EventsFound> =
        names.iter().map(|name| found(name, &by_event(verdicts, &rows_of(Some(name)), rate))).collect();
    kinds.push(found("all", &all));
    let known = |value: f64| value.is_finite().then_some(value);
    InTime {
        kinds,
        alarms: all.runs,
        false_alarms: all.false_runs,
        precision: known(all.precision()),
        recall: known(all.recall()),
        exposure: all.exposure,
        in_hours: all.exposure_in == Exposure::Hours,
        interval: all.interval.iter().all(|rate| rate.is_finite()).then_some(all.interval),
        vus_pr: known(surface(verdicts, deviations, &rows_of(None), window)),
    }
}

/// Volume under the surface of verdicts, abnormal where they are about marked samples.
fn surface(verdicts: &[Verdict], deviations: &[f64], events: &[Range<usize>], window: usize) -> f64 {
    let about = |v: &Verdict| events.iter().any(|rows| rows.start < v.span.end && v.span.start < rows.end);
    let hop = verdicts.windows(2).filter_map(|v| v[1].span.end.checked_sub(v[0].span.end)).filter(|hop| *hop > 0).min();
    vus::of_windows(deviations, verdicts.iter().map(about), window / hop.unwrap_or(window).max(1))
}

impl InTime {
    /// For people.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec!["alarms on the labelled recording, pushed as on the device (int8):".to_string()];
        for kind in &self.kinds {
            let mut line = format!("  {}: {} of {} events found", kind.name, kind.found, kind.events);
            if let Some([median, most]) = kind.delay {
                let _ = write!(line, "; delay to the alarm: median {median:.0}, largest {most:.0} samples");
            }
            if let Some([median, most]) = kind.delay_seconds {
                let _ = write!(line, " ({median:.3} and {most:.3} s)");
            }
            lines.push(line);
        }
        let share = |value: Option<f64>| value.map_or("-".into(), |value| format!("{value:.4}"));
        let mut line = format!("  {} alarms, {} of them false", self.alarms, self.false_alarms);
        if let Some([low, high]) = self.interval {
            let per = if self.in_hours { "an hour" } else { "per 1000 verdicts" };
            let rate = self.false_alarms as f64 / self.exposure.max(f64::MIN_POSITIVE);
            let _ = write!(line, " ({rate:.3} {per}, {low:.3} to {high:.3} at 95 % confidence)");
        }
        lines.push(line);
        lines.push(format!(
            "  by events: precision {}, recall {}; VUS-PR {}",
            share(self.precision),
            share(self.recall),
            share(self.vus_pr)
        ));
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Windows of 10 samples, one behind the other, `#` with an alarm.
    fn judge(alarms: &str, events: &[(&str, Range<usize>)]) -> InTime {
        let verdicts: Vec<Verdict> =
            alarms.bytes().enumerate().map(|(i, c)| Verdict { span: 10 * i..10 * i + 10, alarm: c == b'#' }).collect();
        let deviations: Vec<f64> = verdicts.iter().map(|v| if v.alarm { 2.0 } else { 0.5 }).collect();
        let events: Vec<_> = events.iter().map(|(name, rows)| ((*name).to_string(), rows.clone())).collect();
        judged(&verdicts, &deviations, &events, Some(2.0), 10)
    }

    #[test]
    fn kinds_are_counted_apart_and_false_alarms_together() {
        let found = judge("..#..#...#..", &[("leak", 22..28), ("jam", 50..55), ("jam", 71..75)]);
        let told: Vec<_> = found.kinds.iter().map(|k| (k.name.as_str(), k.found, k.events)).collect();
        assert_eq!(told, [("leak", 1, 1), ("jam", 1, 2), ("all", 2, 3)]);
        assert_eq!((found.alarms, found.false_alarms), (3, 1));
        assert_eq!(found.kinds[0].delay, Some([8.0, 8.0]));
        assert_eq!(found.kinds[0].delay_seconds, Some([4.0, 4.0]));
        assert_eq!((found.precision, found.recall), (Some(2.0 / 3.0), Some(2.0 / 3.0)));
        assert!(found.in_hours && found.interval.is_some() && found.vus_pr.is_some());
        let text = found.lines().join("\n");
        assert!(text.contains("leak: 1 of 1 events found; delay to the alarm: median 8"), "{text}");
        assert!(text.contains("3 alarms, 1 of them false"), "{text}");
    }

    #[test]
    fn what_no_verdict_is_about_is_no_event() {
        let found = judge("....", &[("late", 400..410)]);
        assert_eq!((found.kinds.len(), found.kinds[0].events, found.recall, found.precision), (1, 0, None, None));
        let json = serde_json::to_string(&found).unwrap();
        assert_eq!(serde_json::from_str::<InTime>(&json).unwrap(), found);
    }
}
