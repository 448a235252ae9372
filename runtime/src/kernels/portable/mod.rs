//! The portable kernels: one operator a file, each making one output row. Any processor runs them.

mod avg_pool;
mod conv;
mod crop_pad;
mod dense_to_map;
mod dot;
pub(crate) mod linear;
mod lut;
mod max_pool;
mod reshape;
mod upsample;

use super::task::Task;
use crate::kernel_set::KernelSet;
use crate::plan::Operator;
use crate::plan::params::portable::ConvParams;

/// Makes one output row of a stage that works row by row (everything but [`Operator::Linear`]).
pub(crate) fn run<K: KernelSet>(operator: Operator, task: &mut Task<'_>) {
    match operator {
        Operator::Conv if K::CONV_I16 && ConvParams::of(&task.stage.parameters).weight_bits == 16 => {
            conv::row::<i16>(task);
        }
        Operator::Conv if K::CONV_I8 => conv::row::<i8>(task),
        Operator::MaxPool if K::MAX_POOL => max_pool::row(task),
        Operator::AvgPool if K::AVG_POOL => avg_pool::row(task),
        Operator::Upsample if K::UPSAMPLE => upsample::row(task),
        Operator::Lut if K::LUT => lut::row(task),
        Operator::DenseToMap if K::DENSE_TO_MAP => dense_to_map::row(task),
        Operator::CropPad if K::CROP_PAD => crop_pad::row(task),
        Operator::Reshape if K::RESHAPE => reshape::row(task),
        _ => {}
    }
}
