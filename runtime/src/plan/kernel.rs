//! What there is to say of a stage by its kernel: its checks, its routines, its records. The only list of kernels in the plan; each
//! entry is a file of [`params`].

use super::alarm_rule::AlarmRule;
use super::branches::Branch;
use super::coarse::CoarseModel;
use super::codes::{Kernel, Operator};
use super::fault::Fault;
use super::geometry::{ConvGeometry, CropPadGeometry, UpsampleGeometry, WindowGeometry};
use super::header::{Header, Tensor};
use super::line_buffer::LineBuffer;
use super::params;
use super::part_limits::PartLimits;
use super::span::Span;
use super::stage::Stage;
use crate::arith::{FusedRequant, HighMulRequant, MulhRequant, Scale};
use crate::input::{CountsEncoding, PhysicalEncoding};
use crate::kernel_set::{
    KernelSet, Routines, any_block_dense, any_conv_dsp, any_conv1d_c1, any_depthwise_dsp, any_swar16, any_swar21,
    reads_packed_rows,
};
use crate::record::{Field, Record};

/// Checks a stage for itself: its kernel's parameters and what they refer to.
pub(super) const fn check<K: KernelSet>(stage: &Stage, data: &[u8]) -> Result<(), Fault> {
    let Some(operator) = Operator::from_code(stage.operator) else { return Err(Fault::OperatorUnknown) };
    let kernel = Kernel::from_code(stage.kernel);
    if let Some(kernel) = kernel
        && !is_held::<K>(kernel)
    {
        return Err(Fault::KernelMissing);
    }
    // Checks of kernels that are not held are dropped with them.
    match (operator, kernel) {
        (_, Some(Kernel::Portable)) => params::portable::check(operator, stage, data),
        (Operator::DenseToMap, Some(Kernel::DenseToMapOneScale)) if is_held::<K>(Kernel::DenseToMapOneScale) => {
            params::dense_to_map::check(stage, data)
        }
        (Operator::Conv, Some(Kernel::ConvDsp)) if is_held::<K>(Kernel::ConvDsp) => {
            params::conv_dsp::check(stage, data)
        }
        (Operator::Conv, Some(Kernel::Conv1dC1Pool2)) if is_held::<K>(Kernel::Conv1dC1Pool2) => {
            params::conv1d_c1_pool2::check(stage, data)
        }
        (Operator::Conv, Some(Kernel::Im2colFewChannels)) if is_held::<K>(Kernel::Im2colFewChannels) => {
            params::im2col_few_channels::check(stage, data)
        }
        (Operator::Conv, Some(Kernel::ConvKronecker)) if is_held::<K>(Kernel::ConvKronecker) => {
            params::conv_kronecker::check(stage, data)
        }
        (Operator::Conv, Some(Kernel::DepthwiseDsp)) if is_held::<K>(Kernel::DepthwiseDsp) => {
            params::depthwise_dsp::check(stage, data)
        }
        (Operator::Conv, Some(Kernel::BlockDense)) if is_held::<K>(Kernel::BlockDense) => {
            params::block_dense::check(stage, data)
        }
        (Operator::Conv, Some(Kernel::Swar16)) if is_held::<K>(Kernel::Swar16) => {
            params::swar16_check::check(stage, data)
        }
        (Operator::Conv, Some(Kernel::Swar21)) if is_held::<K>(Kernel::Swar21) => params::swar21::check(stage, data),
        (Operator::Conv, Some(Kernel::Simd16)) if is_held::<K>(Kernel::Simd16) => params::simd16::check(stage, data),
        _ => Err(Fault::KernelUnknown),
    }
}

/// Whether a program with the routines `K` holds any of `kernel`.
const fn is_held<K: KernelSet>(kernel: Kernel) -> bool {
    match kernel {
        Kernel::Portable => true,
        Kernel::ConvDsp => any_conv_dsp::<K>(),
        Kernel::Conv1dC1Pool2 => any_conv1d_c1::<K>(),
        Kernel::Im2colFewChannels => K::IM2COL,
        Kernel::DenseToMapOneScale => K::DENSE_TO_MAP_ONE_SCALE,
        Kernel::ConvKronecker => reads_packed_rows::<K>(),
        Kernel::DepthwiseDsp => any_depthwise_dsp::<K>(),
        Kernel::BlockDense => any_block_dense::<K>(),
        Kernel::Swar16 => any_swar16::<K>() || K::SWAR16_DUAL_PHASE,
        Kernel::Swar21 => any_swar21::<K>(),
        Kernel::Simd16 => K::SIMD16,
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
        Some(Kernel::DepthwiseDsp) => params::depthwise_dsp::check_output(stage, next),
        Some(Kernel::BlockDense) => params::block_dense::check_output(stage, next),
        Some(Kernel::Swar16 | Kernel::Swar21 | Kernel::Simd16) => match next {
            Some(next) if !next.is_bytes() => Err(Fault::OutputLayout),
            _ => Ok(()),
        },
        _ => Ok(()),
    }
}

/// Whether working memory keeps something from tile to tile: a linear layer's sums, what `conv_kronecker` carries. That of
/// other stages is empty between two tiles, so stages share it.
pub const fn keeps_scratch(stage: &Stage) -> bool {
    stage.operator == Operator::Linear.code() || stage.kernel == Kernel::ConvKronecker.code()
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
        Some(Kernel::DepthwiseDsp) => params::depthwise_dsp::routines(stage, next),
        Some(Kernel::BlockDense) => params::block_dense::routines(stage),
        Some(Kernel::Swar16) => params::swar16::routines(stage),
        Some(Kernel::Swar21) => params::swar21::routines(stage, data),
        Some(Kernel::Simd16) => params::simd16::routines(),
        None => Routines::NONE,
    }
}

/// Channel groups of a convolution.
pub(super) const fn groups(stage: &Stage) -> u16 {
    match Kernel::from_code(stage.kernel) {
        Some(Kernel::Portable) => params::portable::ConvParams::of(&stage.parameters).groups,
        Some(Kernel::DepthwiseDsp) => stage.input.channels,
        _ => 1,
    }
}

/// Name, bytes and fields of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordInfo {
    /// Name of the type.
    pub name: &'static str,
    /// Bytes.
    pub bytes: usize,
    /// Its fields, in their order.
    pub fields: &'static [Field],
}

impl RecordInfo {
    /// What there is to say of a record type.
    pub const fn of<R: Record>() -> Self {
        Self { name: R::NAME, bytes: size_of::<R>(), fields: R::FIELDS }
    }
}

/// Every record: the header and what it holds, a stage and what it holds, geometries, parameters, what lies in the data.
pub const ALL: [RecordInfo; 35] = [
    RecordInfo::of::<Header>(),
    RecordInfo::of::<Tensor>(),
    RecordInfo::of::<CountsEncoding>(),
    RecordInfo::of::<PhysicalEncoding>(),
    RecordInfo::of::<PartLimits>(),
    RecordInfo::of::<CoarseModel>(),
    RecordInfo::of::<AlarmRule>(),
    RecordInfo::of::<Stage>(),
    RecordInfo::of::<LineBuffer>(),
    RecordInfo::of::<Span>(),
    RecordInfo::of::<ConvGeometry>(),
    RecordInfo::of::<WindowGeometry>(),
    RecordInfo::of::<UpsampleGeometry>(),
    RecordInfo::of::<CropPadGeometry>(),
    RecordInfo::of::<params::output::OutputParams>(),
    RecordInfo::of::<params::portable::ConvParams>(),
    RecordInfo::of::<params::portable::PoolParams>(),
    RecordInfo::of::<params::portable::LutParams>(),
    RecordInfo::of::<params::portable::DenseParams>(),
    RecordInfo::of::<params::portable::CropPadParams>(),
    RecordInfo::of::<params::conv_dsp::ConvDspParams>(),
    RecordInfo::of::<params::conv1d_c1_pool2::Conv1dC1Params>(),
    RecordInfo::of::<params::im2col_few_channels::Im2colParams>(),
    RecordInfo::of::<params::dense_to_map::DenseToMapParams>(),
    RecordInfo::of::<params::conv_kronecker::KroneckerParams>(),
    RecordInfo::of::<params::depthwise_dsp::DepthwiseDspParams>(),
    RecordInfo::of::<params::block_dense::BlockDenseParams>(),
    RecordInfo::of::<params::swar16::Swar16Params>(),
    RecordInfo::of::<params::swar21::Swar21Params>(),
    RecordInfo::of::<params::simd16::Simd16Params>(),
    RecordInfo::of::<Branch>(),
    RecordInfo::of::<Scale>(),
    RecordInfo::of::<HighMulRequant>(),
    RecordInfo::of::<FusedRequant>(),
    RecordInfo::of::<MulhRequant>(),
];

impl Stage {
    /// The record in `geometry`, where the operator has one.
    pub fn geometry_record(&self) -> Option<RecordInfo> {
        match Operator::from_code(self.operator)? {
            Operator::Conv => Some(RecordInfo::of::<ConvGeometry>()),
            Operator::MaxPool | Operator::AvgPool => Some(RecordInfo::of::<WindowGeometry>()),
            Operator::Upsample => Some(RecordInfo::of::<UpsampleGeometry>()),
            Operator::CropPad => Some(RecordInfo::of::<CropPadGeometry>()),
            Operator::Lut | Operator::Linear | Operator::DenseToMap | Operator::Reshape => None,
        }
    }

    /// The record in `parameters`, where the kernel has one.
    pub fn parameter_record(&self) -> Option<RecordInfo> {
        match (Kernel::from_code(self.kernel)?, Operator::from_code(self.operator)?) {
            (Kernel::Portable, Operator::Conv) => Some(RecordInfo::of::<params::portable::ConvParams>()),
            (Kernel::Portable, Operator::MaxPool | Operator::AvgPool) => {
                Some(RecordInfo::of::<params::portable::PoolParams>())
            }
            (Kernel::Portable, Operator::Lut) => Some(RecordInfo::of::<params::portable::LutParams>()),
            (Kernel::Portable, Operator::Linear | Operator::DenseToMap) => {
                Some(RecordInfo::of::<params::portable::DenseParams>())
            }
            (Kernel::Portable, Operator::CropPad) => Some(RecordInfo::of::<params::portable::CropPadParams>()),
            (Kernel::Portable, Operator::Upsample | Operator::Reshape) => None,
            (Kernel::ConvDsp, _) => Some(RecordInfo::of::<params::conv_dsp::ConvDspParams>()),
            (Kernel::Conv1dC1Pool2, _) => Some(RecordInfo::of::<params::conv1d_c1_pool2::Conv1dC1Params>()),
            (Kernel::Im2colFewChannels, _) => Some(RecordInfo::of::<params::im2col_few_channels::Im2colParams>()),
            (Kernel::DenseToMapOneScale, _) => Some(RecordInfo::of::<params::dense_to_map::DenseToMapParams>()),
            (Kernel::ConvKronecker, _) => Some(RecordInfo::of::<params::conv_kronecker::KroneckerParams>()),
            (Kernel::DepthwiseDsp, _) => Some(RecordInfo::of::<params::depthwise_dsp::DepthwiseDspParams>()),
            (Kernel::BlockDense, _) => Some(RecordInfo::of::<params::block_dense::BlockDenseParams>()),
            (Kernel::Swar16, _) => Some(RecordInfo::of::<params::swar16::Swar16Params>()),
            (Kernel::Swar21, _) => Some(RecordInfo::of::<params::swar21::Swar21Params>()),
            (Kernel::Simd16, _) => Some(RecordInfo::of::<params::simd16::Simd16Params>()),
        }
    }

    /// The parts of the constant data that the stage refers to.
    pub fn spans(&self) -> impl Iterator<Item = Span> {
        let geometry = self.geometry_record().map(|record| (record.fields, bytemuck::bytes_of(&self.geometry)));
        let parameters = self.parameter_record().map(|record| (record.fields, bytemuck::bytes_of(&self.parameters)));
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
