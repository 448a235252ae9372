//! Samples without a header, of a stated type.

use super::super::Part;
use super::super::format::FormatConfig;
use super::super::rows::Rows;
use crate::error::{Error, Result};
use std::path::Path;

/// What the bytes of a sample are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    Unsigned,
    Signed,
    Float,
}

/// Type of samples and number of channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawType {
    pub(super) number: Number,
    /// Bytes of a sample, 1 to 8.
    pub(super) bytes: usize,
    pub(super) big: bool,
    /// Channels, interleaved.
    pub channels: usize,
}

impl RawType {
    /// Reads `u8`, `i8`, `u16le`, `i16le`, `i24le`, `u32le`, `i32le`, `f32le`, `f64le` or one of these with `be`; behind a colon the
    /// number of channels.
    ///
    /// # Errors
    /// [`Error::Unknown`] naming the types.
    pub fn parse(text: &str) -> Result<Self> {
        let known = "u8, i8, u16le, i16le, u24le, i24le, u32le, i32le, f32le, f64le (or …be), with :CHANNELS behind it if there are several";
        let unknown = || Error::unknown("raw type", text, known);
        let (name, channels) = text.split_once(':').unwrap_or((text, "1"));
        let channels = channels.parse().ok().filter(|c| (1..=1024).contains(c)).ok_or_else(unknown)?;
        let (stem, big) = match (name.strip_suffix("le"), name.strip_suffix("be")) {
            (Some(stem), _) => (stem, false),
            (_, Some(stem)) => (stem, true),
            _ if matches!(name, "u8" | "i8") => (name, false),
            _ => return Err(unknown()),
        };
        let (number, bytes) = match stem {
            "u8" => (Number::Unsigned, 1),
            "i8" => (Number::Signed, 1),
            "u16" => (Number::Unsigned, 2),
            "i16" => (Number::Signed, 2),
            "u24" => (Number::Unsigned, 3),
            "i24" => (Number::Signed, 3),
            "u32" => (Number::Unsigned, 4),
            "i32" => (Number::Signed, 4),
            "f32" => (Number::Float, 4),
            "f64" => (Number::Float, 8),
            _ => return Err(unknown()),
        };
        Ok(Self { number, bytes, big, channels })
    }

    /// One sample.
    pub(super) fn sample(&self, bytes: &[u8]) -> f32 {
        let mut little = [0; 8];
        for (i, b) in bytes.iter().take(8).enumerate() {
            little[if self.big { bytes.len() - 1 - i } else { i }] = *b;
        }
        let all = u64::from_le_bytes(little);
        match self.number {
            Number::Unsigned => all as f32,
            // Moved to the top and back, the sign fills what is above.
            Number::Signed => {
                let above = 64 - 8 * self.bytes as u32;
                ((all << above) as i64 >> above) as f32
            }
            Number::Float if self.bytes == 4 => f32::from_bits(all as u32),
            Number::Float => f64::from_bits(all) as f32,
        }
    }
}

/// Rows of whole samples; what is no finite number is missing.
pub(super) fn rows(
    path: &Path,
    bytes: &[u8],
    kind: &RawType,
    names: Vec<String>,
    format: &FormatConfig,
) -> Result<Part> {
    let mut rows = Rows::new(path, format, names, "sample");
    rows.reserve(bytes.len() / (kind.bytes * kind.channels));
    let mut row = vec![0.0; kind.channels];
    for (number, of_row) in (0u64..).zip(bytes.chunks_exact(kind.bytes * kind.channels)) {
        let mut missing = None;
        for (value, bytes) in row.iter_mut().zip(of_row.chunks_exact(kind.bytes)) {
            *value = kind.sample(bytes);
            if !value.is_finite() || format.stands_for_missing(*value) {
                missing = Some(*value);
            }
        }
        match missing {
            Some(value) => rows.missing(number, &value.to_string())?,
            None => rows.push(&row, number, None),
        }
    }
    if rows.len() == 0 {
        return Err(Error::file(path, "no samples, expected at least one"));
    }
    Ok(rows.finish())
}

/// Names of channels that have none.
pub(super) fn names(channels: usize) -> Vec<String> {
    match channels {
        1 => vec!["value".into()],
        n => (0..n).map(|c| format!("ch{c}")).collect(),
    }
}

/// Reads bytes as the samples that `kind` says.
///
/// # Errors
/// [`Error::File`] for bytes that are no whole number of rows.
pub(in super::super) fn read(path: &Path, bytes: &[u8], kind: &RawType, format: &FormatConfig) -> Result<Part> {
    let row = kind.bytes * kind.channels;
    if !bytes.len().is_multiple_of(row) {
        let message =
            format!("{} bytes are no whole number of rows of {row} bytes; is the type (--raw) right?", bytes.len());
        return Err(Error::file(path, message));
    }
    rows(path, bytes, kind, names(kind.channels), format)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(kind: &str, bytes: &[u8]) -> Vec<f32> {
        let format = FormatConfig::default();
        read(Path::new("in"), bytes, &RawType::parse(kind).unwrap(), &format).unwrap().values
    }

    #[test]
    fn every_type() {
        assert_eq!(values("u8", &[0, 255]), [0.0, 255.0]);
        assert_eq!(values("i8", &[0x80, 1]), [-128.0, 1.0]);
        assert_eq!(values("i16le", &[0x00, 0x80, 0xff, 0x7f]), [-32768.0, 32767.0]);
        assert_eq!(values("u16be", &[0x01, 0x02]), [258.0]);
        assert_eq!(values("i24le", &[0xff, 0xff, 0xff, 0, 0, 0x80]), [-1.0, -8_388_608.0]);
        assert_eq!(values("i24be", &[0x80, 0, 0]), [-8_388_608.0]);
        assert_eq!(values("i32be", &(-5i32).to_be_bytes()), [-5.0]);
        assert_eq!(values("f32le", &1.5f32.to_le_bytes()), [1.5]);
        assert_eq!(values("f64be", &(-0.25f64).to_be_bytes()), [-0.25]);
    }

    #[test]
    fn channels_are_interleaved_and_what_does_not_fit_is_refused() {
        let format = FormatConfig::default();
        let kind = RawType::parse("i16le:2").unwrap();
        let part = read(Path::new("in"), &[1, 0, 2, 0, 3, 0, 4, 0], &kind, &format).unwrap();
        assert_eq!(
            (part.channels.len(), part.values, part.stretches),
            (2, vec![1.0, 2.0, 3.0, 4.0], vec![(0..2, None)])
        );
        let error = read(Path::new("in"), &[0; 6], &kind, &format).unwrap_err().to_string();
        assert!(error.contains("--raw"), "{error}");
        for bad in ["i16", "x8", "i16le:0", "i12le", ""] {
            assert!(RawType::parse(bad).unwrap_err().to_string().contains("i16le"), "{bad}");
        }
        let nan = read(Path::new("in"), &f32::NAN.to_le_bytes(), &RawType::parse("f32le").unwrap(), &format);
        assert!(nan.unwrap_err().to_string().contains("sample 0: \"NaN\""));
    }
}
