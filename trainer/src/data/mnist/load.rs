//! Reading the digits and splitting them.

use super::files::FILES;
use crate::data::Samples;
use crate::data::idx::read_images;
use crate::data::random::Stream;
use crate::error::{Error, Result};
use std::path::{Path, PathBuf};

/// Digits to train on, validate on and test with: shape `[1, 28, 28]`, values 0 to 1, labels 0 to 9.
#[derive(Debug, Clone, PartialEq)]
pub struct Mnist {
    /// 48,000 by default.
    pub train: Samples,
    /// 12,000 by default.
    pub validation: Samples,
    /// 10,000.
    pub test: Samples,
}

/// Whether `folder` holds files under the four names, of whatever content ([`super::verify`] looks into them).
pub fn present(folder: impl AsRef<Path>) -> bool {
    FILES.iter().all(|f| find(folder.as_ref(), f.name).is_ok())
}

/// Reads the digits of `folder`, compressed by gzip or not, and splits `validation` images off those to train on by a shuffle
/// with `seed`. Any image set under the same four names will do.
///
/// # Errors
/// [`Error::File`] naming the file; [`Error::Invalid`] if `validation` leaves nothing to train on.
pub fn load(folder: impl AsRef<Path>, validation: usize, seed: u64) -> Result<Mnist> {
    let folder = folder.as_ref();
    let read = |images: usize, labels: usize| {
        let labels = find(folder, FILES[labels].name)?;
        read_images(find(folder, FILES[images].name)?, Some(&labels))
    };
    let (all, test) = (read(0, 1)?, read(2, 3)?);
    if all.shape != test.shape {
        let message =
            format!("images of {:?} to train on but of {:?} to test with, expected one shape", all.shape, test.shape);
        return Err(Error::file(folder, message));
    }
    if validation == 0 || validation >= all.len() {
        let most = all.len().saturating_sub(1);
        let expected = format!("1 to {most}, to leave some of {} images to train on", all.len());
        return Err(Error::setting("data.mnist.validation", validation, expected));
    }
    let mut order: Vec<usize> = (0..all.len()).collect();
    Stream::new(seed, "mnist/split").shuffle(&mut order);
    let (validation, train) = order.split_at(validation);
    Ok(Mnist { train: all.select(train), validation: all.select(validation), test })
}

/// The file of that name, or with `.gz` behind it.
fn find(folder: &Path, name: &str) -> Result<PathBuf> {
    let plain = folder.join(name);
    let packed = folder.join(format!("{name}.gz"));
    if plain.is_file() {
        Ok(plain)
    } else if packed.is_file() {
        Ok(packed)
    } else {
        Err(Error::file(plain, "not there, expected one of MNIST's four files (`picoae data mnist` gets them)"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with the fixture's files under MNIST's names.
    fn fixture() -> tempfile::TempDir {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/mnist");
        let folder = tempfile::tempdir().unwrap();
        let names = ["train-images", "train-labels", "test-images", "test-labels"];
        for (file, name) in FILES.iter().zip(names) {
            std::fs::copy(from.join(format!("{name}.idx.gz")), folder.path().join(format!("{}.gz", file.name)))
                .unwrap();
        }
        folder
    }

    #[test]
    fn splits_real_digits_by_seed() {
        let folder = fixture();
        assert!(present(&folder));
        let a = load(&folder, 100, 1).unwrap();
        assert_eq!((a.train.len(), a.validation.len(), a.test.len()), (300, 100, 200));
        assert_eq!((a.train.labels.len(), a.train.shape), (300, [1, 28, 28]));
        assert_eq!(a, load(&folder, 100, 1).unwrap());
        let b = load(&folder, 100, 2).unwrap();
        assert!(a.validation != b.validation && a.test == b.test);
        // Each of the 400 is in exactly one part, still with its own label.
        let key = |s: &Samples| -> Vec<(Vec<u32>, u8)> {
            s.iter().zip(&s.labels).map(|(v, &l)| (v.iter().map(|p| p.to_bits()).collect(), l)).collect()
        };
        let sorted = |m: &Mnist| {
            let mut all = [key(&m.train), key(&m.validation)].concat();
            all.sort();
            all
        };
        assert_eq!(sorted(&a), sorted(&b));
        assert!(a.train.values.iter().all(|v| (0.0..=1.0).contains(v)) && a.train.values.contains(&1.0));
    }

    #[test]
    fn what_is_missing_is_named() {
        let folder = fixture();
        let error = load(&folder, 400, 1).unwrap_err().to_string();
        assert!(error.contains("data.mnist.validation is 400, expected 1 to 399"), "{error}");
        std::fs::remove_file(folder.path().join("t10k-labels-idx1-ubyte.gz")).unwrap();
        assert!(!present(&folder));
        let error = load(&folder, 100, 1).unwrap_err().to_string();
        assert!(error.contains("t10k-labels-idx1-ubyte: not there, expected one of MNIST's four files"), "{error}");
    }

    /// The whole of MNIST, where it was put into the workspace's cache folder before.
    #[test]
    fn the_whole_set_where_it_is_there() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/mnist");
        if !present(&folder) {
            eprintln!("data/mnist has no MNIST; only the fixture was tested");
            return;
        }
        crate::data::mnist::verify(&folder).unwrap();
        let all = load(&folder, 12_000, 1).unwrap();
        assert_eq!((all.train.len(), all.validation.len(), all.test.len()), (48_000, 12_000, 10_000));
        let sevens = all.test.labels.iter().filter(|&&l| l == 7).count();
        assert_eq!(sevens, 1028);
    }
}
