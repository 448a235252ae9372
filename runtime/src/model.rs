//! A checked plan.

use crate::container;
use crate::error::ModelError;
use crate::kernels::{ALL_KERNELS, needed};
use crate::plan::{self, Header, MAGIC, PlanError, Span, Stage, Tensor, VERSION};
use crate::threshold::{Statistics, Threshold};
use bytemuck::Pod;

/// Puts bytes on a multiple of 8, as an artifact must lie: `static FILE: Aligned<[u8; N]> = Aligned(*include_bytes!(…));`
#[repr(C, align(8))]
#[derive(Debug, Clone, Copy)]
pub struct Aligned<T: ?Sized>(pub T);

impl<const N: usize> AsMut<[u8]> for Aligned<[u8; N]> {
    fn as_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

/// A plan as static Rust data, as the trainer writes it in `device.rs`.
#[derive(Debug, Clone, Copy)]
pub struct Parts<'a> {
    /// The whole model.
    pub header: &'a Header,
    /// The pipeline.
    pub stages: &'a [Stage],
    /// Weights, biases, tables.
    pub data: &'a Aligned<[u8]>,
}

/// A model that can be run: every offset, length and shape in it has been checked. Three references; nothing is copied.
///
/// `KERNELS` says which kernels its stages call, a bit each (see [`Model::kernels`]): a program that only runs models with
/// few kernels does not hold the others.
#[derive(Debug, Clone, Copy)]
pub struct Model<'a, const KERNELS: u64 = ALL_KERNELS> {
    pub(crate) header: &'a Header,
    pub(crate) stages: &'a [Stage],
    pub(crate) data: &'a [u8],
}

impl<'a> Model<'a> {
    /// Reads an artifact (`device.safetensors`) in place. `bytes` must start on a multiple of 8, see [`Aligned`].
    ///
    /// # Errors
    /// A [`ModelError`] for anything but an intact artifact: truncated, altered (checksum), inconsistent, misaligned.
    pub fn from_bytes(bytes: &'a [u8]) -> Result<Self, ModelError> {
        let data = container::data_of(bytes)?;
        let (header, rest) = data.split_at_checked(size_of::<Header>()).ok_or(ModelError::Truncated("plan header"))?;
        let header: &Header = bytemuck::try_from_bytes(header).map_err(|_| ModelError::Misaligned)?;
        if header.magic != MAGIC {
            return Err(ModelError::NotAnArtifact);
        }
        if header.version != VERSION {
            return Err(ModelError::Version(header.version));
        }
        let (stages, rest) = rest
            .split_at_checked(usize::from(header.stages) * size_of::<Stage>())
            .ok_or(ModelError::Truncated("stages"))?;
        let data = rest.get(..header.data_bytes as usize).ok_or(ModelError::Truncated("constant data"))?;
        let model =
            Self { header, stages: bytemuck::try_cast_slice(stages).map_err(|_| ModelError::Misaligned)?, data };
        if model.checksum() != header.checksum {
            return Err(ModelError::Checksum);
        }
        Self::from_records(header, model.stages, data)
    }

    /// Takes records from anywhere; `data` must start on a multiple of 4.
    ///
    /// # Errors
    /// [`ModelError::Misaligned`] where it does not, [`ModelError::Plan`] when the records do not fit together.
    pub fn from_records(header: &'a Header, stages: &'a [Stage], data: &'a [u8]) -> Result<Self, ModelError> {
        if data.as_ptr().align_offset(4) != 0 {
            return Err(ModelError::Misaligned);
        }
        plan::check(header, stages, data)?;
        Ok(Self { header, stages, data })
    }
}

impl<'a, const KERNELS: u64> Model<'a, KERNELS> {
    /// Takes a plan that was compiled in. In a constant or static, the compiler checks it and the program only holds the
    /// result: `static MODEL: Model<'_> = match Model::from_parts(&PARTS) { … }`.
    ///
    /// # Errors
    /// When the records do not fit together, or call a kernel that is not in `KERNELS`; those that the trainer writes do
    /// neither.
    pub const fn from_parts(parts: &Parts<'a>) -> Result<Self, PlanError> {
        let model = Self { header: parts.header, stages: parts.stages, data: &parts.data.0 };
        if let Err(error) = plan::check(model.header, model.stages, model.data) {
            return Err(error);
        }
        if model.kernels() & !KERNELS != 0 {
            return Err(PlanError { stage: None, what: "a stage calls a kernel that the model's type leaves out" });
        }
        Ok(model)
    }

    /// The kernels that the stages call.
    pub const fn kernels(&self) -> u64 {
        let (mut kernels, mut s) = (0, 0);
        while s < self.stages.len() {
            let next = if s + 1 < self.stages.len() { Some(&self.stages[s + 1].input) } else { None };
            kernels |= needed(&self.stages[s], self.data, next);
            s += 1;
        }
        kernels
    }

    /// CRC-32 of the plan as it would stand in an artifact.
    pub fn checksum(&self) -> u32 {
        let crc = crc::Crc::<u32, crc::NoTable>::new(&crc::CRC_32_ISO_HDLC);
        let mut digest = crc.digest();
        digest.update(bytemuck::bytes_of(&Header { checksum: 0, ..*self.header }));
        digest.update(bytemuck::cast_slice(self.stages));
        digest.update(self.data);
        digest.finalize()
    }

    /// Bytes of working memory that a [`crate::Scorer`] needs.
    pub const fn arena_bytes(&self) -> usize {
        self.header.arena_bytes as usize
    }

    /// What goes in.
    pub const fn input(&self) -> &'a Tensor {
        &self.header.input
    }

    /// What the encoder makes of it.
    pub const fn latent(&self) -> &'a Tensor {
        &self.header.latent
    }

    /// What comes out.
    pub const fn output(&self) -> &'a Tensor {
        &self.header.output
    }

    /// The header record.
    pub const fn header(&self) -> &'a Header {
        self.header
    }

    /// The pipeline.
    pub const fn stages(&self) -> &'a [Stage] {
        self.stages
    }

    /// The limits that came with the model.
    pub fn threshold(&self) -> Threshold {
        Threshold { lower: self.header.lower, upper: self.header.upper }
    }

    /// What is needed to turn a score into a single number.
    pub fn statistics(&self) -> Statistics {
        Statistics { median: self.header.median, log_low: self.header.log_low, log_high: self.header.log_high }
    }

    /// The int8 value of a sample in real units: scaled, rounded to nearest with ties away from zero, clamped.
    ///
    /// Uses one division and one rounding in single precision, which every IEEE 754 implementation, software ones
    /// included, computes alike.
    pub fn quantize(&self, value: f32) -> i8 {
        let scaled = value / self.header.input.scale;
        let rounded = if scaled.is_nan() { 0.0 } else { scaled.clamp(-1024.0, 1024.0) };
        let integer = (rounded + if rounded < 0.0 { -0.5 } else { 0.5 }) as i32;
        (integer + i32::from(self.header.input.zero_point)).clamp(-128, 127) as i8
    }
}

/// The typed content of a span of `data`; empty where the span does not fit.
pub(crate) fn typed<T: Pod>(data: &[u8], span: Span) -> &[T] {
    let start = span.offset as usize;
    let end = start.saturating_add(span.bytes as usize);
    data.get(start..end).and_then(|b| bytemuck::try_cast_slice(b).ok()).unwrap_or(&[])
}
