//! Samples without a header, of a stated type.

use super::super::Part;
use super::super::format::FormatConfig;
use super::super::raw_type::RawType;
use super::super::rows::Rows;
use crate::error::{Error, Result};
use std::io::Read;
use std::path::Path;

/// Bytes that are read at a time, about.
const BLOCK: usize = 1 << 16;

/// Rows of whole samples out of the `length` bytes that `input` gives; what is no finite number is missing. Only the samples are in
/// memory, not the bytes.
pub(super) fn rows(
    path: &Path,
    mut input: impl Read,
    length: usize,
    kind: &RawType,
    names: Vec<String>,
    format: &FormatConfig,
) -> Result<Part> {
    let mut rows = Rows::new(path, format, names, "sample");
    let each = kind.bytes * kind.channels;
    rows.reserve(length / each);
    let mut row = vec![0.0; kind.channels];
    let (mut number, mut left) = (0, length - length % each);
    let mut block = vec![0; each * (BLOCK / each).max(1)];
    while left > 0 {
        let bytes = block.len().min(left);
        input.read_exact(&mut block[..bytes]).map_err(|e| Error::io(path, e))?;
        left -= bytes;
        for of_row in block[..bytes].chunks_exact(each) {
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
            number += 1;
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

/// Reads `length` bytes as the samples that `kind` says.
///
/// # Errors
/// [`Error::File`] for bytes that are no whole number of rows.
pub(in super::super) fn read(
    path: &Path,
    input: impl Read,
    length: usize,
    kind: &RawType,
    format: &FormatConfig,
) -> Result<Part> {
    let row = kind.bytes * kind.channels;
    if !length.is_multiple_of(row) {
        let message = format!("{length} bytes are no whole number of rows of {row} bytes; is the type (--raw) right?");
        return Err(Error::file(path, message));
    }
    rows(path, input, length, kind, names(kind.channels), format)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(kind: &str, bytes: &[u8]) -> Vec<f32> {
        let format = FormatConfig::default();
        read(Path::new("in"), bytes, bytes.len(), &RawType::parse(kind).unwrap(), &format).unwrap().values
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
        let part = read(Path::new("in"), &[1, 0, 2, 0, 3, 0, 4, 0][..], 8, &kind, &format).unwrap();
        assert_eq!(
            (part.channels.len(), part.values, part.stretches),
            (2, vec![1.0, 2.0, 3.0, 4.0], vec![(0..2, None)])
        );
        let error = read(Path::new("in"), &[0; 6][..], 6, &kind, &format).unwrap_err().to_string();
        assert!(error.contains("--raw"), "{error}");
        for bad in ["i16", "x8", "i16le:0", "i12le", ""] {
            assert!(RawType::parse(bad).unwrap_err().to_string().contains("i16le"), "{bad}");
        }
        let nan = read(Path::new("in"), &f32::NAN.to_le_bytes()[..], 4, &RawType::parse("f32le").unwrap(), &format);
        assert!(nan.unwrap_err().to_string().contains("sample 0: \"NaN\""));
    }
}
