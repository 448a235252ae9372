//! What there is to say of a stage by its kernel: its checks, its routines, its records. The only list of kernels in the plan; each
//! entry is a file of [`params`].

use super::codes::{Kernel, Operator};
use super::fault::Fault;
use super::geometry::{ConvGeometry, CropPadGeometry, UpsampleGeometry, WindowGeometry};
use super::line_buffer::LineBuffer;
use super::params;
use super::span::Span;
use super::stage::Stage;
use crate::kernel_set::Routines;
use crate::record::{Field, Record};

/// Checks a stage for itself: its kernel's parameters and what they refer to.
pub(super) const fn check(stage: &Stage, data: &[u8]) -> Result<(), Fault> {
    let Some(operator) = Operator::from_code(stage.operator) else { return Err(Fault::OperatorUnknown) };
    match (operator, Kernel::from_code(stage.kernel)) {
        (_, Some(Kernel::Portable)) => params::portable::check(operator, stage, data),
        (Operator::DenseToMap, Some(Kernel::DenseToMapOneScale)) => params::dense_to_map::check(stage, data),
        (Operator::Conv, Some(Kernel::ConvDsp)) => params::conv_dsp::check(stage, data),
        (Operator::Conv, Some(Kernel::Conv1dC1Pool2)) => params::conv1d_c1_pool2::check(stage, data),
        (Operator::Conv, Some(Kernel::Im2colFewChannels)) => params::im2col_few_channels::check(stage, data),
        (Operator::Conv, Some(Kernel::ConvKronecker)) => params::conv_kronecker::check(stage, data),
        (Operator::Conv, Some(Kernel::Swar16)) => params::swar16::check(stage, data),
        (Operator::Conv, Some(Kernel::Swar21)) => params::swar21::check(stage, data),
        (Operator::Conv, Some(Kernel::Simd16)) => params::simd16::check(stage, data),
        _ => Err(Fault::KernelUnknown),
    }
}

/// Checks that the kernel can write into the line buffer `next` (`None`: behind the last stage) and stays inside the arena.
pub(super) const fn check_output(stage: &Stage, next: Option<&LineBuffer>, arena_bytes: u32) -> Result<(), Fault> {
    match Kernel::from_code(stage.kernel) {
        Some(Kernel::ConvDsp) => params::conv_dsp::check_output(stage, next, arena_bytes),
        Some(Kernel::Conv1dC1Pool2) => params::conv1d_c1_pool2::check_output(stage, next, arena_bytes),
        Some(Kernel::Im2colFewChannels) => params::im2col_few_channels::check_output(stage, next),
        Some(Kernel::DenseToMapOneScale) => params::dense_to_map::check_output(next),
        Some(Kernel::ConvKronecker) => params::conv_kronecker::check_output(stage, next, arena_bytes),
        Some(Kernel::Swar16 | Kernel::Swar21 | Kernel::Simd16) => match next {
            Some(next) if !next.is_bytes() => Err(Fault::OutputLayout),
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

/// The routines that `stage` calls; `next` is the line buffer that it writes to.
pub(crate) const fn routines(stage: &Stage, data: &[u8], next: Option<&LineBuffer>) -> Routines {
    let Some(operator) = Operator::from_code(stage.operator) else { return Routines::NONE };
    match Kernel::from_code(stage.kernel) {
        Some(Kernel::Portable) => params::portable::routines(operator, stage),
        Some(Kernel::ConvDsp) => params::conv_dsp::routines(stage, data, next),
        Some(Kernel::Conv1dC1Pool2) => params::conv1d_c1_pool2::routines(next),
        Some(Kernel::Im2colFewChannels) => params::im2col_few_channels::routines(stage, next),
        Some(Kernel::DenseToMapOneScale) => params::dense_to_map::routines(),
        Some(Kernel::ConvKronecker) => params::conv_kronecker::routines(stage, next),
        Some(Kernel::Swar16) => params::swar16::routines(stage),
        Some(Kernel::Swar21) => params::swar21::routines(stage, data),
        Some(Kernel::Simd16) => params::simd16::routines(),
        None => Routines::NONE,
    }
}

/// Name and fields of a record.
pub type RecordInfo = (&'static str, &'static [Field]);

/// Name and fields of a record type.
const fn info<R: Record>() -> RecordInfo {
    (R::NAME, R::FIELDS)
}

impl Stage {
    /// The record in `geometry`, where the operator has one.
    pub fn geometry_record(&self) -> Option<RecordInfo> {
        match Operator::from_code(self.operator)? {
            Operator::Conv => Some(info::<ConvGeometry>()),
            Operator::MaxPool | Operator::AvgPool => Some(info::<WindowGeometry>()),
            Operator::Upsample => Some(info::<UpsampleGeometry>()),
            Operator::CropPad => Some(info::<CropPadGeometry>()),
            Operator::Lut | Operator::Linear | Operator::DenseToMap | Operator::Reshape => None,
        }
    }

    /// The record in `parameters`, where the kernel has one.
    pub fn parameter_record(&self) -> Option<RecordInfo> {
        match (Kernel::from_code(self.kernel)?, Operator::from_code(self.operator)?) {
            (Kernel::Portable, Operator::Conv) => Some(info::<params::portable::ConvParams>()),
            (Kernel::Portable, Operator::MaxPool | Operator::AvgPool) => Some(info::<params::portable::PoolParams>()),
            (Kernel::Portable, Operator::Lut) => Some(info::<params::portable::LutParams>()),
            (Kernel::Portable, Operator::Linear | Operator::DenseToMap) => {
                Some(info::<params::portable::DenseParams>())
            }
            (Kernel::Portable, Operator::CropPad) => Some(info::<params::portable::CropPadParams>()),
            (Kernel::Portable, Operator::Upsample | Operator::Reshape) => None,
            (Kernel::ConvDsp, _) => Some(info::<params::conv_dsp::ConvDspParams>()),
            (Kernel::Conv1dC1Pool2, _) => Some(info::<params::conv1d_c1_pool2::Conv1dC1Params>()),
            (Kernel::Im2colFewChannels, _) => Some(info::<params::im2col_few_channels::Im2colParams>()),
            (Kernel::DenseToMapOneScale, _) => Some(info::<params::dense_to_map::DenseToMapParams>()),
            (Kernel::ConvKronecker, _) => Some(info::<params::conv_kronecker::KroneckerParams>()),
            (Kernel::Swar16, _) => Some(info::<params::swar16::Swar16Params>()),
            (Kernel::Swar21, _) => Some(info::<params::swar21::Swar21Params>()),
            (Kernel::Simd16, _) => Some(info::<params::simd16::Simd16Params>()),
        }
    }

    /// The parts of the constant data that the stage refers to.
    pub fn spans(&self) -> impl Iterator<Item = Span> {
        let geometry = self.geometry_record().map(|(_, fields)| (fields, bytemuck::bytes_of(&self.geometry)));
        let parameters = self.parameter_record().map(|(_, fields)| (fields, bytemuck::bytes_of(&self.parameters)));
        let records = geometry.into_iter().chain(parameters);
        records.flat_map(|(fields, bytes)| {
            fields.iter().flat_map(move |field| {
                // The nested record starts with two spans.
                let count = match field.kind {
                    "Span" => 1,
                    "OutputParams" => 2,
                    _ => 0,
                };
                let at = move |i: usize| bytes.get(field.offset + i * size_of::<Span>()..)?.get(..size_of::<Span>());
                (0..count).filter_map(at).map(bytemuck::pod_read_unaligned)
            })
        })
    }
}
