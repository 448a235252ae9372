//! WAV: RIFF chunks with integer samples of 8 to 32 bits or floats of 32 or 64 (Microsoft's and IBM's "Multimedia Programming
//! Interface and Data Specifications 1.0", and `WAVE_FORMAT_EXTENSIBLE`). Integers are read as counts: 8 bits from 0 to 255,
//! more with their sign.

use super::super::Part;
use super::super::format::FormatConfig;
use super::super::raw_type::{Number, RawType};
use super::raw::{names, rows};
use crate::error::{Error, Result};
use std::path::Path;

/// A number of `n` bytes, little endian, at `at`.
fn little(bytes: &[u8], at: usize, n: usize) -> Option<u32> {
    Some(bytes.get(at..at.checked_add(n)?)?.iter().rev().fold(0, |all, b| all << 8 | u32::from(*b)))
}

/// Reads the samples of a WAV file. A length of its data that is 0 or reaches beyond the end, as programs leave it that were
/// cut off or wrote into a pipe, means up to the end.
///
/// # Errors
/// [`Error::File`] for damage and for formats that compress.
pub(in super::super) fn read(path: &Path, bytes: &[u8], format: &FormatConfig) -> Result<Part> {
    let bad = |message: String| Err(Error::file(path, format!("WAV: {message}")));
    let mut at = 12;
    let mut kind: Option<(RawType, u32)> = None;
    while let (Some(id), Some(length)) = (bytes.get(at..at + 4), little(bytes, at + 4, 4)) {
        let start = at + 8;
        let rest = bytes.len() - start;
        match id {
            b"fmt " => match parse_format(&bytes[start..start + rest.min(length as usize)]) {
                Ok(found) => kind = Some(found),
                Err(message) => return bad(message),
            },
            b"data" => {
                let Some((kind, rate)) = kind else { return bad("data without a format in front of it".into()) };
                let whole = length > 0 && length as usize <= rest;
                let row = kind.bytes * kind.channels;
                let length = if whole { length as usize } else { rest - rest % row };
                if !length.is_multiple_of(row) {
                    return bad(format!("{length} bytes of data, expected a multiple of {row}"));
                }
                let mut part = rows(path, &bytes[start..start + length], length, &kind, names(kind.channels), format)?;
                part.rate = (rate > 0).then_some(f64::from(rate));
                if !whole {
                    part.notes
                        .push("the length in the header is not that of the data; all that is there is read".into());
                }
                return Ok(part);
            }
            _ => {}
        }
        // Chunks begin at even places.
        at = match start.checked_add(length as usize + length as usize % 2) {
            Some(next) if next <= bytes.len() => next,
            _ => break,
        };
    }
    bad("no data chunk".into())
}

/// Type and rate from the format chunk.
fn parse_format(chunk: &[u8]) -> std::result::Result<(RawType, u32), String> {
    let field = |at, n| {
        little(chunk, at, n).ok_or_else(|| format!("a format chunk of {} bytes, expected at least 16", chunk.len()))
    };
    let (mut tag, channels, rate) = (field(0, 2)?, field(2, 2)? as usize, field(4, 4)?);
    let (align, bits) = (field(12, 2)? as usize, field(14, 2)?);
    if tag == 0xfffe {
        tag = field(24, 2)?;
    }
    let number = match (tag, bits) {
        (1, 8) => Number::Unsigned,
        (1, 9..=32) => Number::Signed,
        (3, 32 | 64) => Number::Float,
        (1 | 3, _) => return Err(format!("samples of {bits} bits, expected 8 to 32, or floats of 32 or 64")),
        _ => return Err(format!("format {tag:#06x}, expected integers (1) or floats (3): convert it to PCM")),
    };
    let bytes = bits.div_ceil(8) as usize;
    if channels == 0 || channels > 1024 || align != bytes * channels {
        return Err(format!("{channels} channels in {align} bytes, expected 1 to 1024 channels of {bytes} bytes each"));
    }
    Ok((RawType { number, bytes, big: false, channels }, rate))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wav(tag: u16, channels: u16, bits: u16, data: &[u8]) -> Vec<u8> {
        let align = channels * bits.div_ceil(8);
        let mut fmt = Vec::new();
        fmt.extend(tag.to_le_bytes());
        fmt.extend(channels.to_le_bytes());
        fmt.extend(16_000u32.to_le_bytes());
        fmt.extend((16_000 * u32::from(align)).to_le_bytes());
        fmt.extend(align.to_le_bytes());
        fmt.extend(bits.to_le_bytes());
        if tag == 0xfffe {
            fmt.extend([22, 0]);
            fmt.extend(bits.to_le_bytes());
            fmt.extend([0; 4]);
            fmt.extend([1, 0]);
            fmt.extend([0; 14]);
        }
        let chunk = |id: &[u8], data: &[u8]| [id, &(data.len() as u32).to_le_bytes(), data].concat();
        // An odd chunk in between is padded.
        let odd = [chunk(b"LIST", b"abc"), vec![0]].concat();
        let body = [b"WAVE".to_vec(), chunk(b"fmt ", &fmt), odd, chunk(b"data", data)].concat();
        chunk(b"RIFF", &body)
    }

    fn values(bytes: &[u8]) -> Vec<f32> {
        read(Path::new("in.wav"), bytes, &FormatConfig::default()).unwrap().values
    }

    #[test]
    fn every_depth() {
        assert_eq!(values(&wav(1, 1, 8, &[0, 128, 255])), [0.0, 128.0, 255.0]);
        assert_eq!(values(&wav(1, 1, 16, &[0xff, 0xff, 2, 0])), [-1.0, 2.0]);
        assert_eq!(values(&wav(1, 1, 24, &[0, 0, 0x80])), [-8_388_608.0]);
        assert_eq!(values(&wav(1, 1, 32, &7i32.to_le_bytes())), [7.0]);
        assert_eq!(values(&wav(3, 1, 32, &0.5f32.to_le_bytes())), [0.5]);
        assert_eq!(values(&wav(3, 1, 64, &0.5f64.to_le_bytes())), [0.5]);
        assert_eq!(values(&wav(0xfffe, 1, 16, &[1, 0])), [1.0]);
    }

    #[test]
    fn channels_and_rate() {
        let part =
            read(Path::new("in.wav"), &wav(1, 2, 16, &[1, 0, 2, 0, 3, 0, 4, 0]), &FormatConfig::default()).unwrap();
        assert_eq!((part.channels, part.rate), (vec!["ch0".to_owned(), "ch1".to_owned()], Some(16_000.0)));
        assert_eq!(part.values, [1.0, 2.0, 3.0, 4.0]);
    }

    #[test]
    fn damage_is_named_and_a_cut_file_is_read_up_to_its_end() {
        let good = wav(1, 1, 16, &[1, 0, 2, 0, 3, 0]);
        assert_eq!(values(&good[..good.len() - 3]), [1.0]);
        for n in 0..good.len() - 6 {
            assert!(read(Path::new("in.wav"), &good[..n], &FormatConfig::default()).is_err(), "{n} bytes");
        }
        let message =
            |bytes: &[u8]| read(Path::new("in.wav"), bytes, &FormatConfig::default()).unwrap_err().to_string();
        assert!(message(&wav(2, 1, 4, &[0])).contains("convert it to PCM"));
        assert!(message(&wav(1, 0, 16, &[0, 0])).contains("0 channels"));
    }
}
