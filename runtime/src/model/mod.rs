//! A checked plan.

mod container;

use crate::error::ModelError;
use crate::input::{Encodings, SampleKind, Unit};
use crate::kernel_set::{KernelSet, NativeKernels, Routine, Routines};
use crate::plan::kernel::routines;
use crate::plan::span::cast_span;
use crate::plan::verify::verify;
use crate::plan::{
    CoarseModel, DEFAULT_WORK_LIMIT, Fault, Header, MAGIC, Part, PartLimits, PlanError, Stage, Tensor, VERSION,
};
use crate::score::{Score, ScoreReference, Scored, Threshold, Verdict, breach};
use core::marker::PhantomData;

/// Puts bytes on a multiple of 8, as an artifact must lie: `static FILE: Aligned<[u8; N]> = Aligned(*include_bytes!(…));`
#[repr(C, align(8))]
#[derive(Debug, Clone, Copy)]
pub struct Aligned<T: ?Sized>(pub T);

impl<const N: usize> AsMut<[u8]> for Aligned<[u8; N]> {
    fn as_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

/// A plan as static Rust data, as the compiler writes it in `device.rs`.
#[derive(Debug, Clone, Copy)]
pub struct PlanParts<'a> {
    /// The whole model.
    pub header: &'a Header,
    /// The pipeline.
    pub stages: &'a [Stage],
    /// Weights, biases, tables.
    pub data: &'a Aligned<[u8]>,
}

/// A model that can be run: every offset, length and shape in it has been checked. Three references; nothing is copied.
///
/// `K` says which routines its stages call (see [`Model::routines`]): a program that only runs models with few of them does
/// not hold the others.
#[derive(Debug)]
pub struct Model<'a, K: KernelSet = NativeKernels> {
    pub(crate) header: &'a Header,
    pub(crate) stages: &'a [Stage],
    pub(crate) data: &'a [u8],
    kernels: PhantomData<K>,
}

impl<K: KernelSet> Clone for Model<'_, K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K: KernelSet> Copy for Model<'_, K> {}

impl<'a> Model<'a> {
    /// Reads an artifact (`device.safetensors`) in place. `bytes` must start on a multiple of 8, see [`Aligned`]. Its work may
    /// be at most [`DEFAULT_WORK_LIMIT`].
    ///
    /// # Errors
    /// A [`ModelError`] for anything but an intact artifact: truncated, altered (checksum), inconsistent, misaligned, of
    /// another version, asking for more work.
    pub fn from_bytes(bytes: &'a [u8]) -> Result<Self, ModelError> {
        Self::from_bytes_within(bytes, DEFAULT_WORK_LIMIT)
    }

    /// As [`Model::from_bytes`], for a model whose window may take up to `work_limit` steps of about a multiply-accumulate
    /// (see [`Stage::work`]). The limit also bounds the time that reading takes.
    ///
    /// # Errors
    /// As [`Model::from_bytes`].
    pub fn from_bytes_within(bytes: &'a [u8], work_limit: u64) -> Result<Self, ModelError> {
        let data = container::data_of(bytes)?;
        // Magic and version come first, so that an artifact of another version is named whatever else changed.
        let Some((&[m0, m1, m2, m3, v0, v1], _)) = data.split_first_chunk::<6>() else {
            return Err(ModelError::Truncated("plan header"));
        };
        if [m0, m1, m2, m3] != MAGIC {
            return Err(ModelError::NotAnArtifact);
        }
        let version = u16::from_le_bytes([v0, v1]);
        if version != VERSION {
            return Err(ModelError::Version(version));
        }
        if cfg!(target_endian = "big") {
            return Err(ModelError::ByteOrder);
        }
        let (header, left) = data.split_at_checked(size_of::<Header>()).ok_or(ModelError::Truncated("plan header"))?;
        let header: &Header = bytemuck::try_from_bytes(header).map_err(|_| ModelError::Misaligned)?;
        let (stages, left) = left
            .split_at_checked(usize::from(header.stages) * size_of::<Stage>())
            .ok_or(ModelError::Truncated("stages"))?;
        let data = left.get(..header.data_bytes as usize).ok_or(ModelError::Truncated("constant data"))?;
        let stages = bytemuck::try_cast_slice(stages).map_err(|_| ModelError::Misaligned)?;
        let model = Self { header, stages, data, kernels: PhantomData };
        if model.checksum() != header.checksum {
            return Err(ModelError::Checksum);
        }
        Self::from_records_within(header, stages, data, work_limit)
    }

    /// Takes records from anywhere; `data` must start on a multiple of 4. Their work may be at most [`DEFAULT_WORK_LIMIT`].
    ///
    /// # Errors
    /// [`ModelError::Misaligned`] where it does not, [`ModelError::Plan`] when the records do not fit together.
    pub fn from_records(header: &'a Header, stages: &'a [Stage], data: &'a [u8]) -> Result<Self, ModelError> {
        Self::from_records_within(header, stages, data, DEFAULT_WORK_LIMIT)
    }

    /// As [`Model::from_records`], with a limit of the work.
    ///
    /// # Errors
    /// As [`Model::from_records`].
    pub fn from_records_within(
        header: &'a Header,
        stages: &'a [Stage],
        data: &'a [u8],
        work_limit: u64,
    ) -> Result<Self, ModelError> {
        if data.as_ptr().align_offset(4) != 0 {
            return Err(ModelError::Misaligned);
        }
        verify::<NativeKernels>(header, stages, data, work_limit)?;
        Ok(Self { header, stages, data, kernels: PhantomData })
    }
}

impl<'a, K: KernelSet> Model<'a, K> {
    /// Takes a plan that was compiled in. In a constant or static, the compiler checks it and the program only holds the
    /// result: `static MODEL: Model<'_> = match Model::from_parts(&PARTS) { … }`. Its work is not limited.
    ///
    /// # Errors
    /// When the records do not fit together, or call a routine that is not in `K`; those that the compiler writes do neither.
    pub const fn from_parts(parts: &PlanParts<'a>) -> Result<Self, PlanError> {
        let model = Self { header: parts.header, stages: parts.stages, data: &parts.data.0, kernels: PhantomData };
        if let Err(error) = verify::<K>(model.header, model.stages, model.data, u64::MAX) {
            return Err(error);
        }
        if !model.routines().are_in::<K>() {
            return Err(PlanError { stage: None, fault: Fault::RoutineMissing });
        }
        Ok(model)
    }

    /// The routines that the stages call.
    pub const fn routines(&self) -> Routines {
        let (mut all, mut s) = (Routines::NONE, 0);
        while s < self.stages.len() {
            let next = if s + 1 < self.stages.len() { Some(&self.stages[s + 1].input) } else { None };
            all = all.and(routines(&self.stages[s], self.data, next));
            s += 1;
        }
        let parts = self.header.part_set();
        all.with_if(parts.contains(Part::Coarse), Routine::CoarsePart)
            .with_if(parts.contains(Part::Flat), Routine::FlatPart)
            .with_if(parts.contains(Part::Latent), Routine::LatentPart)
            .with_if(parts.contains(Part::Channel), Routine::ChannelPart)
            .with_if(self.header.hop > 0, Routine::Stream)
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

    /// Multiply-accumulates of a window, padding included; see `Stage::work`.
    pub const fn work(&self) -> u64 {
        self.header.work
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

    /// What a score needs of it.
    #[inline(always)]
    pub(crate) const fn scored(&self) -> Scored<'a> {
        Scored { header: self.header, data: self.data }
    }

    /// Whether it scores an endless stream: the window of the last steps every so many.
    #[inline(always)]
    pub(crate) fn is_stream(&self) -> bool {
        K::STREAM && self.header.hop > 0
    }

    /// Steps of the window that a verdict is of.
    pub const fn window(&self) -> usize {
        if self.header.hop > 0 {
            self.header.window as usize
        } else {
            self.header.input.len() / self.header.step as usize
        }
    }

    /// Steps from one verdict to the next.
    pub const fn hop(&self) -> usize {
        if self.header.hop > 0 { self.header.hop as usize } else { self.window() }
    }

    /// The header record.
    pub const fn header(&self) -> &'a Header {
        self.header
    }

    /// The pipeline.
    pub const fn stages(&self) -> &'a [Stage] {
        self.stages
    }

    /// The parts of the score that it uses, with their limits and where they usually lie.
    pub fn limits(&self) -> &'a [PartLimits] {
        cast_span(self.data, self.header.limits)
    }

    /// The limits that came with the model.
    pub fn threshold(&self) -> Threshold {
        let with = |all: Threshold, limits: &PartLimits| match Part::from_code(limits.part) {
            Some(part) => all.with(part, limits.lower(), limits.upper()),
            None => all,
        };
        self.limits().iter().fold(Threshold::OPEN, with)
    }

    /// What is needed to turn a score into a single number.
    pub fn reference(&self) -> ScoreReference {
        let with = |all: ScoreReference, limits: &PartLimits| match Part::from_code(limits.part) {
            Some(part) => all.with(part, limits.median, limits.log_low, limits.log_high),
            None => all,
        };
        self.limits().iter().fold(ScoreReference::NONE, with)
    }

    /// What the limits that came with the model say of a score.
    pub fn verdict(&self, score: Score) -> Verdict {
        Verdict::of(score, breach(&score, self.limits()))
    }

    /// What the coarse part takes normal windows for; `None` where the model has no such part.
    pub fn coarse(&self) -> Option<&'a CoarseModel> {
        cast_span(self.data, self.header.coarse).first()
    }

    /// What samples are.
    pub const fn sample_kind(&self) -> SampleKind {
        // Any other code was refused.
        match SampleKind::from_code(self.header.sample_kind) {
            Some(kind) => kind,
            None => SampleKind::Physical,
        }
    }

    /// How samples become int8, channel by channel.
    pub fn encodings(&self) -> Encodings<'a> {
        match self.sample_kind() {
            SampleKind::Counts => Encodings::Counts(cast_span(self.data, self.header.encodings)),
            SampleKind::Physical => Encodings::Physical(cast_span(self.data, self.header.encodings)),
        }
    }

    /// The encoding of a channel of a model whose samples are `U`. One at a time, because the length of a list of them takes a
    /// division.
    #[inline(always)]
    pub(crate) fn encoding<U: Unit>(&self, channel: usize) -> Option<&'a U::Encoding> {
        let bytes = size_of::<U::Encoding>();
        let at = self.header.encodings.offset as usize + channel * bytes;
        bytemuck::try_from_bytes(self.data.get(at..at + bytes)?).ok()
    }

    /// The int8 value of a network's value in real units (not of a sample, see [`Model::encodings`]): [`crate::quantize()`].
    pub fn quantize(&self, value: f32) -> i8 {
        crate::arith::quantize(value, self.header.input.scale, i32::from(self.header.input.zero_point))
    }
}
