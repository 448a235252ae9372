//! Activations, requantizations and tables.

use super::reader::{Reader, Work};
use crate::error::{Fault, ensure};
use crate::schema::{code, kind};
use crate::tables;
use picoae_compiler::graph::{QOp, TensorInfo};

type Result<T> = std::result::Result<T, Fault>;

fn push(reader: &mut Reader, work: &Work, table: Vec<i8>, output: &TensorInfo) -> Result<()> {
    ensure(
        output.len() == work.input.len(),
        || "its output has another shape than its input".into(),
        "convert it again",
    )?;
    reader.push(QOp::Table(table), TensorInfo { shape: work.input.shape, ..*output })
}

pub(super) fn relu(reader: &mut Reader, work: &Work) -> Result<()> {
    let output = work.output()?;
    let activation = match work.operator.code {
        code::RELU => 1,
        code::RELU_N1_TO_1 => 2,
        _ => 3,
    };
    let kept = (output.scale, output.zero_point) == (work.input.scale, work.input.zero_point);
    // The interpreter moves the values of a bounded one and does not requantize them.
    ensure(
        activation == 1 || kept,
        || "its output has another quantization than its input".into(),
        "put a QUANTIZE behind it, or fuse it with the operator before",
    )?;
    let range = super::parameters::fused(activation, &output)?;
    push(reader, work, tables::clamped(&work.input, &output, range), &output)
}

pub(super) fn leaky_relu(reader: &mut Reader, work: &Work) -> Result<()> {
    let (output, slope) = (work.output()?, work.options()?.f32(0)?);
    let fits = (0.0..=1e6).contains(&slope) && work.input.scale / output.scale < 1e6;
    ensure(fits, || format!("its slope is {slope}"), "a slope from 0 on, and scales near to each other, are taken")?;
    push(reader, work, tables::leaky_relu(&work.input, &output, slope), &output)
}

pub(super) fn curve(reader: &mut Reader, work: &Work) -> Result<()> {
    let output = work.output()?;
    let (table, scale, zero_point) = match work.operator.code {
        code::LOGISTIC => (tables::logistic(&work.input), 1.0 / 256.0, -128),
        _ => (tables::tanh(&work.input), 1.0 / 128.0, 0),
    };
    let right = (output.scale, output.zero_point) == (scale, zero_point);
    ensure(
        right,
        || format!("its output has the scale {} and the zero point {}", output.scale, output.zero_point),
        "1/256 and -128 belong to LOGISTIC, 1/128 and 0 to TANH; put a QUANTIZE behind it",
    )?;
    push(reader, work, table, &output)
}

pub(super) fn quantize(reader: &mut Reader, work: &Work) -> Result<()> {
    if work.to.kind == kind::INT32 {
        // The index of a table: the value + 128.
        let plain =
            work.to.scales == [work.input.scale] && work.to.zero_points == [i64::from(work.input.zero_point) + 128];
        ensure(plain, || "it makes int32 values that are no index".into(), "int8 is taken")?;
        reader.index = true;
        return Ok(());
    }
    let output = work.output()?;
    let fits = f64::from(work.input.scale) / f64::from(output.scale) < 1e6;
    ensure(fits, || "its scales are too far apart".into(), "quantize the model again")?;
    push(reader, work, tables::requantized(&work.input, &output), &output)
}

pub(super) fn gather(reader: &mut Reader, work: &Work) -> Result<()> {
    let table = work.needed(0)?;
    let axis = work.operator.options.map_or(Ok(0), |options| options.i32(0, 0))?;
    let values = table.i8s()?;
    let fits = table.shape == [256] && values.len() == 256 && axis == 0;
    ensure(fits, || "it is no table of 256 int8 values".into(), "only a table of int8 values is taken")?;
    reader.index = false;
    push(reader, work, values.iter().map(|b| *b as i8).collect(), &work.output()?)
}
