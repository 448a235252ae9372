//! An inspection for people.

use super::Inspection;
use super::channel::ChannelFacts;
use std::fmt::Write as _;

/// An inspection in lines.
pub fn text(found: &Inspection) -> String {
    let mut out = String::new();
    let rate =
        found.rate.map_or("rate not known (--rate says it)".into(), |r| format!("{} samples a second", short(r)));
    let plural = |n: usize, word: &str| if n == 1 { format!("1 {word}") } else { format!("{n} {word}s") };
    let channels = plural(found.channels.len(), "channel");
    let _ = match &found.files[..] {
        [one] => writeln!(out, "{one}: {} samples of {channels}, {rate}", found.samples),
        files => writeln!(out, "{} files: {} samples of {channels}, {rate}", files.len(), found.samples),
    };
    if let Some([from, to]) = &found.span {
        let _ = writeln!(out, "from {from} to {to}");
    }
    let stretches = if found.stretches == 1 { "stretch" } else { "stretches" };
    let _ = writeln!(
        out,
        "{} {stretches} without a gap, the longest of {} samples",
        found.stretches, found.longest_stretch
    );
    for gap in &found.gaps {
        let long = gap.seconds.map_or(String::new(), |s| format!(" of {} s", short(s)));
        let _ = writeln!(out, "  gap{long} before {}", gap.place);
    }
    for (kind, samples) in &found.marked {
        let _ = writeln!(out, "  {samples} samples are marked as {kind}");
    }
    for note in &found.notes {
        let _ = writeln!(out, "  {note}");
    }
    for channel in &found.channels {
        describe(&mut out, channel);
    }
    let r = &found.recommendation;
    let _ = writeln!(out, "\nrecommended: --window {} ({}) --hop {}", r.window, r.why, r.hop);
    if !r.left.is_empty() && !r.channels.is_empty() {
        let _ = writeln!(out, "             --channels {} (constant: {})", r.channels.join(","), r.left.join(", "));
    }
    let _ = writeln!(
        out,
        "{} windows that do not overlap, {} of them to validate on: a rate of false alarms down to {} % of windows can be verified",
        r.independent_windows,
        r.validation_windows,
        short(100.0 * r.verifiable_rate)
    );
    for advice in &r.advice {
        let _ = writeln!(out, "- {advice}");
    }
    out.truncate(out.trim_end().len());
    out
}

fn describe(out: &mut String, c: &ChannelFacts) {
    let f = |v: f32| short(f64::from(v));
    let _ = writeln!(
        out,
        "{}: {} to {}, usually {} to {}; mean {}, standard deviation {}",
        c.name,
        f(c.min),
        f(c.max),
        f(c.usual[0]),
        f(c.usual[1]),
        short(c.mean),
        short(c.std)
    );
    if let (Some(step), Some(bits)) = (c.step, c.bits) {
        let _ = writeln!(out, "  steps of {} ({bits} bits)", short(step));
    }
    if c.constant {
        let _ = writeln!(out, "  constant");
    }
    match c.period {
        Some((samples, r)) => {
            let _ = writeln!(out, "  period of {samples} samples (autocorrelation {r:.2})");
        }
        None => {
            let _ = writeln!(out, "  no clear period");
        }
    }
    for outlier in &c.outliers {
        let _ = writeln!(out, "  far out: {} in {}", f(outlier.value), outlier.place);
    }
    if c.beyond > c.outliers.len() {
        let _ = writeln!(out, "  and {} more samples beyond the usual range", c.beyond - c.outliers.len());
    }
}

/// A number with at most six significant digits.
pub(super) fn short(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return if value == 0.0 { "0".into() } else { "-".into() };
    }
    let magnitude = value.abs().log10().floor() as i32;
    if !(-5..12).contains(&magnitude) {
        return format!("{value:.3e}");
    }
    let text = format!("{value:.*}", (5 - magnitude).clamp(0, 10) as usize);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').into() } else { text }
}
