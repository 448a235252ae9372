//! The portable kernels: one for each operator. They read rows of bytes and write rows of bytes.

use super::output::OutputParams;
use crate::kernel_set::{Routine, Routines};
use crate::plan::codes::Operator;
use crate::plan::fault::Fault;
use crate::plan::geometry::taps;
use crate::plan::span::{Span, check, ensure, entries, in_range};
use crate::plan::stage::{PARAMETER_WORDS, Stage};
use crate::record::{record, words};

record! {
    /// Portable convolution. A branch's weights start at its number of weights and lie `[out][taps_h][taps_w][in / groups]`.
    #[derive(Eq)]
    pub struct ConvParams {
        /// int8 or int16 weights.
        pub weights: Span,
        /// int32 biases with the input's zero point folded in: `[branch][out]`.
        pub bias: Span,
        /// What becomes of an accumulator.
        pub output: OutputParams,
        /// Channel groups.
        pub groups: u16,
        /// Width of a weight: 8 or 16 bits.
        pub weight_bits: u8,
        /// 0.
        pub reserved: u8,
    }
}
words!(ConvParams in PARAMETER_WORDS);

record! {
    /// Dense layers: linear, weights `[row of the input][out][values of a row]`; to a map, weights `[out][in]`.
    #[derive(Eq)]
    pub struct DenseParams {
        /// int8 weights.
        pub weights: Span,
        /// int32 biases with the input's zero point folded in: `[out]`.
        pub bias: Span,
        /// What becomes of an accumulator.
        pub output: OutputParams,
    }
}
words!(DenseParams in PARAMETER_WORDS);

record! {
    /// Max pooling.
    #[derive(Eq)]
    pub struct PoolParams {
        /// Smallest output.
        pub act_min: i8,
        /// Largest output.
        pub act_max: i8,
        /// 0.
        pub reserved: u16,
    }
}
words!(PoolParams in PARAMETER_WORDS);

record! {
    /// A table on each value.
    #[derive(Eq)]
    pub struct LutParams {
        /// 256 int8, indexed by the value's bit pattern as unsigned.
        pub table: Span,
    }
}
words!(LutParams in PARAMETER_WORDS);

record! {
    /// Trim with padding.
    #[derive(Eq)]
    pub struct CropPadParams {
        /// What is put around: the zero point.
        pub zero_point: i16,
        /// 0.
        pub reserved: u16,
    }
}
words!(CropPadParams in PARAMETER_WORDS);

/// Checks a stage: behind this the portable kernel neither reads nor writes out of place.
pub(crate) const fn check(operator: Operator, stage: &Stage, data: &[u8]) -> Result<(), Fault> {
    let map = &stage.input;
    ensure!(map.is_bytes(), Fault::BufferLayout);
    ensure!(stage.out_height > 0 && stage.out_width > 0 && stage.out_channels > 0, Fault::Extent);
    let same_channels = map.channels == stage.out_channels;
    let outputs = stage.outputs();
    match operator {
        Operator::Conv => return conv(stage, data),
        Operator::MaxPool | Operator::AvgPool => {
            let (window, range) = (stage.window(), PoolParams::of(&stage.parameters));
            ensure!(same_channels, Fault::Channels);
            ensure!(range.act_min <= range.act_max, Fault::OutputRange);
            let positive = window.kernel_h > 0 && window.kernel_w > 0 && window.step_h > 0 && window.step_w > 0;
            // A mean's sum stays within 32 bits.
            let small = window.kernel_h as u64 * window.kernel_w as u64 <= 1 << 16;
            ensure!(positive && small, Fault::Geometry);
            let last = (stage.out_width as u64 - 1) * window.step_w as u64 + window.kernel_w as u64;
            ensure!(last <= map.padded_width() as u64, Fault::WindowOutside);
        }
        Operator::Upsample => {
            let factor = stage.upsample();
            ensure!(same_channels, Fault::Channels);
            ensure!(!map.is_padded(), Fault::Padding);
            ensure!(factor.factor_h > 0 && factor.factor_w > 0, Fault::Geometry);
            let rows = (stage.out_height as u64 - 1) / (factor.factor_h as u64) < map.height as u64;
            let columns = (stage.out_width as u64 - 1) / (factor.factor_w as u64) < map.width as u64;
            ensure!(rows && columns, Fault::Values);
        }
        Operator::Lut => {
            ensure!(same_channels, Fault::Channels);
            ensure!(!map.is_padded(), Fault::Padding);
            ensure!(stage.out_height <= map.height && stage.out_width <= map.width, Fault::Values);
            let table = check!(entries(data, LutParams::of(&stage.parameters).table, 1, 1));
            ensure!(table == 256, Fault::TableLength);
        }
        Operator::Linear => {
            let row = stage.out_height == 1 && stage.out_width == 1;
            ensure!(!map.is_padded() && row, Fault::GeometryForKernel);
            ensure!(stage.scratch.bytes as u64 == outputs * 4, Fault::ScratchSmall);
            ensure!(stage.tile == 1, Fault::Tile);
            return dense(stage, data, map.height as u64 * map.row_len() as u64);
        }
        Operator::DenseToMap => {
            ensure!(!map.is_padded() && map.height == 1 && map.width == 1, Fault::GeometryForKernel);
            return dense(stage, data, map.channels as u64);
        }
        Operator::CropPad => {
            let (geometry, zero_point) = (stage.crop_pad(), CropPadParams::of(&stage.parameters).zero_point);
            ensure!(same_channels, Fault::Channels);
            ensure!(!map.is_padded(), Fault::Padding);
            ensure!(geometry.crop_left < map.width && geometry.crop_top < map.height, Fault::Values);
            ensure!(in_range(zero_point as i64, -128, 127), Fault::OutputRange);
        }
        Operator::Reshape => {
            ensure!(!map.is_padded(), Fault::Padding);
            ensure!(outputs <= map.height as u64 * map.row_len() as u64, Fault::Values);
        }
    }
    Ok(())
}

/// A dense layer of `inputs` inputs.
const fn dense(stage: &Stage, data: &[u8], inputs: u64) -> Result<(), Fault> {
    let (params, outputs) = (DenseParams::of(&stage.parameters), stage.outputs());
    let weights = check!(entries(data, params.weights, 1, 1)) as u64;
    ensure!(inputs.checked_mul(outputs).is_some(), Fault::WeightCount);
    ensure!(weights == inputs * outputs, Fault::WeightCount);
    ensure!(check!(entries(data, params.bias, 4, 4)) as u64 == outputs, Fault::BiasCount);
    let scales = check!(params.output.check(data)) as u64;
    ensure!(scales == 1 || scales == outputs, Fault::ScaleCount);
    Ok(())
}

const fn conv(stage: &Stage, data: &[u8]) -> Result<(), Fault> {
    let (params, conv) = (ConvParams::of(&stage.parameters), stage.conv());
    let (outputs, inputs, groups) = (stage.out_channels as u64, stage.input.channels as u64, params.groups as u64);
    let divides = groups > 0 && outputs.is_multiple_of(groups) && inputs.is_multiple_of(groups);
    ensure!(divides, Fault::Groups);
    ensure!(params.weight_bits == 8 || params.weight_bits == 16, Fault::PackingUnknown);
    let branches = check!(conv.check(stage, data));
    let width = params.weight_bits as usize / 8;
    let weights = check!(entries(data, params.weights, width, width)) as u64;
    let mut i = 0;
    while i < branches.len() {
        let branch = branches.get(i);
        // Products of at most four u16.
        let own = (outputs * (inputs / groups)) as u128 * taps(&branch) as u128;
        ensure!(own + branch.weights as u128 <= weights as u128, Fault::BranchWeights);
        i += 1;
    }
    ensure!(check!(entries(data, params.bias, 4, 4)) as u64 == branches.len() as u64 * outputs, Fault::BiasCount);
    let scales = check!(params.output.check(data)) as u64;
    ensure!(scales == 1 || scales == outputs, Fault::ScaleCount);
    Ok(())
}

/// The portable kernel's routine.
pub(crate) const fn routines(operator: Operator, stage: &Stage) -> Routines {
    Routines::NONE.with(match operator {
        Operator::Conv if ConvParams::of(&stage.parameters).weight_bits == 16 => Routine::ConvI16,
        Operator::Conv => Routine::ConvI8,
        Operator::MaxPool => Routine::MaxPool,
        Operator::AvgPool => Routine::AvgPool,
        Operator::Upsample => Routine::Upsample,
        Operator::Lut => Routine::Lut,
        Operator::Linear => Routine::Linear,
        Operator::DenseToMap => Routine::DenseToMap,
        Operator::CropPad => Routine::CropPad,
        Operator::Reshape => Routine::Reshape,
    })
}
