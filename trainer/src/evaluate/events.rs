//! Alarms against labelled events: what a user counts, not how many windows were right.
//!
//! An event is found when at least one alarming verdict overlaps it; neighbouring verdicts with an alarm are one run, and a run that overlaps
//! no event is one false alarm, however long it lasts (Hundman et al. 2018, "Detecting spacecraft anomalies using LSTMs and nonparametric
//! dynamic thresholding", count sequences like that). Positions are samples of one recording; ranges hold their start and not their end.

use super::intervals;
use super::metrics::percentile_sorted;
use serde::Serialize;
use std::fmt;
use std::ops::Range;

/// Seconds an hour, and verdicts that a rate is given for where the samples have none.
const HOUR: f64 = 3600.0;
const VERDICTS: f64 = 1000.0;

/// One verdict of a detector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The samples it is about. Verdicts come in the order of their ends.
    pub span: Range<usize>,
    /// Whether the alarm is on.
    pub alarm: bool,
}

/// What false alarms are counted over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exposure {
    /// Hours of normal samples.
    Hours,
    /// Thousands of normal verdicts, where the samples have no rate.
    ThousandVerdicts,
}

/// What came of the alarms. Shares of nothing are NaN.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EventScores {
    /// Events that an alarming verdict overlaps.
    pub found: usize,
    /// Labelled events with at least one sample.
    pub events: usize,
    /// Runs of neighbouring verdicts with an alarm.
    pub runs: usize,
    /// Runs that overlap no event.
    pub false_runs: usize,
    /// What the rate is counted over.
    pub exposure_in: Exposure,
    /// How much of it was normal: hours of samples that verdicts are about outside events, or thousands of verdicts that overlap none.
    pub exposure: f64,
    /// Between which false alarms an exposure the true rate lies, at 95 % (Garwood 1936).
    pub interval: [f64; 2],
    /// Samples from the start of each found event to the end of the first alarming verdict that overlaps it: median and largest.
    pub delay: Option<[f64; 2]>,
    /// The same in seconds, where the samples have a rate.
    pub delay_seconds: Option<[f64; 2]>,
}

impl EventScores {
    /// Share of events that were found.
    pub fn recall(&self) -> f64 {
        self.found as f64 / self.events as f64
    }

    /// Share of runs that overlap an event.
    pub fn precision(&self) -> f64 {
        (self.runs - self.false_runs) as f64 / self.runs as f64
    }

    /// False alarm runs an exposure.
    pub fn false_alarm_rate(&self) -> f64 {
        self.false_runs as f64 / self.exposure
    }
}

impl fmt::Display for EventScores {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let per = match self.exposure_in {
            Exposure::Hours => "an hour",
            Exposure::ThousandVerdicts => "per 1000 verdicts",
        };
        let [low, high] = self.interval;
        write!(
            f,
            "events found: {} of {}; alarms: {}, false: {}",
            self.found, self.events, self.runs, self.false_runs
        )?;
        if self.exposure > 0.0 {
            write!(f, " ({:.3} {per}, {low:.3} to {high:.3} at 95 % confidence)", self.false_alarm_rate())?;
        }
        if let Some([median, most]) = self.delay {
            write!(f, "; delay: median {median:.0}, largest {most:.0} samples")?;
        }
        if let Some([median, most]) = self.delay_seconds {
            write!(f, " ({median:.3} and {most:.3} s)")?;
        }
        Ok(())
    }
}

/// Judges `verdicts` of one recording by its `events` (sorted by their starts; those that overlap or touch are one). `rate` is in samples a
/// second.
pub fn by_event(verdicts: &[Verdict], events: &[Range<usize>], rate: Option<f64>) -> EventScores {
    let events = merged(events);
    let mut first: Vec<Option<usize>> = vec![None; events.len()];
    let (mut runs, mut false_runs, mut normal) = (0, 0, 0_usize);
    // Whether the run that lasts overlaps an event; none lasts outside alarms.
    let mut lasting: Option<bool> = None;
    for Verdict { span, alarm } in verdicts {
        let touched = overlapped(&events, span);
        normal += usize::from(touched.is_empty());
        if !alarm {
            false_runs += usize::from(lasting.take() == Some(false));
            continue;
        }
        runs += usize::from(lasting.is_none());
        lasting = Some(lasting.unwrap_or(false) || !touched.is_empty());
        touched.for_each(|event| first[event] = first[event].or(Some(span.end)));
    }
    false_runs += usize::from(lasting == Some(false));
    let rate = rate.filter(|rate| *rate > 0.0 && rate.is_finite());
    let (exposure_in, exposure) = match rate {
        Some(rate) => (Exposure::Hours, normal_samples(verdicts, &events) as f64 / rate / HOUR),
        None => (Exposure::ThousandVerdicts, normal as f64 / VERDICTS),
    };
    let mut delays: Vec<f64> =
        first.iter().zip(&events).filter_map(|(end, event)| Some(((*end)? - event.start) as f64)).collect();
    delays.sort_by(f64::total_cmp);
    let delay = delays.last().map(|most| [percentile_sorted(&delays, 50.0), *most]);
    EventScores {
        found: delays.len(),
        events: events.len(),
        runs,
        false_runs,
        exposure_in,
        exposure,
        interval: intervals::poisson(false_runs, exposure, intervals::CONFIDENCE),
        delay,
        delay_seconds: delay.zip(rate).map(|(delay, rate)| delay.map(|samples| samples / rate)),
    }
}

/// What every printed figure of [`point_adjusted_f1`] has to stand beside.
pub const POINT_ADJUSTED_LABEL: &str =
    "point-adjusted F1 (only to compare with papers that give it: random scores do well by it, Kim et al. 2022)";

/// Point-adjusted F1 over samples: one alarming sample within an event counts all of its samples as found.
///
/// **No measure of a detector.** Kim et al. (2022, "Towards a rigorous evaluation of time-series anomaly detection", AAAI) show that random
/// scores reach or beat published detectors by it, since a long event is nearly sure to be hit by chance and then counts in full. It is here
/// to compare with papers that give nothing else; print it beside [`POINT_ADJUSTED_LABEL`] and judge by [`by_event`].
///
/// A sample is alarming when an alarming verdict is about it; samples that no verdict is about are not counted. NaN without an event or an
/// alarm.
pub fn point_adjusted_f1(verdicts: &[Verdict], events: &[Range<usize>]) -> f64 {
    let events = merged(events);
    let seen = union(verdicts.iter().map(|v| v.span.clone()));
    let alarming = union(verdicts.iter().filter(|v| v.alarm).map(|v| v.span.clone()));
    let false_positives = alarming.iter().map(|span| outside(&events, span)).sum::<usize>();
    let (mut true_positives, mut positives) = (0, 0);
    for event in &events {
        let samples = event.len() - outside(&seen, event);
        positives += samples;
        true_positives += if overlapped(&alarming, event).is_empty() { 0 } else { samples };
    }
    2.0 * true_positives as f64 / (true_positives + false_positives + positives) as f64
}

/// Samples that verdicts are about and that lie outside of events, each once.
fn normal_samples(verdicts: &[Verdict], events: &[Range<usize>]) -> usize {
    union(verdicts.iter().map(|v| v.span.clone())).iter().map(|span| outside(events, span)).sum()
}

/// Ranges in any order as sorted ones that neither overlap nor touch.
fn union(ranges: impl Iterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = ranges.collect();
    ranges.sort_by_key(|range| range.start);
    merged(&ranges)
}

/// The runs of what is marked.
pub fn runs(marked: impl IntoIterator<Item = bool>) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    for (i, _) in marked.into_iter().enumerate().filter(|(_, marked)| *marked) {
        match out.last_mut() {
            Some(last) if last.end == i => last.end += 1,
            _ => out.push(i..i + 1),
        }
    }
    out
}

/// Sorted ranges without empty ones; those that overlap or touch are one.
pub(super) fn merged(ranges: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    for range in ranges.iter().filter(|range| !range.is_empty()) {
        match out.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => out.push(range.clone()),
        }
    }
    out
}

/// Indices of the merged ranges that a span overlaps.
fn overlapped(ranges: &[Range<usize>], span: &Range<usize>) -> Range<usize> {
    let from = ranges.partition_point(|range| range.end <= span.start);
    let to = ranges.partition_point(|range| range.start < span.end);
    // An empty span overlaps nothing, even within a range.
    if span.is_empty() { from..from } else { from..to.max(from) }
}

/// Samples of a span outside of the merged ranges.
fn outside(ranges: &[Range<usize>], span: &Range<usize>) -> usize {
    let within = |range: &Range<usize>| range.end.min(span.end) - range.start.max(span.start);
    span.len() - ranges[overlapped(ranges, span)].iter().map(within).sum::<usize>()
}

#[cfg(test)]
#[allow(clippy::single_range_in_vec_init)] // one event is a list of one range
mod tests {
    use super::*;

    /// Verdicts of 10 samples, one every 10, `#` with an alarm.
    fn verdicts(alarms: &str) -> Vec<Verdict> {
        alarms.bytes().enumerate().map(|(i, c)| Verdict { span: 10 * i..10 * i + 10, alarm: c == b'#' }).collect()
    }

    #[test]
    fn runs_events_and_delays() {
        //                    0         1
        //                    0123456789012345
        let all = verdicts("##..#.###..#...#");
        // Verdicts 4 and 6 to 8 lie in the first, 11 misses the second (ends at 110), the third is found at once.
        let scores = by_event(&all, &[45..75, 100..110, 150..155, 155..155], None);
        assert_eq!((scores.found, scores.events, scores.runs, scores.false_runs), (2, 3, 5, 2));
        assert_eq!((scores.recall(), scores.precision()), (2.0 / 3.0, 0.6));
        // Normal ones: not 4 to 7, 10, 15.
        assert_eq!((scores.exposure_in, scores.exposure), (Exposure::ThousandVerdicts, 0.010));
        assert_eq!((scores.delay, scores.delay_seconds), (Some([7.5, 10.0]), None));
        let timed = by_event(&all, &[45..75, 100..110, 150..155], Some(4.0));
        assert_eq!(timed.delay_seconds, Some([1.875, 2.5]));
        assert!(timed.to_string().ends_with("; delay: median 8, largest 10 samples (1.875 and 2.500 s)"), "{timed}");
        assert!((scores.false_alarm_rate() - 200.0).abs() < 1e-9);
        assert!(scores.interval[0] < 200.0 && scores.interval[1] > 200.0);
        let text = scores.to_string();
        assert!(
            text.starts_with("events found: 2 of 3; alarms: 5, false: 2 (200.000 per 1000 verdicts, 24."),
            "{text}"
        );
    }

    #[test]
    fn hours_count_normal_samples_once() {
        // Windows of 20 samples every 10: 100 samples, 30 of them in the event, at one sample a minute.
        let overlapping: Vec<Verdict> = (0..9).map(|i| Verdict { span: 10 * i..10 * i + 20, alarm: i == 7 }).collect();
        let scores = by_event(&overlapping, &[20..50], Some(1.0 / 60.0));
        assert_eq!((scores.exposure_in, scores.false_runs, scores.found), (Exposure::Hours, 1, 0));
        assert!((scores.exposure - 70.0 / 60.0).abs() < 1e-12);
        assert_eq!(scores.delay, None);
    }

    #[test]
    fn one_alarm_finds_every_event_it_overlaps_and_touching_is_not_overlapping() {
        let wide = [Verdict { span: 0..100, alarm: true }];
        let scores = by_event(&wide, &[10..20, 30..40, 100..120], None);
        assert_eq!((scores.found, scores.events, scores.runs, scores.false_runs), (2, 3, 1, 0));
        assert_eq!(scores.delay, Some([80.0, 90.0]));
        // Touching events are one.
        assert_eq!(by_event(&wide, &[10..20, 20..40], None).events, 1);
    }

    #[test]
    fn marks_become_ranges() {
        assert_eq!(runs([true, true, false, true]), [0..2, 3..4]);
        assert!(runs([false, false]).is_empty());
    }

    #[test]
    fn nothing_to_count() {
        let scores = by_event(&verdicts("...."), &[], Some(f64::NAN));
        assert!(scores.recall().is_nan() && scores.precision().is_nan());
        assert_eq!((scores.false_alarm_rate(), scores.interval[0]), (0.0, 0.0));
        let none = by_event(&[], &[3..9], Some(1.0));
        assert_eq!((none.recall(), none.interval, none.exposure), (0.0, [0.0, f64::INFINITY], 0.0));
        assert_eq!(none.to_string(), "events found: 0 of 1; alarms: 0, false: 0");
        assert!(point_adjusted_f1(&verdicts("..."), &[]).is_nan());
    }

    /// What the warning says: alarms by chance, one in 20, are good by this figure and bad by events.
    #[test]
    fn point_adjusted_f1_takes_chance_for_skill() {
        let mut random = crate::data::random::Stream::new(1, "tests/events");
        let chance: Vec<Verdict> =
            (0..10_000).map(|i| Verdict { span: i..i + 1, alarm: random.below(20) == 0 }).collect();
        let events: Vec<Range<usize>> = (0..10).map(|i| 1000 * i + 300..1000 * i + 500).collect();
        assert!(point_adjusted_f1(&chance, &events) > 0.85);
        assert!(by_event(&chance, &events, None).precision() < 0.25);
        assert!(POINT_ADJUSTED_LABEL.contains("random scores do well"));
    }

    #[test]
    fn point_adjusted_f1_by_hand() {
        // One of two events (10 of 20 samples) is hit; 5 samples of an alarm lie outside.
        let all = [
            Verdict { span: 0..35, alarm: false },
            Verdict { span: 35..45, alarm: true },
            Verdict { span: 45..90, alarm: false },
        ];
        assert_eq!(point_adjusted_f1(&all, &[40..50, 60..70]), 2.0 * 10.0 / (10.0 + 5.0 + 20.0));
        // Samples without a verdict are not counted.
        assert_eq!(point_adjusted_f1(&all, &[40..50, 60..70, 90..190]), 2.0 * 10.0 / (10.0 + 5.0 + 20.0));
    }
}
