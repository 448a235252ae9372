//! A figure as SVG: inside a page, whose style sheet it uses, or on its own.

use super::figure::{Anchor, Figure, Item, Paint, Stroke};
use super::raster;
use super::theme::{self, Ink};
use crate::error::Result;
use std::fmt::Write;

/// The figure as an element of a page that has [`theme::css_variables`].
pub(super) fn inline(figure: &Figure) -> Result<String> {
    element(figure, "")
}

/// The figure as a file that follows the reader's colour scheme.
pub(super) fn standalone(figure: &Figure) -> Result<String> {
    let head = format!(
        "<style>{}text{{font-family:system-ui,sans-serif}}</style><rect width=\"100%\" height=\"100%\" style=\"fill:{}\"/>",
        theme::css_variables(),
        Ink::Paper.css()
    );
    Ok(element(figure, &head)? + "\n")
}

fn element(figure: &Figure, head: &str) -> Result<String> {
    let (w, h) = (number(figure.width), number(figure.height));
    let title = escape(&figure.title);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" role=\"img\" \
         data-picture=\"{}\" aria-label=\"{title}\"><title>{title}</title>{head}",
        escape(&figure.name)
    );
    for item in &figure.items {
        write_item(&mut out, item)?;
    }
    Ok(out + "</svg>")
}

fn write_item(out: &mut String, item: &Item) -> Result<()> {
    match item {
        Item::Path { points, fill, stroke } => {
            let mut d = String::new();
            for (i, [x, y]) in points.iter().enumerate() {
                let _ = write!(d, "{}{} {}", if i == 0 { "M" } else { "L" }, number(*x), number(*y));
            }
            let style = format!("{}{}", fill_style(*fill), stroke.map(stroke_style).unwrap_or_default());
            let _ = write!(out, "<path d=\"{d}\" style=\"{style}\"/>");
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
                ink.css(),
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
            let rim = if *halo {
                format!(";font-weight:600;stroke:{};stroke-width:4px;paint-order:stroke", Ink::Paper.css())
            } else {
                String::new()
            };
            let _ = write!(
                out,
                "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" font-size=\"{size}\"{turn} style=\"fill:{}{rim}\">{}</text>",
                ink.css(),
                escape(text)
            );
        }
        Item::Image { at, size, pixels } => {
            let data = base64(&raster::encode(pixels)?);
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

fn fill_style(fill: Option<Paint>) -> String {
    match fill {
        Some(Paint { ink, opacity }) => format!("fill:{};fill-opacity:{}", ink.css(), number(opacity)),
        None => "fill:none".into(),
    }
}

fn stroke_style(stroke: Stroke) -> String {
    let dash = if stroke.dashed { ";stroke-dasharray:6 4" } else { "" };
    format!(
        ";stroke:{};stroke-width:{};stroke-opacity:{};stroke-linejoin:round{dash}",
        stroke.paint.ink.css(),
        number(stroke.width),
        number(stroke.paint.opacity)
    )
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

/// Bytes in the alphabet of RFC 4648, section 4.
pub(super) fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0_u32, |w, b| (w << 8) | u32::from(*b)) << (8 * (3 - chunk.len()));
        for i in 0..4 {
            let digit = ALPHABET[(word >> (18 - 6 * i)) as usize & 63];
            out.push(if i <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_of_the_specification() {
        let cases = ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"];
        for (n, expected) in cases.iter().enumerate() {
            assert_eq!(base64(&b"foobar"[..n]), *expected);
        }
    }

    #[test]
    fn numbers_are_short_and_text_is_escaped() {
        assert_eq!([1.0, 0.126, -0.001, f64::NAN, 20.5].map(number), ["1", "0.13", "0", "0", "20.5"]);
        assert_eq!(escape("a<b & \"c\""), "a&lt;b &amp; &quot;c&quot;");
        let mut figure = Figure::new("n", "x < y", 10.0, 10.0);
        figure.text([1.0, 2.0], "<script>", Anchor::Start, Ink::Text);
        let svg = standalone(&figure).unwrap();
        assert!(svg.contains("&lt;script&gt;") && !svg.contains("<script>") && svg.contains("x &lt; y"));
    }
}
