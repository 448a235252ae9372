//! Float weights as a safetensors file with PyTorch's names and layouts, so that it loads both ways.

use crate::error::{Error, FileFault, Result, WeightsError};
use crate::files::{self, TensorBytes};
use safetensors::{Dtype, SafeTensors};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// A float tensor, row-major.
#[derive(Debug, Clone, PartialEq)]
pub struct FloatTensor {
    /// Extents, outermost first.
    pub shape: Vec<usize>,
    /// Values, innermost extent contiguous.
    pub values: Vec<f32>,
}

/// Named float tensors (`encoder.0.weight`, `encoder.0.bias`, …).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Weights(pub BTreeMap<String, FloatTensor>);

impl Weights {
    /// The tensor called `name`.
    ///
    /// # Errors
    /// [`Error::Weights`] naming what is missing.
    pub fn get(&self, name: &str) -> Result<&FloatTensor> {
        Ok(self.0.get(name).ok_or_else(|| WeightsError::Missing(name.into()))?)
    }

    /// Writes a safetensors file; `metadata` goes to its `__metadata__`.
    ///
    /// # Errors
    /// [`Error::Io`] with the path.
    pub fn save(&self, path: impl AsRef<Path>, metadata: HashMap<String, String>) -> Result<()> {
        let tensors = self.0.iter().map(|(name, tensor)| TensorBytes {
            name: name.into(),
            dtype: Dtype::F32,
            shape: tensor.shape.clone(),
            bytes: tensor.values.iter().flat_map(|v| v.to_le_bytes()).collect(),
        });
        let out = files::safetensors(tensors, metadata).map_err(Error::safetensors(&path, "weights"))?;
        files::write_atomic(path, out)
    }

    /// Reads a safetensors file of f32 tensors; those of half precision (F16, BF16) are widened.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::Safetensors`] or [`Error::Content`] when it is no such file.
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        Self::from_bytes(&files::read(&path)?, path)
    }

    /// The weights in the bytes of such a file; `path` is for the message.
    ///
    /// # Errors
    /// As [`Weights::load`].
    pub fn from_bytes(raw: &[u8], path: impl AsRef<Path>) -> Result<Self> {
        let parsed = SafeTensors::deserialize(raw).map_err(Error::safetensors(&path, "weights"))?;
        let mut out = BTreeMap::new();
        for (name, view) in parsed.tensors() {
            let pairs = || view.data().as_chunks::<2>().0.iter();
            let values = match view.dtype() {
                Dtype::F32 => view.data().as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect(),
                Dtype::F16 => pairs().map(|b| half::f16::from_le_bytes(*b).to_f32()).collect(),
                Dtype::BF16 => pairs().map(|b| half::bf16::from_le_bytes(*b).to_f32()).collect(),
                found => {
                    let name = name.to_string();
                    return Err(Error::content(&path, FileFault::Type { name, found, expected: "F32, F16 or BF16" }));
                }
            };
            out.insert(name, FloatTensor { shape: view.shape().to_vec(), values });
        }
        Ok(Self(out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips_and_reads_half_precision() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("w.safetensors");
        let tensor = FloatTensor { shape: vec![2, 2], values: vec![1.0, -0.5, 3.25, 1e-3] };
        let weights = Weights(BTreeMap::from([("encoder.0.weight".to_string(), tensor)]));
        weights.save(&path, HashMap::new()).unwrap();
        assert_eq!(Weights::load(&path).unwrap(), weights);

        let bytes: Vec<u8> = [1.0_f32, -0.5].iter().flat_map(|v| half::f16::from_f32(*v).to_le_bytes()).collect();
        let view = safetensors::tensor::TensorView::new(Dtype::F16, vec![2], &bytes).unwrap();
        std::fs::write(&path, safetensors::serialize([("b", view)], None).unwrap()).unwrap();
        assert_eq!(Weights::load(&path).unwrap().get("b").unwrap().values, [1.0, -0.5]);
        std::fs::write(&path, b"not a file").unwrap();
        assert!(Weights::load(&path).unwrap_err().to_string().contains("w.safetensors"));
    }
}
