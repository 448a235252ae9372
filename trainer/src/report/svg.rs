//! A figure as SVG: inside a page, whose style sheet it uses, or on its own.

use super::figure::{Anchor, Figure, Item, Paint, Pixels, Stroke};
use super::theme::{self, Ink, Palette};
use crate::error::{Error, Result};
use base64::Engine as _;
use std::fmt::Write;

/// The figure as an element of a page that has [`theme::css_variables`].
pub(super) fn inline(figure: &Figure) -> Result<String> {
    element(figure, "", Palette::Page)
}

/// The figure as a file that follows the reader's colour scheme.
pub(super) fn standalone(figure: &Figure) -> Result<String> {
    let head = format!(
        "<style>{}text{{font-family:system-ui,sans-serif}}</style><rect width=\"100%\" height=\"100%\" style=\"fill:{}\"/>",
        theme::css_variables(),
        Ink::Paper.css(Palette::Page)
    );
    Ok(element(figure, &head, Palette::Page)? + "\n")
}

/// The figure in the colours of a light page, without style sheet and variables, for [`super::raster`].
pub(super) fn light(figure: &Figure) -> Result<String> {
    let head = format!("<rect width=\"100%\" height=\"100%\" style=\"fill:{}\"/>", Ink::Paper.css(Palette::Light));
    element(figure, &head, Palette::Light)
}

fn element(figure: &Figure, head: &str, palette: Palette) -> Result<String> {
    let (w, h) = (number(figure.width), number(figure.height));
    let title = escape(&figure.title);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" role=\"img\" \
         data-picture=\"{}\" aria-label=\"{title}\"><title>{title}</title>{head}",
        escape(&figure.name)
    );
    for item in &figure.items {
        write_item(&mut out, item, palette).map_err(|e| Error::picture(&figure.name, e.into()))?;
    }
    Ok(out + "</svg>")
}

fn write_item(out: &mut String, item: &Item, palette: Palette) -> std::result::Result<(), png::EncodingError> {
    match item {
        Item::Path { points, fill, stroke } => {
            let mut d = String::new();
            for (i, [x, y]) in points.iter().enumerate() {
                let _ = write!(d, "{}{} {}", if i == 0 { "M" } else { "L" }, number(*x), number(*y));
            }
            let stroke = stroke.map(|s| stroke_style(s, palette)).unwrap_or_default();
            let _ = write!(out, "<path d=\"{d}\" style=\"{}{stroke}\"/>", fill_style(*fill, palette));
        }
        Item::Dots { centres, radius, paint } => {
            // Strokes of no length with round caps: a few bytes a dot.
            let mut d = String::new();
            for [x, y] in centres {
                let _ = write!(d, "M{} {}h0", number(*x), number(*y));
            }
            let Paint { ink, opacity } = paint;
            let _ = write!(
                out,
                "<path d=\"{d}\" style=\"fill:none;stroke:{};stroke-width:{};stroke-linecap:round;stroke-opacity:{}\"/>",
                ink.css(palette),
                number(2.0 * radius),
                number(*opacity)
            );
        }
        Item::Text { at: [x, y], text, size, anchor, ink, upright, halo } => {
            let (x, y, size) = (number(*x), number(*y), number(*size));
            let anchor = match anchor {
                Anchor::Start => "start",
                Anchor::Middle => "middle",
                Anchor::End => "end",
            };
            let turn = if *upright { format!(" transform=\"rotate(-90 {x} {y})\"") } else { String::new() };
            for style in text_styles(*ink, *halo, palette) {
                let _ = write!(
                    out,
                    "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" font-size=\"{size}\"{turn} style=\"{style}\">{}</text>",
                    escape(text)
                );
            }
        }
        Item::Image { at, size, pixels } => {
            let data = base64::engine::general_purpose::STANDARD.encode(encode(pixels)?);
            let [x, y] = at.map(number);
            let [w, h] = size.map(number);
            let _ = write!(
                out,
                "<image x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" preserveAspectRatio=\"none\" \
                 style=\"image-rendering:pixelated\" href=\"data:image/png;base64,{data}\"/>"
            );
        }
    }
    Ok(())
}

/// One style for each time that a text is drawn.
fn text_styles(ink: Ink, halo: bool, palette: Palette) -> Vec<String> {
    let (fill, paper) = (ink.css(palette), Ink::Paper.css(palette));
    let rim = format!("stroke:{paper};stroke-width:4px;paint-order:stroke");
    // The one face of the light palette is thin; a hairline brings it to the weight of a browser's text.
    let drawn = |hairline: f64| format!("font-family:Ubuntu;fill:{fill};stroke:{fill};stroke-width:{hairline}px");
    match (palette, halo) {
        (Palette::Page, false) => vec![format!("fill:{fill}")],
        (Palette::Page, true) => vec![format!("fill:{fill};font-weight:600;{rim}")],
        (Palette::Light, false) => vec![drawn(0.25)],
        (Palette::Light, true) => {
            vec![format!("font-family:Ubuntu;fill:{fill};{rim};stroke-linejoin:round"), drawn(0.7)]
        }
    }
}

fn fill_style(fill: Option<Paint>, palette: Palette) -> String {
    match fill {
        Some(Paint { ink, opacity }) => format!("fill:{};fill-opacity:{}", ink.css(palette), number(opacity)),
        None => "fill:none".into(),
    }
}

fn stroke_style(stroke: Stroke, palette: Palette) -> String {
    let dash = if stroke.dashed { ";stroke-dasharray:6 4" } else { "" };
    format!(
        ";stroke:{};stroke-width:{};stroke-opacity:{};stroke-linejoin:round{dash}",
        stroke.paint.ink.css(palette),
        number(stroke.width),
        number(stroke.paint.opacity)
    )
}

/// Pixels as a PNG file.
fn encode(pixels: &Pixels) -> std::result::Result<Vec<u8>, png::EncodingError> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, pixels.width as u32, pixels.height as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixels.rgb)?;
    writer.finish()?;
    Ok(out)
}

/// At most two decimals: a hundredth of a pixel is not seen.
fn number(v: f64) -> String {
    let text = format!("{:.2}", if v.is_finite() { v } else { 0.0 });
    let short = text.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" { "0".into() } else { short.into() }
}

/// Text as XML.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_text_is_escaped() {
        assert_eq!([1.0, 0.126, -0.001, f64::NAN, 20.5].map(number), ["1", "0.13", "0", "0", "20.5"]);
        assert_eq!(escape("a<b & \"c\""), "a&lt;b &amp; &quot;c&quot;");
        let mut figure = Figure::new("n", "x < y", 10.0, 10.0);
        figure.text([1.0, 2.0], "<script>", Anchor::Start, Ink::Text);
        let svg = standalone(&figure).unwrap();
        assert!(svg.contains("&lt;script&gt;") && !svg.contains("<script>") && svg.contains("x &lt; y"));
    }

    #[test]
    fn the_light_form_has_no_variables() {
        let mut figure = Figure::new("n", "t", 10.0, 10.0);
        figure.line(vec![[0.0, 0.0], [1.0, 1.0]], Stroke::new(Ink::Float, 1.0));
        figure.mark([1.0, 2.0], "7", 18.0);
        assert!(standalone(&figure).unwrap().contains("var(--float)"));
        let light = light(&figure).unwrap();
        assert!(light.contains("#1f6fb5") && !light.contains("var("), "{light}");
    }
}
