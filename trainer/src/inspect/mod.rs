//! `picoae inspect`: what a recording is like, before anything is trained on it, and what to do with it.

mod channel;
mod configuration;
mod period;
mod recommend;
mod text;

pub use channel::{ChannelFacts, Outlier, Rail, StuckRun};
pub use configuration::configuration;
pub use recommend::Recommendation;
pub use text::text;

use crate::data::{Clock, Recording};
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
    let within_file = recording.stretches.windows(2).filter(|s| s[0].file == s[1].file);
    let gap = |pair: &[crate::data::Stretch]| Gap {
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
