//! A figure as PNG, in the colours of a light page, two pixels to a CSS pixel.

use super::figure::{Anchor, Figure, Item, Paint, Pixels, Stroke};
use super::font;
use super::theme::Ink;
use crate::error::{Error, Result};
use tiny_skia::{
    Color, FillRule, FilterQuality, LineCap, LineJoin, Paint as SkiaPaint, Path, PathBuilder, Pixmap, PixmapPaint,
    Rect, StrokeDash, Transform,
};

/// Device pixels a CSS pixel.
const DENSITY: f32 = 2.0;

/// The figure as a PNG file.
pub(super) fn png(figure: &Figure) -> Result<Vec<u8>> {
    let size = |v: f64| (v as f32 * DENSITY).ceil().clamp(1.0, 20_000.0) as u32;
    let mut map = Pixmap::new(size(figure.width), size(figure.height))
        .ok_or_else(|| Error::invalid(format!("the picture {} is too large", figure.name)))?;
    let [r, g, b] = Ink::Paper.rgb();
    map.fill(Color::from_rgba8(r, g, b, 255));
    for item in &figure.items {
        draw(&mut map, item);
    }
    // The page is opaque, so colours need no division by alpha.
    let rgb = map.pixels().iter().flat_map(|p| [p.red(), p.green(), p.blue()]).collect();
    encode(&Pixels { width: map.width() as usize, height: map.height() as usize, rgb })
}

/// Pixels as a PNG file.
pub(super) fn encode(pixels: &Pixels) -> Result<Vec<u8>> {
    let bad = |e: png::EncodingError| Error::invalid(format!("a picture of {} × {}: {e}", pixels.width, pixels.height));
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, pixels.width as u32, pixels.height as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().map_err(bad)?;
    writer.write_image_data(&pixels.rgb).map_err(bad)?;
    writer.finish().map_err(bad)?;
    Ok(out)
}

fn paint(of: Paint) -> SkiaPaint<'static> {
    let [r, g, b] = of.ink.rgb();
    let mut paint = SkiaPaint { anti_alias: true, ..SkiaPaint::default() };
    paint.set_color_rgba8(r, g, b, (of.opacity.clamp(0.0, 1.0) * 255.0).round() as u8);
    paint
}

fn scaled() -> Transform {
    Transform::from_scale(DENSITY, DENSITY)
}

fn polyline(points: &[[f64; 2]]) -> Option<Path> {
    let mut builder = PathBuilder::new();
    for (i, [x, y]) in points.iter().enumerate() {
        let (x, y) = (*x as f32, *y as f32);
        if i == 0 { builder.move_to(x, y) } else { builder.line_to(x, y) }
    }
    builder.finish()
}

fn stroke(map: &mut Pixmap, path: &Path, stroke: Stroke, transform: Transform) {
    let shape = tiny_skia::Stroke {
        width: stroke.width as f32,
        line_join: LineJoin::Round,
        line_cap: LineCap::Butt,
        dash: if stroke.dashed { StrokeDash::new(vec![6.0, 4.0], 0.0) } else { None },
        ..tiny_skia::Stroke::default()
    };
    map.stroke_path(path, &paint(stroke.paint), &shape, transform, None);
}

fn draw(map: &mut Pixmap, item: &Item) {
    match item {
        Item::Path { points, fill, stroke: line } => {
            let Some(path) = polyline(points) else { return };
            if let Some(fill) = fill {
                map.fill_path(&path, &paint(*fill), FillRule::Winding, scaled(), None);
            }
            if let Some(line) = line {
                stroke(map, &path, *line, scaled());
            }
        }
        Item::Dots { centres, radius, paint: ink } => {
            // All of one item at once: like SVG, dots that overlap do not add up.
            let mut builder = PathBuilder::new();
            centres.iter().for_each(|[x, y]| builder.push_circle(*x as f32, *y as f32, *radius as f32));
            if let Some(path) = builder.finish() {
                map.fill_path(&path, &paint(*ink), FillRule::Winding, scaled(), None);
            }
        }
        Item::Text { at: [x, y], text, size, anchor, ink, upright, halo } => {
            let Some(path) = font::outline(text, *size) else { return };
            let shift = match anchor {
                Anchor::Start => 0.0,
                Anchor::Middle => -font::width(text, *size) / 2.0,
                Anchor::End => -font::width(text, *size),
            };
            let turn = if *upright { Transform::from_rotate(-90.0) } else { Transform::identity() };
            let place = Transform::from_translate(shift as f32, 0.0)
                .post_concat(turn)
                .post_translate(*x as f32, *y as f32)
                .post_concat(scaled());
            if *halo {
                stroke(map, &path, Stroke::new(Ink::Paper, 4.0), place);
            }
            let ink = Paint { ink: *ink, opacity: 1.0 };
            map.fill_path(&path, &paint(ink), FillRule::Winding, place, None);
            // The face is a light one; a hairline brings it to the weight of a browser's text.
            stroke(map, &path, Stroke::new(ink.ink, if *halo { 0.7 } else { 0.25 }), place);
        }
        Item::Image { at, size, pixels } => image(map, *at, *size, pixels),
    }
}

fn image(map: &mut Pixmap, at: [f64; 2], size: [f64; 2], pixels: &Pixels) {
    let Some(mut source) = Pixmap::new(pixels.width as u32, pixels.height as u32) else { return };
    for (to, from) in source.data_mut().chunks_exact_mut(4).zip(pixels.rgb.chunks_exact(3)) {
        to[..3].copy_from_slice(from);
        to[3] = 255;
    }
    let [sx, sy] = [size[0] / pixels.width as f64, size[1] / pixels.height as f64].map(|v| v as f32);
    let place = Transform::from_scale(sx, sy).post_translate(at[0] as f32, at[1] as f32).post_concat(scaled());
    if Rect::from_xywh(0.0, 0.0, size[0] as f32, size[1] as f32).is_some() {
        let how = PixmapPaint { quality: FilterQuality::Nearest, ..PixmapPaint::default() };
        map.draw_pixmap(0, 0, source.as_ref(), &how, place, None);
    }
}
