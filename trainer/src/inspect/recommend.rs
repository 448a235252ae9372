//! Window, hop and channels for a recording.

use super::channel::ChannelFacts;
use crate::data::{Independent, Recording, prime_at_most};
use serde::Serialize;

/// What to do with a recording.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Recommendation {
    /// Samples of a window.
    pub window: usize,
    /// Why, in words.
    pub why: String,
    /// Samples from the start of one window to the start of the next.
    pub hop: usize,
    /// Channels to take.
    pub channels: Vec<String>,
    /// Channels to leave, since they are constant.
    pub left: Vec<String>,
    /// Windows that do not overlap, without marks, in all.
    pub independent_windows: usize,
    /// Of these, those to validate on by default.
    pub validation_windows: usize,
    /// Smallest part of false alarms that these can verify: one window.
    pub verifiable_rate: f64,
    /// Windows that are missing for training, 0 if there are enough.
    pub missing_windows: usize,
    /// What a user should do, in words.
    pub advice: Vec<String>,
}

impl Recommendation {
    pub(super) fn of(
        recording: &Recording,
        channels: &[ChannelFacts],
        window: Option<usize>,
        hop: Option<usize>,
    ) -> Self {
        const VALIDATION: f64 = 0.15;
        let (window, why) = match (recording.window, window) {
            (Some(rows), _) => (rows, "the files have windows of that length".into()),
            (None, Some(asked)) => (asked, "as asked for".into()),
            (None, None) => window_for(recording, channels),
        };
        let Independent(independent) = Independent::of(&recording.cut(window, window).normal);
        let hop = match (recording.window, hop) {
            (Some(_), _) => window,
            (None, Some(hop)) => hop,
            // Where there are few windows, let them overlap.
            (None, None) if independent >= 2000 => off_phase(window),
            (None, None) if independent >= 500 => off_phase(window.div_ceil(2)),
            (None, None) => off_phase(window.div_ceil(4)),
        };
        let (left, taken): (Vec<&ChannelFacts>, Vec<&ChannelFacts>) = channels.iter().partition(|c| c.constant);
        let validation = (independent as f64 * VALIDATION).round() as usize;
        let names = |all: &[&ChannelFacts]| all.iter().map(|c| c.name.clone()).collect::<Vec<_>>();
        Self {
            window,
            why,
            hop,
            advice: advice(channels, taken.is_empty(), independent, window),
            channels: names(&taken),
            left: names(&left),
            independent_windows: independent,
            validation_windows: validation,
            verifiable_rate: 1.0 / validation.max(1) as f64,
            missing_windows: Independent::LEAST.saturating_sub(independent),
        }
    }
}

/// A hop of whole periods would show every window of a periodic signal at the same phase, so that nothing is to be learnt.
fn off_phase(hop: usize) -> usize {
    prime_at_most(hop * 13 / 16)
}

/// Four periods of the channel with the clearest one, else 256 samples; fewer, but one period at least, where that would leave
/// fewer than 60 windows. A multiple of 8, 32 to 2048.
fn window_for(recording: &Recording, channels: &[ChannelFacts]) -> (usize, String) {
    const WINDOWS: usize = 60;
    let clearest =
        channels.iter().filter_map(|c| c.period.map(|p| (p, &c.name))).max_by(|a, b| a.0.1.total_cmp(&b.0.1));
    let (wanted, why) = match clearest {
        Some(((period, _), name)) => (4 * period, format!("four periods of {period} samples ({name})")),
        None => (256, "there is no clear period".into()),
    };
    let rows: usize = recording.stretches.iter().map(|s| s.rows.len()).sum();
    let longest = recording.stretches.iter().map(|s| s.rows.len()).max().unwrap_or(0);
    let most = (rows / WINDOWS).min(longest);
    let least = clearest.map_or(32, |((period, _), _)| period.clamp(32, 2048));
    let window = wanted.clamp(32, 2048).min(most.max(least)).div_ceil(8) * 8;
    let window = if window > longest { (longest / 8 * 8).max(1) } else { window };
    let why = if window < wanted.min(2048) { format!("{why}, shortened for {WINDOWS} windows at least") } else { why };
    (window, why)
}

fn advice(channels: &[ChannelFacts], nothing: bool, independent: usize, window: usize) -> Vec<String> {
    let mut all = Vec::new();
    if nothing {
        all.push("every channel is constant: nothing can be learned from this recording".into());
    }
    if independent < Independent::LEAST {
        let missing = Independent::LEAST - independent;
        all.push(format!(
            "{missing} windows are missing for a training: record {} samples more, or take a shorter --window",
            missing * window
        ));
    }
    for c in channels {
        let name = &c.name;
        for (value, count) in &c.far {
            all.push(format!("{name}: {value} stands {count} times far from all others; if it means missing: --missing-value {value} --missing split"));
        }
        if let Some(stuck) = &c.stuck {
            let last = stuck.row + stuck.samples - 1;
            all.push(format!(
                "{name}: stuck at {} for {} samples from {}; --exclude {}..{last} leaves that out",
                stuck.value, stuck.samples, stuck.place, stuck.row
            ));
        }
        for rail in &c.rails {
            all.push(format!(
                "{name}: {} samples stay at {} in {} runs: is the input clipped?",
                rail.samples, rail.value, rail.runs
            ));
        }
        if c.drift.abs() > 0.5 {
            all.push(format!("{name}: the last tenth lies {:+.1} standard deviations from the first: a model may call tomorrow abnormal", c.drift));
        }
        if !(0.5..2.0).contains(&c.loudness) && !c.constant {
            all.push(format!("{name}: the last tenth is {:.2} times as loud as the first", c.loudness));
        }
    }
    all
}
