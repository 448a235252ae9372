//! `device.safetensors`: a valid safetensors file whose data section starts with the plan, so that a device needs no
//! JSON.

use crate::error::{Error, Result};
use crate::files::{self, TensorBytes};
use crate::lower::Lowered;
use picoae::Model;
use picoae::plan::{Header, Stage, VERSION};
use safetensors::Dtype;
use std::collections::HashMap;
use std::path::Path;

/// The bytes of `device.safetensors`: one tensor `plan` of U8, its first byte on a multiple of 8 of the file.
///
/// # Errors
/// [`Error::Invalid`] never for a plan that was lowered here.
pub fn blob(lowered: &Lowered) -> Result<Vec<u8>> {
    let mut plan = Vec::new();
    plan.extend_from_slice(bytemuck::bytes_of::<Header>(&lowered.header));
    plan.extend_from_slice(bytemuck::cast_slice::<Stage, u8>(&lowered.stages));
    plan.extend_from_slice(lowered.data());
    let about = format!("plan {VERSION}, model {}, arena {} bytes", lowered.name, lowered.header.arena_bytes);
    let about = HashMap::from([("picoae".to_string(), about)]);
    let tensor = TensorBytes { name: "plan".into(), dtype: Dtype::U8, shape: vec![plan.len()], bytes: plan.into() };
    files::safetensors([tensor], about).map_err(|e| Error::invalid(e.to_string()))
}

/// The bytes of an artifact where a model can be read from: on a multiple of 8.
#[derive(Debug, Clone)]
pub struct AlignedBlob {
    words: Vec<u64>,
    bytes: usize,
}

impl AlignedBlob {
    /// Copies `bytes`.
    pub fn new(bytes: &[u8]) -> Self {
        let mut words = vec![0_u64; bytes.len().div_ceil(8)];
        bytemuck::cast_slice_mut::<u64, u8>(&mut words)[..bytes.len()].copy_from_slice(bytes);
        Self { words, bytes: bytes.len() }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`Error::Io`] with the path.
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        Ok(Self::new(&files::read(path)?))
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &bytemuck::cast_slice(&self.words)[..self.bytes]
    }

    /// The model in them; `path` is for the message.
    ///
    /// # Errors
    /// [`Error::File`] when they are no intact artifact.
    pub fn model(&self, path: impl AsRef<Path>) -> Result<Model<'_>> {
        Model::from_bytes(self.bytes()).map_err(|e| Error::file(path, e.to_string()))
    }
}
