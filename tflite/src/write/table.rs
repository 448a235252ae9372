//! Tables: an activation's operator where one gives the table, else a look-up.

use super::file::{File, Kind};
use crate::flat::{Node, Value};
use crate::schema::{code, options};
use crate::tables;
use picoae_compiler::graph::TensorInfo;

/// Writes a table.
pub(super) fn table(file: &mut File, [input, output]: [&TensorInfo; 2], name: &str, values: &[i8]) {
    let (kind, settings) = operator(input, output, values).unwrap_or_else(|| {
        look_up(file, input, name);
        ((code::GATHER, 2, options::GATHER), vec![(0, Value::I32(0))])
    });
    let from = file.current();
    let inputs = if kind.0 == code::GATHER {
        let scales = vec![output.scale];
        let table =
            file.weights(&format!("{name}/table"), vec![256], values.iter().copied(), scales, output.zero_point, 0);
        vec![table, from]
    } else {
        vec![from]
    };
    file.operator(kind, inputs, settings, name, output);
}

/// Keeps what was made last within a range that no fused activation has.
pub(super) fn limited(file: &mut File, info: &TensorInfo, name: &str, range: [i32; 2]) {
    table(file, [info, info], name, &tables::limited(range));
}

/// The values + 128 in 32 bits, an index.
fn look_up(file: &mut File, input: &TensorInfo, name: &str) {
    let index = TensorInfo { zero_point: input.zero_point + 128, ..*input };
    let from = vec![file.current()];
    file.index_operator((code::QUANTIZE, 2, options::QUANTIZE), from, Node::new(), &format!("{name}/index"), &index);
}

/// An activation with this very table.
fn operator(input: &TensorInfo, output: &TensorInfo, values: &[i8]) -> Option<(Kind, Node)> {
    let is = |scale: f32, zero_point| (output.scale, output.zero_point) == (scale, zero_point);
    if tables::requantized(input, output) == values {
        return Some(((code::QUANTIZE, 2, options::QUANTIZE), Node::new()));
    }
    if is(1.0 / 256.0, -128) && tables::logistic(input) == values {
        return Some(((code::LOGISTIC, 2, 0), Node::new()));
    }
    if is(1.0 / 128.0, 0) && tables::tanh(input) == values {
        return Some(((code::TANH, 2, 0), Node::new()));
    }
    if tables::range(1, output).is_some_and(|range| tables::clamped(input, output, range) == values) {
        return Some(((code::RELU, 2, 0), Node::new()));
    }
    let slope =
        slopes(input, output, values).into_iter().find(|slope| tables::leaky_relu(input, output, *slope) == values)?;
    Some(((code::LEAKY_RELU, 2, options::LEAKY_RELU), vec![(0, Value::F32(slope))]))
}

/// Slopes below zero that a table may come of: what its lowest value says, with one to six digits.
fn slopes(input: &TensorInfo, output: &TensorInfo, values: &[i8]) -> Vec<f32> {
    let x = f64::from(-128 - input.zero_point) * f64::from(input.scale);
    let y = f64::from(i32::from(values[0]) - output.zero_point) * f64::from(output.scale);
    let estimate = if x < 0.0 { y / x } else { 0.01 };
    let near = (0..7).map(|digits| {
        let unit = 10f64.powi(digits);
        ((estimate * unit).round() / unit) as f32
    });
    near.chain([0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.3, estimate as f32])
        .filter(|slope| (0.0..=1e6).contains(slope))
        .collect()
}
