//! NPZ: NPY files in a ZIP archive, stored or deflated (PKWARE's APPNOTE 6.3, without ZIP64, encryption and several disks).

use super::super::Part;
use super::super::format::FormatConfig;
use super::npy;
use crate::error::{Error, Result};
use std::io::Read as _;
use std::path::Path;

struct Entry {
    name: String,
    method: u16,
    packed: usize,
    /// Place of the local header.
    at: usize,
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<usize> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?) as usize)
}

/// The archive's directory.
fn entries(bytes: &[u8]) -> Option<Vec<Entry>> {
    const END: usize = 22;
    let last = bytes.len().checked_sub(END)?;
    let end = (last.saturating_sub(65_535)..=last).rev().find(|at| bytes[*at..].starts_with(b"PK\x05\x06"))?;
    let mut at = u32_at(bytes, end + 16)?;
    let mut out = Vec::new();
    for _ in 0..u16_at(bytes, end + 10)? {
        if !bytes.get(at..)?.starts_with(b"PK\x01\x02") {
            return None;
        }
        let long = |i: usize| u16_at(bytes, at + 28 + 2 * i).map(usize::from);
        let (name, extra, comment) = (long(0)?, long(1)?, long(2)?);
        out.push(Entry {
            name: String::from_utf8_lossy(bytes.get(at + 46..at + 46 + name)?).into_owned(),
            method: u16_at(bytes, at + 10)?,
            packed: u32_at(bytes, at + 20)?,
            at: u32_at(bytes, at + 42)?,
        });
        at += 46 + name + extra + comment;
    }
    Some(out)
}

/// Reads an array of the archive: the one that `format.array` names, or the only one.
///
/// # Errors
/// [`Error::File`] for damage, and where several arrays leave the choice open.
pub(in super::super) fn read(path: &Path, bytes: &[u8], window: Option<usize>, format: &FormatConfig) -> Result<Part> {
    let damaged =
        || Error::file(path, "NPZ: damaged or in a form of ZIP that is not read; save it again with numpy.savez");
    let entries = entries(bytes).ok_or_else(damaged)?;
    let called = |e: &Entry| e.name.strip_suffix(".npy").unwrap_or(&e.name).to_owned();
    let names = entries.iter().map(called).collect::<Vec<_>>().join(", ");
    let entry = match (&format.array, &entries[..]) {
        (Some(name), entries) => entries
            .iter()
            .find(|e| called(e) == *name)
            .ok_or_else(|| Error::file(path, format!("no array {name:?}, expected one of {names}")))?,
        (None, [one]) => one,
        (None, _) => return Err(Error::file(path, format!("several arrays, choose one with --array: {names}"))),
    };
    let local = |at| u16_at(bytes, entry.at + at).map(usize::from);
    let start = entry.at + 30 + local(26).ok_or_else(damaged)? + local(28).ok_or_else(damaged)?;
    let packed = start.checked_add(entry.packed).and_then(|end| bytes.get(start..end)).ok_or_else(damaged)?;
    let mut unpacked = Vec::new();
    let content = match entry.method {
        0 => packed,
        8 => {
            let most = format.most_bytes();
            let read = flate2::read::DeflateDecoder::new(packed).take(most + 1).read_to_end(&mut unpacked);
            read.map_err(|_| damaged())?;
            if unpacked.len() as u64 > most {
                return Err(super::super::gzip::too_large(path, format.max_expanded));
            }
            &unpacked
        }
        _ => return Err(damaged()),
    };
    if !content.starts_with(super::super::sniff::NPY) {
        return Err(Error::file(path, format!("{} in the archive is no NPY array", entry.name)));
    }
    npy::read(path, content, window, format)
}

#[cfg(test)]
mod tests {
    use super::super::npy::tests::npy;
    use super::*;

    fn archive(files: &[(&str, u16, Vec<u8>)]) -> Vec<u8> {
        let (mut out, mut directory) = (Vec::new(), Vec::new());
        for (name, method, content) in files {
            let content = match method {
                8 => {
                    let mut e = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
                    std::io::Write::write_all(&mut e, content).unwrap();
                    e.finish().unwrap()
                }
                _ => content.clone(),
            };
            let size = (content.len() as u32).to_le_bytes();
            let at = (out.len() as u32).to_le_bytes();
            let name_len = (name.len() as u16).to_le_bytes();
            let head = [&[20, 0, 0, 0], &method.to_le_bytes()[..], &[0; 8], &size, &size, &name_len, &[0, 0]].concat();
            out.extend([b"PK\x03\x04", &head[..], name.as_bytes(), &content].concat());
            directory.extend([b"PK\x01\x02", &[20, 0][..], &head, &[0; 10], &at, name.as_bytes()].concat());
        }
        let n = (files.len() as u16).to_le_bytes();
        let (size, at) = ((directory.len() as u32).to_le_bytes(), (out.len() as u32).to_le_bytes());
        [out, directory, [b"PK\x05\x06", &[0; 4][..], &n, &n, &size, &at, &[0, 0]].concat()].concat()
    }

    fn values(bytes: &[u8], array: Option<&str>) -> Result<Vec<f32>> {
        let format = FormatConfig { array: array.map(str::to_owned), ..FormatConfig::default() };
        read(Path::new("in.npz"), bytes, None, &format).map(|p| p.values)
    }

    #[test]
    fn stored_and_deflated_arrays() {
        let [a, b] = [1u8, 2].map(|v| npy("|u1", false, "(2,)", &[v, v]));
        for method in [0, 8] {
            let one = archive(&[("a.npy", method, a.clone())]);
            assert_eq!(values(&one, None).unwrap(), [1.0, 1.0]);
            let two = archive(&[("a.npy", method, a.clone()), ("b.npy", method, b.clone())]);
            assert_eq!(values(&two, Some("b")).unwrap(), [2.0, 2.0]);
            assert!(values(&two, None).unwrap_err().to_string().contains("--array: a, b"));
            assert!(values(&two, Some("c")).unwrap_err().to_string().contains("expected one of a, b"));
            for n in 0..one.len() {
                assert!(values(&one[..n], None).is_err(), "{n} bytes");
            }
        }
    }
}
