//! A recording as a picture: every channel from its first sample to its last, as a band from smallest to largest value.

use super::axes::{Axis, Frame};
use super::figure::{Anchor, Figure};
use super::theme::Ink;
use super::{raster, svg};
use crate::data::Recording;
use crate::error::{Error, Result};
use crate::inspect::{ChannelFacts, Inspection};
use picoae_compiler::files;
use std::path::Path;

/// Draws `recording` into an SVG or PNG file, as the name's ending says.
///
/// # Errors
/// [`Error::File`] for another ending; what lies beneath.
pub fn picture(recording: &Recording, found: &Inspection, path: &Path) -> Result<()> {
    let figure = draw(recording, found);
    let ending = path.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase);
    let bytes = match ending.as_deref() {
        Some("svg") => svg::standalone(&figure)?.into_bytes(),
        Some("png") => raster::png(&figure)?,
        _ => return Err(Error::file(path, "expected a name that ends with .svg or .png")),
    };
    Ok(files::write_atomic(path, bytes)?)
}

fn draw(recording: &Recording, found: &Inspection) -> Figure {
    const WIDTH: f64 = 960.0;
    const PANEL: f64 = 150.0;
    /// Channels that are drawn.
    const MOST: usize = 16;
    let shown = &found.channels[..found.channels.len().min(MOST)];
    let height = 60.0 + PANEL * shown.len() as f64;
    let title = format!("{} samples of {} channels", found.samples, found.channels.len());
    let mut figure = Figure::new("recording", &title, WIDTH, height);
    for (c, facts) in shown.iter().enumerate() {
        let frame = Frame {
            left: 84.0,
            top: 24.0 + PANEL * c as f64,
            width: WIDTH - 104.0,
            height: PANEL - 34.0,
            x: Axis::linear("sample", [0.0, recording.rows() as f64]),
            y: Axis::linear("", range(facts)),
        };
        frame.draw(&mut figure, c + 1 == shown.len());
        figure.text([frame.left + 4.0, frame.top - 6.0], &facts.name, Anchor::Start, Ink::Text);
        for mark in &recording.marks {
            let [from, to] = [mark.rows.start, mark.rows.end].map(|row| frame.px(row as f64));
            figure.rect([from, frame.top], [to.max(from + 1.0), frame.bottom()], Ink::Abnormal, 0.22);
        }
        for stretch in &recording.stretches {
            band(&mut figure, &frame, recording, stretch.rows.clone(), c);
        }
    }
    figure
}

/// What is usual, and a tenth more: a glitch must not hide the rest. Values beyond lie on the rim.
fn range(facts: &ChannelFacts) -> [f64; 2] {
    let [low, high] = facts.usual.map(f64::from);
    let more = 0.1 * (high - low);
    [low - more, high + more]
}

/// Smallest and largest value of every pixel's samples.
fn band(figure: &mut Figure, frame: &Frame, recording: &Recording, rows: std::ops::Range<usize>, channel: usize) {
    let each = (recording.rows() as f64 / frame.width).ceil().max(1.0) as usize;
    let (mut above, mut below) = (Vec::new(), Vec::new());
    for from in rows.clone().step_by(each) {
        let part = from..(from + each).min(rows.end);
        let values = part.map(|row| recording.values[row * recording.width() + channel]);
        let (low, high) = values.fold((f32::INFINITY, f32::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
        above.push(frame.at([from as f64, f64::from(high)]));
        below.push(frame.at([from as f64, f64::from(low)]));
    }
    // A line of a pixel where smallest and largest are one.
    below.iter_mut().zip(&above).for_each(|(b, a)| b[1] = b[1].max(a[1] + 1.0));
    above.extend(below.into_iter().rev());
    figure.area(above, Ink::Float, 0.9);
}
