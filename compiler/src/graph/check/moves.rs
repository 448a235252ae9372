//! Operators that move values, and tables.

use super::fault::{Between, Work, counted, ensure};
use super::geometry::in_reach;
use super::parameters;
use crate::error::LayerFault;
use crate::sizes::{product, sum};

/// The same number of channels in front and behind.
pub(super) fn keeps_channels(between: &Between<'_>) -> Result<(), LayerFault> {
    let [height, width, channels] = between.output.shape;
    shape(between, [height, width, between.input.shape[2]], channels == between.input.shape[2])
}

/// The same scale and zero point in front and behind.
pub(super) fn keeps_quantization(between: &Between<'_>) -> Result<(), LayerFault> {
    let (input, output) = (between.input, between.output);
    ensure((input.scale, input.zero_point) == (output.scale, output.zero_point), || LayerFault::Requantizes)
}

pub(super) fn table(between: &Between<'_>, table: &[i8]) -> Work {
    parameters::count("table entries", table.len(), 256)?;
    shape(between, between.input.shape, between.output.shape == between.input.shape)?;
    Ok(0)
}

pub(super) fn upsample(between: &Between<'_>, factor: [usize; 2]) -> Work {
    in_reach("factor", factor)?;
    let [height, width, channels] = between.input.shape;
    let expected = [counted(product(&[height, factor[0]]))?, counted(product(&[width, factor[1]]))?, channels];
    moved(between, expected)
}

pub(super) fn pad(between: &Between<'_>, [top, bottom, left, right]: [usize; 4]) -> Work {
    let [height, width, channels] = between.input.shape;
    let expected = [counted(sum(&[height, top, bottom]))?, counted(sum(&[width, left, right]))?, channels];
    moved(between, expected)
}

pub(super) fn trim(between: &Between<'_>) -> Work {
    let (input, output) = (between.input.shape, between.output.shape);
    keeps_channels(between)?;
    keeps_quantization(between)?;
    shape(between, input, output[0] <= input[0] && output[1] <= input[1])?;
    Ok(0)
}

pub(super) fn reshape(between: &Between<'_>) -> Work {
    keeps_quantization(between)?;
    let (input, output) = (counted(product(&between.input.shape))?, counted(product(&between.output.shape))?);
    ensure(input == output, || LayerFault::OutputShape {
        found: between.output.shape,
        expected: format!("one of {input} values"),
    })?;
    Ok(0)
}

fn moved(between: &Between<'_>, expected: [usize; 3]) -> Work {
    keeps_quantization(between)?;
    shape(between, expected, between.output.shape == expected)?;
    Ok(0)
}

fn shape(between: &Between<'_>, expected: [usize; 3], ok: bool) -> Result<(), LayerFault> {
    ensure(ok, || LayerFault::OutputShape { found: between.output.shape, expected: format!("{expected:?}") })
}
