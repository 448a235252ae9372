//! All that is found in a recording.

use super::channel::ChannelFacts;
use super::recommend::Recommendation;
use crate::data::{Clock, Recording, Stretch};
use serde::Serialize;

/// A gap between stretches of one file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gap {
    /// Where it ends.
    pub place: String,
    /// How long it is, where times are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
}

/// What a recording is like.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Inspection {
    /// The files.
    pub files: Vec<String>,
    /// Samples of each channel.
    pub samples: usize,
    /// Samples a second, where it is known.
    pub rate: Option<f64>,
    /// Time of the first sample and of the last, where there are times.
    pub span: Option<[String; 2]>,
    /// Stretches without a gap.
    pub stretches: usize,
    /// Samples of the longest stretch.
    pub longest_stretch: usize,
    /// Gaps inside files, the first twenty.
    pub gaps: Vec<Gap>,
    /// Each channel.
    pub channels: Vec<ChannelFacts>,
    /// Kinds of what is marked as not normal, with their samples.
    pub marked: Vec<(String, usize)>,
    /// What was seen while reading.
    pub notes: Vec<String>,
    /// What to do with it.
    pub recommendation: Recommendation,
}

/// Looks at a recording; `window` and `hop` are recommended where they are not given.
pub fn inspect(recording: &Recording, window: Option<usize>, hop: Option<usize>) -> Inspection {
    const SHOWN: usize = 20;
    let channels: Vec<ChannelFacts> = (0..recording.width()).map(|c| ChannelFacts::of(recording, c)).collect();
    // Windows that stand one a row have no gaps.
    let gaps = recording.window.is_none();
    let within_file = recording.stretches.windows(2).filter(|s| gaps && s[0].file == s[1].file);
    let gap = |pair: &[Stretch]| Gap {
        place: recording.place(pair[1].rows.start),
        seconds: match (recording.time(pair[0].rows.end - 1), pair[1].time, recording.clock) {
            (_, _, Clock::None) => None,
            (Some(from), Some(to), _) => Some(to - from),
            _ => None,
        },
    };
    let marked = |kind: usize| {
        let of = recording.marks.iter().filter(|m| m.kind == kind);
        (recording.kinds[kind].clone(), of.map(|m| m.rows.len()).sum())
    };
    let ends = recording.stretches.first().zip(recording.stretches.last());
    Inspection {
        files: recording.files.iter().map(|f| f.display().to_string()).collect(),
        samples: recording.stretches.iter().map(|s| s.rows.len()).sum(),
        rate: recording.rate,
        span: ends.and_then(|(a, b)| Some([recording.time_text(a.rows.start)?, recording.time_text(b.rows.end - 1)?])),
        stretches: recording.stretches.len(),
        longest_stretch: recording.stretches.iter().map(|s| s.rows.len()).max().unwrap_or(0),
        gaps: within_file.take(SHOWN).map(gap).collect(),
        marked: (0..recording.kinds.len()).map(marked).collect(),
        notes: recording.notes.clone(),
        recommendation: Recommendation::of(recording, &channels, window, hop),
        channels,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave(n: usize, period: f64) -> Vec<f32> {
        (0..n).map(|i| (500.0 * (i as f64 * std::f64::consts::TAU / period).sin()).round() as f32).collect()
    }

    #[test]
    fn the_window_has_four_periods_and_there_are_enough_of_them() {
        let long = inspect(&Recording::of_channel(wave(60_000, 50.0)), None, None).recommendation;
        assert_eq!((long.window, long.hop, long.missing_windows), (200, 37, 0));
        assert_eq!((long.independent_windows, long.validation_windows), (300, 45));
        let short = inspect(&Recording::of_channel(wave(6_000, 50.0)), None, None).recommendation;
        assert!(short.window <= 104 && short.independent_windows >= 55, "{short:?}");
        assert!(short.why.contains("shortened"));
        let asked = inspect(&Recording::of_channel(wave(60_000, 50.0)), Some(64), Some(8)).recommendation;
        assert_eq!((asked.window, asked.hop), (64, 8));
    }

    #[test]
    fn what_is_wrong_is_said_with_the_option_that_mends_it() {
        let mut values = wave(20_000, 50.0);
        values[5_000..5_400].fill(0.0);
        let found = inspect(&Recording::of_channel(values), None, None).recommendation;
        assert!(found.advice.iter().any(|a| a.contains("--exclude 5000..5")), "{:?}", found.advice);
        let few = inspect(&Recording::of_channel(wave(500, 50.0)), None, None).recommendation;
        assert!(few.missing_windows > 0 && few.advice[0].contains("missing for a training"), "{few:?}");
        let constant = inspect(&Recording::of_channel(vec![5.0; 3000]), None, None).recommendation;
        assert_eq!((constant.channels.len(), constant.left.len()), (0, 1));
    }
}
