//! A safetensors file in its two parts, so that changing one keeps the other in place.

use crc::{CRC_32_ISO_HDLC, Crc};
use picoae::plan::{Header, Stage};
use std::mem::{offset_of, size_of};

/// Header text and data of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    /// JSON, at least in a sound file.
    pub text: Vec<u8>,
    /// What lies behind it.
    pub data: Vec<u8>,
}

impl Container {
    /// `None` for bytes that are shorter than they announce.
    pub fn split(bytes: &[u8]) -> Option<Self> {
        let (length, rest) = bytes.split_first_chunk::<8>()?;
        let (text, data) = rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)?;
        Some(Self { text: text.to_vec(), data: data.to_vec() })
    }

    /// The bytes of the file.
    pub fn join(&self) -> Vec<u8> {
        let length = (self.text.len() as u64).to_le_bytes();
        [&length, self.text.as_slice(), &self.data].concat()
    }
}

/// Puts the right checksum into an artifact, so that its records are looked at. What is no artifact stays as it is.
pub fn repair_checksum(artifact: &mut [u8]) -> Option<()> {
    const AT: usize = offset_of!(Header, checksum);
    let length = usize::try_from(u64::from_le_bytes(*artifact.first_chunk()?)).ok()?;
    let plan = artifact.get_mut(length.checked_add(8)?..)?;
    let header: Header = bytemuck::pod_read_unaligned(plan.get(..size_of::<Header>())?);
    let bytes = size_of::<Header>() + usize::from(header.stages) * size_of::<Stage>() + header.data_bytes as usize;
    let plan = plan.get_mut(..bytes)?;
    plan[AT..AT + 4].fill(0);
    let checksum = Crc::<u32>::new(&CRC_32_ISO_HDLC).checksum(plan);
    plan[AT..AT + 4].copy_from_slice(&checksum.to_le_bytes());
    Some(())
}
