//! The IDX format of MNIST: two zero bytes, a type, the number of dimensions, the dimensions as big-endian 32-bit numbers,
//! then the values, the last dimension fastest (described on the MNIST page of LeCun, Cortes and Burges). Only unsigned
//! bytes are read here, the only type that image sets in this format use.

use super::{Samples, gzip};
use crate::error::{Error, Result};
use picoae_compiler::files::write_atomic;
use std::path::Path;

/// Why bytes are no IDX data of unsigned bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdxError {
    /// Shorter than the dimensions it announces.
    #[error("{found} bytes, expected an IDX header of at least {expected}")]
    Header {
        /// Bytes there are.
        found: usize,
        /// Bytes the header needs.
        expected: usize,
    },
    /// The first two bytes are not zero.
    #[error("starts with bytes {0:02x} {1:02x}, expected 00 00 of an IDX file")]
    Magic(u8, u8),
    /// Values of another type.
    #[error("values of IDX type {0:#04x}, expected 0x08 (unsigned bytes)")]
    Type(u8),
    /// No dimension or more than four.
    #[error("{0} dimensions, expected 1 to 4")]
    Dimensions(u8),
    /// Not as many values as the dimensions say.
    #[error("{found} values behind the header, expected {dims:?} = {expected}")]
    Values {
        /// Values there are.
        found: usize,
        /// What the header says.
        dims: Vec<usize>,
        /// Values the dimensions need.
        expected: u64,
    },
}

/// An array of bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idx {
    /// Outermost first; for images: count, height, width.
    pub dims: Vec<usize>,
    /// The values, last dimension fastest.
    pub values: Vec<u8>,
}

impl Idx {
    /// Parses uncompressed bytes.
    ///
    /// # Errors
    /// [`IdxError`] saying what was found and expected; both too few and too many values are refused.
    pub fn parse(bytes: &[u8]) -> std::result::Result<Self, IdxError> {
        let header = |expected| IdxError::Header { found: bytes.len(), expected };
        let &[zero0, zero1, kind, count, ref rest @ ..] = bytes else { return Err(header(8)) };
        if (zero0, zero1) != (0, 0) {
            return Err(IdxError::Magic(zero0, zero1));
        }
        if kind != 0x08 {
            return Err(IdxError::Type(kind));
        }
        if !(1..=4).contains(&count) {
            return Err(IdxError::Dimensions(count));
        }
        let length = 4 * usize::from(count);
        let (dims, values) = rest.split_at_checked(length).ok_or(header(4 + length))?;
        let dims: Vec<usize> =
            dims.chunks_exact(4).map(|b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]) as usize).collect();
        let expected = dims.iter().fold(1u64, |product, &d| product.saturating_mul(d as u64));
        if values.len() as u64 != expected {
            return Err(IdxError::Values { found: values.len(), dims, expected });
        }
        Ok(Self { dims, values: values.to_vec() })
    }

    /// Reads a file, compressed by gzip or not.
    ///
    /// # Errors
    /// [`Error::Io`], or [`Error::Format`] with what was found and expected.
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        Self::parse(&gzip::read(path, gzip::LIMIT)?).map_err(|e| Error::format(path, e))
    }

    /// Writes an uncompressed file.
    ///
    /// # Errors
    /// [`Error::Io`] with the path.
    pub fn write(&self, path: impl AsRef<Path>) -> Result<()> {
        Ok(write_atomic(path, self.to_bytes())?)
    }

    /// The bytes of an uncompressed file. Dimensions are cut to 32 bits.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = vec![0, 0, 0x08, self.dims.len() as u8];
        for &d in &self.dims {
            out.extend((d as u32).to_be_bytes());
        }
        out.extend(&self.values);
        out
    }

    /// Images `[count, height, width]` as samples of shape `[1, height, width]`, values 0 to 255 scaled to 0 to 1.
    ///
    /// # Errors
    /// [`Error::File`] naming `path` if there are not three dimensions.
    pub fn images(&self, path: impl AsRef<Path>) -> Result<Samples> {
        let &[_, height, width] = &self.dims[..] else {
            let message = format!("dimensions {:?}, expected images: [count, height, width]", self.dims);
            return Err(Error::file(path, message));
        };
        let values = self.values.iter().map(|&v| f32::from(v) / 255.0).collect();
        Ok(Samples { shape: [1, height, width], values, labels: Vec::new() })
    }
}

/// Reads images and, if given, their labels. Shape `[1, height, width]`, values 0 to 1.
///
/// # Errors
/// As [`Idx::read`] and [`Idx::images`]; [`Error::File`] if there is not one label an image.
pub fn read_images(images: impl AsRef<Path>, labels: Option<&Path>) -> Result<Samples> {
    let path = images.as_ref();
    let mut samples = Idx::read(path)?.images(path)?;
    if let Some(labels) = labels {
        let found = Idx::read(labels)?;
        if found.dims != [samples.len()] {
            let message = format!(
                "dimensions {:?}, expected [{}], one label for each image of {}",
                found.dims,
                samples.len(),
                path.display()
            );
            return Err(Error::file(labels, message));
        }
        samples.labels = found.values;
    }
    Ok(samples)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fixture(name: &str) -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/mnist").join(name)
    }

    #[test]
    fn real_digits() {
        let labels = fixture("test-labels.idx.gz");
        let digits = read_images(fixture("test-images.idx.gz"), Some(&labels)).unwrap();
        assert_eq!((digits.shape, digits.len()), ([1, 28, 28], 200));
        for class in 0..10 {
            assert_eq!(digits.labels.iter().filter(|&&l| l == class).count(), 20);
        }
        // The first image of MNIST's test file is a 7; its first row with ink is the eighth.
        assert_eq!(digits.labels[0], 7);
        assert!(digits.sample(0)[..7 * 28].iter().all(|&v| v == 0.0));
        assert_eq!(digits.sample(0)[7 * 28 + 6], 84.0 / 255.0);
        let error = read_images(fixture("train-images.idx.gz"), Some(&labels)).unwrap_err().to_string();
        assert!(error.contains("test-labels.idx.gz: dimensions [200], expected [400]"), "{error}");
        let error = read_images(&labels, None).unwrap_err().to_string();
        assert!(error.contains("dimensions [200], expected images"), "{error}");
    }

    #[test]
    fn each_kind_of_damage_has_its_error() {
        let good = Idx { dims: vec![2, 1, 2], values: vec![1, 2, 3, 4] }.to_bytes();
        let with = |at: usize, value: u8| {
            let mut bytes = good.clone();
            bytes[at] = value;
            Idx::parse(&bytes).unwrap_err()
        };
        assert_eq!(with(0, 1), IdxError::Magic(1, 0));
        assert_eq!(with(2, 0x0d), IdxError::Type(0x0d));
        assert_eq!(with(3, 0), IdxError::Dimensions(0));
        assert_eq!(with(3, 9), IdxError::Dimensions(9));
        assert_eq!(with(7, 3), IdxError::Values { found: 4, dims: vec![3, 1, 2], expected: 6 });
        assert!(matches!(with(4, 255), IdxError::Values { .. }));
        for n in 0..good.len() {
            assert!(Idx::parse(&good[..n]).is_err(), "{n} bytes");
        }
        let longer = [good.as_slice(), &[0]].concat();
        assert_eq!(Idx::parse(&longer), Err(IdxError::Values { found: 5, dims: vec![2, 1, 2], expected: 4 }));
    }

    proptest! {
        #[test]
        fn round_trips(dims in prop::collection::vec(0usize..6, 1..=4), fill in any::<u8>()) {
            let n = dims.iter().product();
            let idx = Idx { dims, values: (0..n).map(|i: usize| fill.wrapping_add(i as u8)).collect() };
            prop_assert_eq!(Idx::parse(&idx.to_bytes()), Ok(idx));
        }

        #[test]
        fn never_panics(bytes in prop::collection::vec(prop_oneof![Just(0u8), Just(8), Just(1), any::<u8>()], 0..40)) {
            if let Ok(idx) = Idx::parse(&bytes) {
                prop_assert_eq!(idx.to_bytes(), bytes);
            }
        }
    }
}
