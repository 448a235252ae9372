//! Rows of small images.

use crate::report::figure::{Anchor, Figure, Pixels};
use crate::report::theme::Ink;

/// Grey values 0 (black) to 1 (white) as pixels.
pub(crate) fn grey(values: &[f32], width: usize) -> Pixels {
    let byte = |v: f32| (v.clamp(0.0, 1.0) * 255.0).round() as u8;
    let rgb = values.iter().flat_map(|v| [byte(*v); 3]).collect();
    Pixels { width, height: values.len() / width.max(1), rgb }
}

/// Signed values as pixels: white at 0, blue at −`most` and below, orange at `most` and above.
pub(crate) fn signed(values: &[f32], width: usize, most: f32) -> Pixels {
    let mix = |v: f32| {
        let part = (v / most.max(f32::MIN_POSITIVE)).clamp(-1.0, 1.0);
        let end = if part < 0.0 { [0x1f, 0x6f, 0xb5] } else { [0xc2, 0x6a, 0x00] };
        end.map(|e: i32| (255.0 + (e - 255) as f32 * part.abs()).round() as u8)
    };
    Pixels { width, height: values.len() / width.max(1), rgb: values.iter().flat_map(|v| mix(*v)).collect() }
}

/// Draws rows of images, each row with its name to the left.
pub(crate) fn strip(name: &str, title: &str, width: f64, rows: &[(&str, Vec<Pixels>)]) -> Figure {
    let most = rows.iter().map(|r| r.1.len()).max().unwrap_or(1).max(1);
    let left = 132.0;
    let cell = ((width - left) / most as f64).min(64.0);
    let mut figure = Figure::new(name, title, width, cell * rows.len() as f64 + 4.0);
    for (j, (label, images)) in rows.iter().enumerate() {
        let y = 2.0 + cell * j as f64;
        figure.text([left - 12.0, y + cell / 2.0 + 4.0], label, Anchor::End, Ink::Text);
        for (i, pixels) in images.iter().enumerate() {
            figure.image([left + cell * i as f64, y], [cell - 4.0, cell - 4.0], pixels.clone());
        }
    }
    figure
}

/// Draws one image made of `columns` × `columns` tiles without gaps, with axis ends written beside it.
pub(crate) fn mesh(
    name: &str,
    title: &str,
    width: f64,
    tiles: &[Vec<f32>],
    columns: usize,
    tile: usize,
    ends: [[String; 2]; 2],
) -> Figure {
    let (left, side) = (66.0, width - 84.0);
    let mut figure = Figure::new(name, title, width, side + 58.0);
    let across = columns * tile;
    let mut values = vec![0.0; across * across];
    for (t, image) in tiles.iter().enumerate() {
        for (p, v) in image.iter().enumerate() {
            let (y, x) = ((t / columns) * tile + p / tile, (t % columns) * tile + p % tile);
            values[y * across + x] = *v;
        }
    }
    figure.image([left, 10.0], [side, side], grey(&values, across));
    let [x, y] = ends;
    figure.text([left, side + 28.0], &x[0], Anchor::Start, Ink::Muted);
    figure.text([left + side, side + 28.0], &x[1], Anchor::End, Ink::Muted);
    figure.text([left + side / 2.0, side + 44.0], "first latent value", Anchor::Middle, Ink::Text);
    figure.text([left - 8.0, side + 8.0], &y[0], Anchor::End, Ink::Muted);
    figure.text([left - 8.0, 20.0], &y[1], Anchor::End, Ink::Muted);
    figure.upright_text([20.0, 10.0 + side / 2.0], "second latent value", Ink::Text);
    figure
}
