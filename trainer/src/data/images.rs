//! A user's images: one PNG picture, or an IDX file of many.

use super::idx::read_images;
use super::{Samples, png};
use crate::error::{Error, Result};
use std::io::Read as _;
use std::path::Path;

/// Reads images of shape `[1, height, width]`, values 0 to 1: a PNG picture, or an IDX file (compressed by gzip or not). The
/// content decides, not the name.
///
/// # Errors
/// [`Error::Io`], or [`Error::File`] saying what was found and expected.
pub fn read(path: impl AsRef<Path>, shape: [usize; 3]) -> Result<Samples> {
    let path = path.as_ref();
    let [1, height, width] = shape else {
        return Err(Error::invalid(format!(
            "the model takes inputs of shape {shape:?}, expected one channel for images"
        )));
    };
    let mut start = Vec::new();
    let file = std::fs::File::open(path).map_err(|e| Error::io(path, e))?;
    file.take(8).read_to_end(&mut start).map_err(|e| Error::io(path, e))?;
    if start == png::SIGNATURE {
        return Ok(Samples { shape, values: png::read(path, width, height)?, labels: Vec::new() });
    }
    if !start.starts_with(&[0, 0]) && !start.starts_with(&[0x1f, 0x8b]) {
        return Err(Error::file(path, "neither a PNG picture nor an IDX file, expected one of them"));
    }
    let samples = read_images(path, None)?;
    if samples.shape != shape {
        let [_, found_height, found_width] = samples.shape;
        let message = format!("images of {found_width}×{found_height} pixels, expected {width}×{height}");
        return Err(Error::file(path, message));
    }
    Ok(samples)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::idx::Idx;

    #[test]
    fn content_decides() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("images");
        let error = |path: &Path| read(path, [1, 2, 2]).unwrap_err().to_string();
        assert!(error(&path).contains("images: "));
        std::fs::write(&path, "hello").unwrap();
        assert!(error(&path).ends_with("images: neither a PNG picture nor an IDX file, expected one of them"));
        std::fs::write(&path, png::SIGNATURE).unwrap();
        assert!(error(&path).contains("images: no readable PNG picture"));
        Idx { dims: vec![2, 2, 3], values: vec![0; 12] }.write(&path).unwrap();
        assert!(error(&path).ends_with("images: images of 3×2 pixels, expected 2×2"));
        Idx { dims: vec![1, 2, 2], values: vec![0, 51, 255, 0] }.write(&path).unwrap();
        assert_eq!(read(&path, [1, 2, 2]).unwrap().values, [0.0, 0.2, 1.0, 0.0]);
        assert!(read(&path, [3, 2, 2]).is_err());
    }
}
