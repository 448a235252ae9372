//! PNG pictures as samples.

use super::Samples;
use crate::error::{Error, Result};
use std::path::Path;

/// What every PNG file starts with.
pub(super) const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";

/// Pixels that a picture may have: far more than any network takes.
const MOST_PIXELS: u64 = 1 << 24;

/// Decodes a PNG picture as values 0 to 1, row by row, of shape `[1, height, width]`. Colours become grey by the weights of ITU-R
/// BT.601 (0.299 red, 0.587 green, 0.114 blue), what is transparent lies over black, 16 bits are cut to 8.
///
/// # Errors
/// [`Error::Png`] if it is damaged, [`Error::File`] for one that is too large.
pub(super) fn decode(path: &Path, bytes: &[u8]) -> Result<Samples> {
    let damaged = |source| Error::Png { path: path.into(), source };
    let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
    let mut reader = decoder.read_info().map_err(damaged)?;
    let (width, height) = reader.info().size();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(Error::file(path, format!("{width}×{height} pixels, expected at most {MOST_PIXELS} in all")));
    }
    let size = reader.output_buffer_size().ok_or_else(|| Error::file(path, "too large a picture"))?;
    let mut pixels = vec![0; size];
    let frame = reader.next_frame(&mut pixels).map_err(damaged)?;
    let channels = frame.color_type.samples();
    let grey = |p: &[u8]| match *p {
        [grey] => f32::from(grey),
        [grey, alpha] => f32::from(grey) * f32::from(alpha) / 255.0,
        [r, g, b] => luma(r, g, b),
        [r, g, b, alpha] => luma(r, g, b) * f32::from(alpha) / 255.0,
        _ => 0.0,
    };
    let pixels = pixels[..frame.buffer_size()].chunks_exact(channels);
    let values: Vec<f32> = pixels.map(|p| (grey(p) / 255.0).clamp(0.0, 1.0)).collect();
    Ok(Samples { shape: [1, height as usize, width as usize], values, labels: Vec::new() })
}

fn luma(r: u8, g: u8, b: u8) -> f32 {
    if r == g && g == b {
        return f32::from(r);
    }
    0.299 * f32::from(r) + 0.587 * f32::from(g) + 0.114 * f32::from(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encode(width: u32, height: u32, color: png::ColorType, depth: png::BitDepth, data: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut encoder = png::Encoder::new(&mut out, width, height);
        encoder.set_color(color);
        encoder.set_depth(depth);
        if color == png::ColorType::Indexed {
            encoder.set_palette(vec![0, 0, 0, 51, 51, 51]);
        }
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(data).unwrap();
        writer.finish().unwrap();
        out
    }

    fn read_bytes(bytes: &[u8]) -> Result<Samples> {
        decode(Path::new("in.png"), bytes)
    }

    #[test]
    fn every_colour_type_becomes_grey() {
        use png::{BitDepth::*, ColorType::*};
        let two = |color, depth, data: &[u8]| read_bytes(&encode(2, 1, color, depth, data)).unwrap().values;
        assert_eq!(two(Grayscale, Eight, &[0, 51]), [0.0, 0.2]);
        assert_eq!(two(GrayscaleAlpha, Eight, &[255, 0, 51, 255]), [0.0, 0.2]);
        assert_eq!(two(Rgb, Eight, &[51, 51, 51, 255, 255, 255]), [0.2, 1.0]);
        let red_green = two(Rgb, Eight, &[255, 0, 0, 0, 255, 0]);
        assert!((red_green[0] - 0.299).abs() < 1e-6 && (red_green[1] - 0.587).abs() < 1e-6);
        assert_eq!(two(Rgba, Eight, &[255, 255, 255, 51, 9, 9, 9, 0]), [0.2, 0.0]);
        assert_eq!(two(Grayscale, Sixteen, &[51, 7, 255, 255]), [0.2, 1.0]);
        assert_eq!(two(Grayscale, One, &[0b0100_0000]), [0.0, 1.0]);
        assert_eq!(two(Indexed, One, &[0b0100_0000]), [0.0, 0.2]);
    }

    #[test]
    fn bad_pictures_are_answered_clearly() {
        let good = encode(3, 2, png::ColorType::Grayscale, png::BitDepth::Eight, &[1, 2, 3, 4, 5, 6]);
        let error = |bytes: &[u8]| {
            let error = read_bytes(bytes).unwrap_err();
            assert_eq!(error.exit_code(), 2);
            error.to_string()
        };
        let huge = encode(5000, 5000, png::ColorType::Grayscale, png::BitDepth::One, &vec![0; 625 * 5000]);
        assert!(error(&huge).ends_with("in.png: 5000×5000 pixels, expected at most 16777216 in all"));
        assert!(error(b"GIF89a").contains("in.png: no readable PNG picture"));
        assert!(error(b"").contains("no readable PNG picture"));
        for n in 0..good.len() - 12 {
            assert!(read_bytes(&good[..n]).is_err(), "{n} of {} bytes", good.len());
        }
        for i in 8..good.len() {
            let mut bytes = good.clone();
            bytes[i] ^= 0x10;
            // Whatever is made of it, no panic, and as many values as it says.
            if let Ok(samples) = read_bytes(&bytes) {
                assert_eq!(samples.len(), 1);
            }
        }
    }
}
