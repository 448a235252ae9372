//! Types of samples without a header.

use crate::error::{Error, Result};

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
