//! Finds the plan in a safetensors file without parsing its JSON.

use crate::error::ModelError;

/// The data section of a safetensors file: behind an 8-byte little-endian length and that many bytes of JSON.
///
/// Source: the format's description in the safetensors repository.
pub(crate) fn data_of(bytes: &[u8]) -> Result<&[u8], ModelError> {
    let (length, rest) = bytes.split_first_chunk::<8>().ok_or(ModelError::Truncated("header length"))?;
    let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| ModelError::NotAnArtifact)?;
    if rest.first() != Some(&b'{') {
        return Err(ModelError::NotAnArtifact);
    }
    rest.get(length..).ok_or(ModelError::Truncated("data"))
}
