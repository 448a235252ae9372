//! `dense_to_map`: a dense layer from a short vector to a map, with one requantization for all its outputs.

use super::output::high_mul_fit;
use crate::kernel_set::{Routine, Routines};
use crate::plan::fault::Fault;
use crate::plan::line_buffer::LineBuffer;
use crate::plan::span::{Span, check, ensure, entries};
use crate::plan::stage::{PARAMETER_WORDS, Stage};
use crate::record::{record, words};

record! {
    /// Dense layer to a map.
    #[derive(Eq)]
    pub struct DenseToMapParams {
        /// int8 weights `[out][in]`.
        pub weights: Span,
        /// int32 biases, doubled, with the input's zero point folded in: `[out]`.
        pub bias: Span,
        /// One `HighMulRequant` record.
        pub scale: Span,
        /// 256 int16: entry v + 128 is what is stored for v.
        pub table: Span,
    }
}
words!(DenseToMapParams in PARAMETER_WORDS);

/// Checks a stage of this kernel.
pub(crate) const fn check(stage: &Stage, data: &[u8]) -> Result<(), Fault> {
    let (map, params) = (&stage.input, DenseToMapParams::of(&stage.parameters));
    ensure!(map.is_bytes(), Fault::BufferLayout);
    ensure!(map.height == 1 && map.width == 1 && !map.is_padded(), Fault::GeometryForKernel);
    ensure!(stage.out_height > 0 && stage.out_width > 0 && stage.out_channels > 0, Fault::Extent);
    ensure!(stage.tile > 0, Fault::Tile);
    let outputs = stage.outputs();
    ensure!(check!(entries(data, params.bias, 4, 4)) as u64 == outputs, Fault::BiasCount);
    let weights = check!(entries(data, params.weights, 1, 1)) as u64;
    ensure!(weights == outputs * map.channels as u64, Fault::WeightCount);
    check!(high_mul_fit(data, params.scale, 1));
    ensure!(check!(entries(data, params.table, 2, 2)) == 256, Fault::TableLength);
    Ok(())
}

/// Checks that the outputs find their layout behind the stage.
pub(crate) const fn check_output(next: Option<&LineBuffer>) -> Result<(), Fault> {
    match next {
        Some(next) if next.is_packed() => Err(Fault::OutputLayout),
        _ => Ok(()),
    }
}

/// The routine of this kernel.
pub(crate) const fn routines() -> Routines {
    Routines::NONE.with(Routine::DenseToMapOneScale)
}
