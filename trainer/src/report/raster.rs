//! A figure as PNG: its SVG in the colours of a light page, rasterised by `resvg`, two pixels to a CSS pixel.
//!
//! Letters come from the fonts that the epaint project distributes (Ubuntu Light, and Hack for the signs that it lacks), so
//! that a picture does not depend on the machine's fonts. A browser draws SVG in its own font.

use super::figure::{Anchor, Figure, TEXT};
use super::svg;
use super::theme::Ink;
use crate::error::{Error, Result};
use epaint_default_fonts::{HACK_REGULAR, UBUNTU_LIGHT};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Node, Options, Tree, fontdb};
use std::sync::{Arc, OnceLock};

/// Device pixels a CSS pixel.
const DENSITY: f32 = 2.0;

/// The figure as a PNG file.
pub(super) fn png(figure: &Figure) -> Result<Vec<u8>> {
    let bad = |e| Error::picture(&figure.name, e);
    let tree = parse(figure)?;
    let size = tree.size().to_int_size().scale_by(DENSITY);
    let mut map = size
        .and_then(|s| Pixmap::new(s.width(), s.height()))
        .ok_or_else(|| bad(format!("{} × {} pixels are too many", figure.width, figure.height).into()))?;
    resvg::render(&tree, Transform::from_scale(DENSITY, DENSITY), &mut map.as_mut());
    map.encode_png().map_err(|e| bad(e.into()))
}

/// Width of `text` in CSS pixels at the ordinary size, in the font of the PNG pictures.
pub(super) fn text_width(text: &str) -> f64 {
    let mut figure = Figure::new("text", "", 1.0, 1.0);
    figure.text([0.0, TEXT], text, Anchor::Start, Ink::Text);
    let width = |node: &Node| match node {
        Node::Text(text) => f64::from(text.bounding_box().width()),
        _ => 0.0,
    };
    // A figure that was made here can be parsed.
    parse(&figure).map_or(0.0, |tree| tree.root().children().iter().map(width).fold(0.0, f64::max))
}

fn parse(figure: &Figure) -> Result<Tree> {
    let options = Options { fontdb: fonts(), ..Options::default() };
    Tree::from_str(&svg::light(figure)?, &options).map_err(|e| Error::picture(&figure.name, e.into()))
}

fn fonts() -> Arc<fontdb::Database> {
    static FONTS: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    let load = || {
        let mut fonts = fontdb::Database::new();
        [UBUNTU_LIGHT, HACK_REGULAR].iter().for_each(|data| fonts.load_font_data(data.to_vec()));
        Arc::new(fonts)
    };
    Arc::clone(FONTS.get_or_init(load))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Glyphs of a text, as resvg lays it out: 0 is the one of a letter that no font has.
    fn glyphs(text: &str) -> Vec<u32> {
        let mut figure = Figure::new("text", "", 100.0, 100.0);
        figure.text([0.0, TEXT], text, Anchor::Start, Ink::Text);
        let tree = parse(&figure).unwrap();
        let of = |node: &Node| match node {
            Node::Text(text) => text.layouted().iter().flat_map(|s| &s.positioned_glyphs).map(|g| g.id.0).collect(),
            _ => Vec::new(),
        };
        tree.root().children().iter().flat_map(of).collect()
    }

    #[test]
    fn all_letters_of_the_pictures_exist() {
        for letter in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:;()+-−–×·²%/=<>".chars()
        {
            let found = glyphs(&letter.to_string());
            assert!(!found.is_empty() && !found.contains(&0), "{letter:?}: {found:?}");
        }
        assert!(text_width("mm") > 1.9 * text_width("m"));
    }

    #[test]
    fn every_kind_of_item_is_drawn() {
        let count = |draw: &dyn Fn(&mut Figure)| {
            let mut figure = Figure::new("f", "", 40.0, 40.0);
            draw(&mut figure);
            let map = Pixmap::decode_png(&png(&figure).unwrap()).unwrap();
            assert_eq!((map.width(), map.height()), (80, 80));
            let paper = map.pixels()[0];
            assert_eq!((paper.red(), paper.green(), paper.blue(), paper.alpha()), (255, 255, 255, 255));
            map.pixels().iter().filter(|p| **p != paper).count()
        };
        use crate::report::figure::{Pixels, Stroke};
        assert_eq!(count(&|_| ()), 0);
        assert_eq!(count(&|f| f.rect([10.0, 10.0], [20.0, 20.0], Ink::Int8, 0.5)), 400);
        assert_eq!(count(&|f| f.line(vec![[10.0, 10.0], [30.0, 10.0]], Stroke::new(Ink::Text, 2.0))), 160);
        let dots = count(&|f| f.dots(vec![[10.0, 10.0], [30.0, 30.0]], 4.0, Ink::Class(3), 1.0));
        assert!((2 * 201..2 * 240).contains(&dots), "{dots}");
        assert!(count(&|f| f.text([5.0, 30.0], "abc", Anchor::Start, Ink::Text)) > 100);
        assert!(count(&|f| f.mark([20.0, 30.0], "7", 18.0)) > 100);
        assert!(count(&|f| f.upright_text([20.0, 20.0], "up", Ink::Text)) > 50);
        let pixels = Pixels { width: 2, height: 1, rgb: vec![0, 0, 0, 0, 0, 255] };
        assert_eq!(count(&|f| f.image([10.0, 10.0], [20.0, 10.0], pixels.clone())), 800);
    }
}
