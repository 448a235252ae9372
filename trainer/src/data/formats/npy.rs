//! NPY, the array files of NumPy, versions 1 to 3 (NumPy's `numpy.lib.format`).

use super::super::Part;
use super::super::format::FormatConfig;
use super::super::raw_type::{Number, RawType};
use super::raw::{names, rows};
use crate::error::{Error, Result};
use std::fs::File;
use std::io::{Read, Seek as _, SeekFrom};
use std::path::Path;

/// What the header says.
#[derive(Debug, PartialEq)]
struct Header {
    kind: RawType,
    fortran: bool,
    shape: Vec<usize>,
    /// First byte of the values.
    data: usize,
}

/// The text behind `'key':` in the header.
fn value<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    let behind = ["'", "\""].into_iter().find_map(|q| text.split_once(&format!("{q}{key}{q}")))?.1;
    Some(behind.trim_start().strip_prefix(':')?.trim_start())
}

fn parse(bytes: &[u8]) -> std::result::Result<Header, String> {
    let cut = || "the header is cut off".to_owned();
    let long = match bytes.get(6).ok_or_else(cut)? {
        1 => 2,
        2 | 3 => 4,
        v => return Err(format!("version {v}, expected 1 to 3")),
    };
    let length = bytes.get(8..8 + long).ok_or_else(cut)?.iter().rev().fold(0usize, |all, b| all << 8 | usize::from(*b));
    let data = (8 + long).checked_add(length).filter(|end| *end <= bytes.len()).ok_or_else(cut)?;
    let text = String::from_utf8_lossy(&bytes[8 + long..data]);
    let descr = value(&text, "descr").ok_or("no descr in the header")?;
    let quote =
        descr.chars().next().filter(|c| matches!(c, '\'' | '"')).ok_or("records, expected an array of numbers")?;
    let descr = descr[1..].split(quote).next().unwrap_or_default();
    let (order, name) = descr.split_at_checked(1).ok_or("an empty descr")?;
    let (number, bytes_each) = match name {
        "u1" | "b1" => (Number::Unsigned, 1),
        "i1" => (Number::Signed, 1),
        "u2" => (Number::Unsigned, 2),
        "i2" => (Number::Signed, 2),
        "u4" => (Number::Unsigned, 4),
        "i4" => (Number::Signed, 4),
        "u8" => (Number::Unsigned, 8),
        "i8" => (Number::Signed, 8),
        "f4" => (Number::Float, 4),
        "f8" => (Number::Float, 8),
        _ => return Err(format!("values of type {descr:?}, expected integers of 1 to 8 bytes or floats of 4 or 8")),
    };
    let fortran = value(&text, "fortran_order").ok_or("no fortran_order in the header")?.starts_with("True");
    let shape =
        value(&text, "shape").and_then(|s| s.strip_prefix('(')?.split_once(')')).ok_or("no shape in the header")?.0;
    let shape: Vec<usize> = shape
        .split(',')
        .map(str::trim)
        .filter(|n| !n.is_empty())
        .map(|n| n.parse().map_err(|_| format!("a dimension {n:?}")))
        .collect::<std::result::Result<_, _>>()?;
    Ok(Header { kind: RawType { number, bytes: bytes_each, big: order == ">", channels: 1 }, fortran, shape, data })
}

/// Reads an array: `[time]`, `[time][channel]`, `[window][time][channel]`, or `[window][time]` where the second dimension is a
/// window's length.
///
/// # Errors
/// [`Error::File`] for damage, other types and shapes.
pub(in super::super) fn read(path: &Path, bytes: &[u8], window: Option<usize>, format: &FormatConfig) -> Result<Part> {
    let header = parse(bytes).map_err(|message| bad(path, message))?;
    values(path, &header, &bytes[header.data..], bytes.len() - header.data, window, format)
}

/// The same out of a file, of which `start` is the beginning with all of the header. Its bytes are not held in memory, unless their
/// order must be another one.
///
/// # Errors
/// As [`read`]; [`Error::Io`].
pub(in super::super) fn read_file(
    path: &Path,
    mut file: File,
    start: &[u8],
    window: Option<usize>,
    format: &FormatConfig,
) -> Result<Part> {
    let header = parse(start).map_err(|message| bad(path, message))?;
    let length = file.seek(SeekFrom::End(0)).map_err(|e| Error::io(path, e))?;
    file.seek(SeekFrom::Start(header.data as u64)).map_err(|e| Error::io(path, e))?;
    let length = usize::try_from(length).unwrap_or(usize::MAX).saturating_sub(header.data);
    values(path, &header, file, length, window, format)
}

fn bad(path: &Path, message: String) -> Error {
    Error::file(path, format!("NPY: {message}"))
}

fn values(
    path: &Path,
    header: &Header,
    mut input: impl Read,
    length: usize,
    window: Option<usize>,
    format: &FormatConfig,
) -> Result<Part> {
    const MOST_CHANNELS: usize = 64;
    let bad = |message: String| bad(path, message);
    let mut kind = header.kind;
    let (channels, of_window) = match header.shape[..] {
        [_] => (1, None),
        [_, length] if Some(length) == window && length > 1 => (1, Some(length)),
        [rows, channels] if channels <= MOST_CHANNELS && channels <= rows => (channels, None),
        [rows, columns] => {
            let message = format!(
                "shape ({rows}, {columns}): expected [time][channel] with at most {MOST_CHANNELS} channels, or one window a \
                 row (then --window {columns}); for the other order save the transposed array"
            );
            return Err(bad(message));
        }
        [_, length, channels] if channels <= MOST_CHANNELS => (channels, Some(length)),
        ref shape => {
            return Err(bad(format!("shape {shape:?}, expected [time], [time][channel] or [window][time][channel]")));
        }
    };
    let count = header.shape.iter().try_fold(kind.bytes, |all, n| all.checked_mul(*n));
    if count != Some(length) {
        return Err(bad(format!("{length} bytes of values, expected those of shape {:?}", header.shape)));
    }
    if length == 0 || channels == 0 {
        return Err(bad("an empty array".into()));
    }
    kind.channels = channels;
    let mut part = if header.fortran && header.shape.len() > 1 {
        let mut data = Vec::with_capacity(length);
        input.read_to_end(&mut data).map_err(|e| Error::io(path, e))?;
        rows(path, &c_order(&data, kind.bytes, &header.shape)[..], length, &kind, names(channels), format)?
    } else {
        rows(path, input, length, &kind, names(channels), format)?
    };
    if let Some(length) = of_window {
        if part.stretches.len() != 1 {
            return Err(bad("missing values in an array of windows; leave the windows out or fill them".into()));
        }
        let all = part.values.len() / channels;
        part.stretches = (0..all).step_by(length.max(1)).map(|from| (from..from + length, None)).collect();
        part.window = Some(length);
    }
    Ok(part)
}

/// Values with the first dimension fastest, in the order with the last fastest.
fn c_order(data: &[u8], bytes: usize, shape: &[usize]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len());
    let total: usize = shape.iter().product();
    for i in 0..total {
        let (mut rest, mut place, mut behind) = (i, 0, total);
        for n in shape.iter().rev() {
            behind /= n;
            place += rest % n * behind;
            rest /= n;
        }
        out.extend_from_slice(&data[place * bytes..(place + 1) * bytes]);
    }
    out
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in super::super) fn npy(descr: &str, fortran: bool, shape: &str, data: &[u8]) -> Vec<u8> {
        let order = if fortran { "True" } else { "False" };
        let header = format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}\n");
        [b"\x93NUMPY\x01\0".as_slice(), &(header.len() as u16).to_le_bytes(), header.as_bytes(), data].concat()
    }

    fn part(bytes: &[u8], window: Option<usize>) -> Result<Part> {
        read(Path::new("in.npy"), bytes, window, &FormatConfig::default())
    }

    #[test]
    fn types_and_orders() {
        let values = |descr: &str, data: &[u8]| part(&npy(descr, false, "(1,)", data), None).unwrap().values;
        assert_eq!(values("<f4", &1.5f32.to_le_bytes()), [1.5]);
        assert_eq!(values("<f8", &1.5f64.to_le_bytes()), [1.5]);
        assert_eq!(values(">i2", &(-2i16).to_be_bytes()), [-2.0]);
        assert_eq!(values("|u1", &[200]), [200.0]);
        assert_eq!(values("<i8", &(-3i64).to_le_bytes()), [-3.0]);
    }

    #[test]
    fn shapes() {
        let data: Vec<u8> = (0..12u8).collect();
        let two = part(&npy("|u1", false, "(6, 2)", &data), None).unwrap();
        assert_eq!((two.channels.len(), &two.values[..4]), (2, [0.0, 1.0, 2.0, 3.0].as_slice()));
        let fortran = part(&npy("|u1", true, "(6, 2)", &data), None).unwrap();
        assert_eq!(fortran.values[..4], [0.0, 6.0, 1.0, 7.0]);
        let windows = part(&npy("|u1", false, "(3, 4)", &data), Some(4)).unwrap();
        assert_eq!((windows.window, windows.stretches.len(), windows.channels.len()), (Some(4), 3, 1));
        let three = part(&npy("|u1", false, "(2, 3, 2)", &data), None).unwrap();
        assert_eq!((three.window, three.channels.len(), three.stretches[1].0.clone()), (Some(3), 2, 3..6));
        assert!(part(&npy("|u1", false, "(2, 6)", &data), None).unwrap_err().to_string().contains("transposed"));
    }

    #[test]
    fn damage_is_named() {
        let good = npy("<f4", false, "(2,)", &[0; 8]);
        for n in 6..good.len() {
            assert!(part(&good[..n], None).is_err(), "{n} bytes");
        }
        let message = |bytes: &[u8]| part(bytes, None).unwrap_err().to_string();
        assert!(message(&npy("<c8", false, "(1,)", &[0; 8])).contains("\"<c8\""));
        assert!(message(&npy("<f4", false, "(18446744073709551615, 2)", &[0; 8])).contains("expected"));
        assert!(message(&npy("<f4", false, "(1,)", &f32::NAN.to_le_bytes())).contains("--missing split"));
    }
}
