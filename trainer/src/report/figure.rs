//! A picture as a list of simple things to draw; [`super::svg`] writes it.

use super::theme::Ink;

/// A filled area or the ink of a line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paint {
    pub(super) ink: Ink,
    pub(super) opacity: f64,
}

/// A line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stroke {
    pub(super) paint: Paint,
    pub(super) width: f64,
    pub(super) dashed: bool,
}

impl Stroke {
    /// An opaque solid line.
    pub(super) fn new(ink: Ink, width: f64) -> Self {
        Self { paint: Paint { ink, opacity: 1.0 }, width, dashed: false }
    }

    /// The same line dashed.
    pub(super) fn dashed(self) -> Self {
        Self { dashed: true, ..self }
    }
}

/// Which point of a text lies where it is put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// Pixels, red, green and blue, row by row.
#[derive(Debug, Clone)]
pub(super) struct Pixels {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) rgb: Vec<u8>,
}

/// One thing to draw; lengths are CSS pixels from the top left.
#[derive(Debug, Clone)]
pub(super) enum Item {
    Path { points: Vec<[f64; 2]>, fill: Option<Paint>, stroke: Option<Stroke> },
    Dots { centres: Vec<[f64; 2]>, radius: f64, paint: Paint },
    Text { at: [f64; 2], text: String, size: f64, anchor: Anchor, ink: Ink, upright: bool, halo: bool },
    Image { at: [f64; 2], size: [f64; 2], pixels: Pixels },
}

/// A picture.
#[derive(Debug, Clone)]
pub(super) struct Figure {
    /// Name of its files, without an ending.
    pub(super) name: String,
    /// What it shows, in a line, for those who cannot see it.
    pub(super) title: String,
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) items: Vec<Item>,
}

/// Size of ordinary text.
pub(super) const TEXT: f64 = 12.0;

impl Figure {
    pub(super) fn new(name: &str, title: &str, width: f64, height: f64) -> Self {
        Self { name: name.into(), title: title.into(), width, height, items: Vec::new() }
    }

    pub(super) fn line(&mut self, points: Vec<[f64; 2]>, stroke: Stroke) {
        self.items.push(Item::Path { points, fill: None, stroke: Some(stroke) });
    }

    pub(super) fn area(&mut self, points: Vec<[f64; 2]>, ink: Ink, opacity: f64) {
        self.items.push(Item::Path { points, fill: Some(Paint { ink, opacity }), stroke: None });
    }

    /// A filled rectangle from a corner to the opposite one.
    pub(super) fn rect(&mut self, [x0, y0]: [f64; 2], [x1, y1]: [f64; 2], ink: Ink, opacity: f64) {
        self.area(vec![[x0, y0], [x1, y0], [x1, y1], [x0, y1]], ink, opacity);
    }

    pub(super) fn dots(&mut self, centres: Vec<[f64; 2]>, radius: f64, ink: Ink, opacity: f64) {
        self.items.push(Item::Dots { centres, radius, paint: Paint { ink, opacity } });
    }

    pub(super) fn text(&mut self, at: [f64; 2], text: &str, anchor: Anchor, ink: Ink) {
        let (text, size) = (text.to_string(), TEXT);
        self.items.push(Item::Text { at, text, size, anchor, ink, upright: false, halo: false });
    }

    /// Text read from bottom to top.
    pub(super) fn upright_text(&mut self, at: [f64; 2], text: &str, ink: Ink) {
        let (text, size, anchor) = (text.to_string(), TEXT, Anchor::Middle);
        self.items.push(Item::Text { at, text, size, anchor, ink, upright: true, halo: false });
    }

    /// Large text with a rim in the page's colour, readable on top of data.
    pub(super) fn mark(&mut self, at: [f64; 2], text: &str, size: f64) {
        let (text, anchor, ink) = (text.to_string(), Anchor::Middle, Ink::Text);
        self.items.push(Item::Text { at, text, size, anchor, ink, upright: false, halo: true });
    }

    pub(super) fn image(&mut self, at: [f64; 2], size: [f64; 2], pixels: Pixels) {
        self.items.push(Item::Image { at, size, pixels });
    }
}
