//! Outlines and widths of letters, from the fonts that the epaint project distributes: Ubuntu Light, and Hack for the signs
//! that it lacks. Only the PNG pictures and the layout use them; a browser draws SVG in its own font.

use epaint_default_fonts::{HACK_REGULAR, UBUNTU_LIGHT};
use std::sync::OnceLock;
use tiny_skia::PathBuilder;
use ttf_parser::{Face, GlyphId, OutlineBuilder};

fn faces() -> &'static [Face<'static>] {
    static FACES: OnceLock<Vec<Face<'static>>> = OnceLock::new();
    FACES.get_or_init(|| [UBUNTU_LIGHT, HACK_REGULAR].iter().filter_map(|data| Face::parse(data, 0).ok()).collect())
}

/// The face that has a letter, and its number there.
fn glyph(letter: char) -> Option<(&'static Face<'static>, GlyphId)> {
    faces().iter().find_map(|face| face.glyph_index(letter).map(|id| (face, id)))
}

/// Width of `text` at `size` pixels an em.
pub(super) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(|c| advance(c, size)).sum()
}

fn advance(letter: char, size: f64) -> f64 {
    let Some((face, id)) = glyph(letter) else { return 0.5 * size };
    f64::from(face.glyph_hor_advance(id).unwrap_or(0)) * size / f64::from(face.units_per_em())
}

/// The outline of `text`, its baseline starting at the origin, y downwards.
pub(super) fn outline(text: &str, size: f64) -> Option<tiny_skia::Path> {
    let mut pen = Pen { builder: PathBuilder::new(), x: 0.0, scale: 1.0 };
    let mut x = 0.0;
    for letter in text.chars() {
        if let Some((face, id)) = glyph(letter) {
            (pen.x, pen.scale) = (x as f32, (size / f64::from(face.units_per_em())) as f32);
            face.outline_glyph(id, &mut pen);
        }
        x += advance(letter, size);
    }
    pen.builder.finish()
}

struct Pen {
    builder: PathBuilder,
    x: f32,
    scale: f32,
}

impl Pen {
    fn at(&self, x: f32, y: f32) -> (f32, f32) {
        (self.x + x * self.scale, -y * self.scale)
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.builder.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.builder.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let ((x1, y1), (x, y)) = (self.at(x1, y1), self.at(x, y));
        self.builder.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let ((x1, y1), (x2, y2), (x, y)) = (self.at(x1, y1), self.at(x2, y2), self.at(x, y));
        self.builder.cubic_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.builder.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_letters_of_the_pictures_exist() {
        for letter in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,:;()+-−–×·²%/=<>".chars()
        {
            assert!(glyph(letter).is_some(), "{letter:?}");
        }
        assert!(width("mm", 12.0) > width("m", 12.0) && width("m", 24.0) > width("m", 12.0));
        assert!(outline("picoae", 12.0).is_some() && outline(" ", 12.0).is_none());
    }
}
