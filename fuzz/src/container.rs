//! A safetensors file in its two parts, so that changing one keeps the other in place.

use crc::{CRC_32_ISO_HDLC, Crc};
use picoae::plan::{Header, Stage, work};

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

/// Puts the right checksum and the right work into an artifact, so that its records are looked at. What is no artifact stays as
/// it is.
pub fn repair(artifact: &mut [u8]) -> Option<()> {
    let length = usize::try_from(u64::from_le_bytes(*artifact.first_chunk()?)).ok()?;
    let plan = artifact.get_mut(length.checked_add(8)?..)?;
    let (mut header, stages) = records(plan)?;
    let records_bytes = size_of::<Header>() + size_of_val(stages.as_slice());
    let plan = plan.get_mut(..records_bytes + header.data_bytes as usize)?;
    header.work = work(&stages, &plan[records_bytes..]);
    header.checksum = 0;
    write_header(plan, &header);
    header.checksum = Crc::<u32>::new(&CRC_32_ISO_HDLC).checksum(plan);
    write_header(plan, &header);
    Some(())
}

/// Gives the tensors of a plan's header, and the line buffer behind each stage, the shapes that the stages make.
pub fn mend_shapes(plan: &mut [u8]) -> Option<()> {
    let (mut header, mut stages) = records(plan)?;
    for s in 1..stages.len() {
        let before = stages[s - 1];
        let input = &mut stages[s].input;
        (input.height, input.width, input.channels) = (before.out_height, before.out_width, before.out_channels);
    }
    let (first, last) = (stages.first()?.input, stages.last()?);
    let latent = stages.get(usize::from(header.encoder_stages).checked_sub(1)?)?;
    (header.input.height, header.input.width, header.input.channels) = (first.height, first.width, first.channels);
    for (tensor, stage) in [(&mut header.output, last), (&mut header.latent, latent)] {
        (tensor.height, tensor.width, tensor.channels) = (stage.out_height, stage.out_width, stage.out_channels);
    }
    write_header(plan, &header);
    let stages: &[u8] = bytemuck::cast_slice(&stages);
    plan[size_of::<Header>()..][..stages.len()].copy_from_slice(stages);
    Some(())
}

fn records(plan: &[u8]) -> Option<(Header, Vec<Stage>)> {
    let (header, rest) = plan.split_at_checked(size_of::<Header>())?;
    let header: Header = bytemuck::pod_read_unaligned(header);
    let stages = rest.get(..usize::from(header.stages) * size_of::<Stage>())?;
    Some((header, stages.chunks_exact(size_of::<Stage>()).map(bytemuck::pod_read_unaligned).collect()))
}

fn write_header(plan: &mut [u8], header: &Header) {
    plan[..size_of::<Header>()].copy_from_slice(bytemuck::bytes_of(header));
}
