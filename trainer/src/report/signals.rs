//! Signals over their reconstructions.

use super::gather::{Gathered, Kind};
use super::page::Page;
use super::plots::signal::{SignalView, signal};
use crate::error::Result;
use crate::pipeline::{ChannelError, ChannelNormal, most_unusual};
use std::ops::Range;

pub(super) fn section(page: &mut Page, g: &Gathered) -> Result<()> {
    page.section("signals", "Signals and what the network makes of them");
    page.words(
        "One window of each kind, not picked by hand: the one with the median anomaly score of its kind. Above, the signal \
         with both reconstructions; below, the residual that the int8 network leaves (input minus output). Where float and \
         int8 cannot be told apart, quantization costs nothing that is seen. The coloured band is the segment of the window \
         whose error is furthest from what is usual, whether too large or too small.",
    );
    for kind in std::iter::once(&g.normal).chain(&g.kinds) {
        if kind.samples.is_empty() {
            continue;
        }
        page.pictures(vec![picture(g, kind)])?;
    }
    channels(page, g);
    page.caution(
        "The network knows nothing but its training distribution. Normal behaviour that it never saw is called abnormal, \
         and a fault that is smooth and small can be copied to the output almost perfectly: then the residual is quieter \
         than usual, which only a lower limit notices.",
    );
    Ok(())
}

fn picture(g: &Gathered, kind: &Kind) -> (super::figure::Figure, String) {
    let i = kind.typical();
    let n = kind.samples.sample_len();
    let channels = kind.samples.shape[0].max(1);
    let window =
        |v: &[f32], c: usize| -> Vec<f32> { v[i * n..(i + 1) * n].iter().skip(c).step_by(channels).copied().collect() };
    // Of several channels the one whose error is furthest from what is usual.
    let errors = channel_errors(g, kind, i..i + 1);
    let shown = most_unusual(&errors);
    let channel = shown.and_then(|shown| errors.iter().position(|c| c == shown)).unwrap_or(0);
    let part = |v: &[f32]| window(v, channel);
    let (input, float, int8) = (part(&kind.samples.values), part(&kind.float.output), part(&kind.int8.output));
    let [start, low] = most_deviating(&input, &int8, g);
    let long = g.segment.min(n / channels);
    let view = SignalView { input: &input, float: &float, int8: &int8, segment: [start, long] };
    let title = format!("A window of kind {} over its reconstructions, with the residual", kind.name);
    let figure = signal(&format!("signal-{}", kind.name), &title, 760.0, &view);
    let of_channel = shown.map_or(String::new(), |c| {
        format!(", channel {} (of {channels}; {:.1} times its usual error)", c.name, c.times_usual)
    });
    let errors = kind.int8.errors[i];
    let caption = format!(
        "{}{of_channel}: mean squared error {} over the window, {} over its worst and {} over its best {long} samples; anomaly score {}, \
         called {}. The marked segment starts at sample {start} and is {}.",
        kind.name,
        super::axes::short(errors[0]),
        super::axes::short(errors[1]),
        super::axes::short(errors[2]),
        super::axes::short(kind.int8.deviation[i]),
        if kind.int8.abnormal[i] { "abnormal" } else { "normal" },
        if low == 1 { "quieter than usual" } else { "the one with the largest error" },
    );
    (figure, caption)
}

/// The channels of some of a kind's samples taken together; nothing where there is only one.
fn channel_errors(g: &Gathered, kind: &Kind, samples: Range<usize>) -> Vec<ChannelError> {
    let (n, channels) = (kind.samples.sample_len(), g.channels.len());
    let part = |v: &[f32], c: usize| -> Vec<f32> {
        v[samples.start * n..samples.end * n].iter().skip(c).step_by(channels).copied().collect()
    };
    let error = |(c, usual): (usize, &ChannelNormal)| {
        let (input, output) = (part(&kind.samples.values, c), part(&kind.int8.output, c));
        let sum: f64 = input.iter().zip(&output).map(|(a, b)| f64::from(a - b).powi(2)).sum();
        usual.beside(sum / input.len().max(1) as f64, 0, g.graph.input.scale)
    };
    g.channels.iter().enumerate().map(error).collect()
}

/// Which channels a kind is seen in.
fn channels(page: &mut Page, g: &Gathered) {
    if g.channels.is_empty() {
        return;
    }
    page.words(
        "Which channel it is in: the mean squared error of each kind's samples, a channel at a time, as a multiple of what is usual \
         of that channel in the normal windows that the limits rest on.",
    );
    let head: Vec<&str> = std::iter::once("kind").chain(g.channels.iter().map(|c| c.name.as_str())).collect();
    let kinds = std::iter::once(&g.normal).chain(&g.kinds).filter(|kind| !kind.samples.is_empty());
    let rows: Vec<Vec<String>> = kinds
        .map(|kind| {
            let errors = channel_errors(g, kind, 0..kind.samples.len());
            let times = errors.iter().map(|c| format!("{:.2}", c.times_usual));
            std::iter::once(kind.name.clone()).chain(times).collect()
        })
        .collect();
    page.table(&head, &rows);
}

/// First sample of the segment with the largest error, or with the smallest one (then the second value is 1) where that is
/// further from the middle of its limits.
fn most_deviating(input: &[f32], output: &[f32], g: &Gathered) -> [usize; 2] {
    let long = g.segment.min(input.len()).max(1);
    let squares: Vec<f64> = input.iter().zip(output).map(|(a, b)| f64::from(a - b).powi(2)).collect();
    let errors: Vec<f64> = squares.windows(long).map(|w| w.iter().sum::<f64>() / long as f64).collect();
    let index = |largest: bool| {
        let better = |a: f64, b: f64| if largest { a > b } else { a < b };
        (0..errors.len()).fold(0, |best, i| if better(errors[i], errors[best]) { i } else { best })
    };
    let (high, low) = (index(true), index(false));
    let limits = &g.limits[1];
    let beyond = |value: f64, part: usize| {
        let floor = |v: f64| v.max(1e-12);
        let middle = (floor(limits.lower[part]).ln() + floor(limits.upper[part]).ln()) / 2.0;
        let half = ((floor(limits.upper[part]) / floor(limits.lower[part])).ln() / 2.0).max(1e-6);
        (floor(value).ln() - middle) / half
    };
    if -beyond(errors[low], 2) > beyond(errors[high], 1).abs().max(1.0) { [low, 1] } else { [high, 0] }
}
