//! Poolings and what moves values.

use super::file::{File, extents};
use super::table::limited;
use crate::error::Fault;
use crate::flat::{Node, Value};
use crate::nearest::is_upsampling;
use crate::padding::Padding;
use crate::schema::{code, options};
use crate::tables;
use picoae_compiler::graph::{Geometry, TensorInfo};

/// How windows are padded: as an operator does by itself, or else by how much on each side in front of it.
pub(super) fn padding(input: [usize; 3], output: [usize; 3], g: &Geometry) -> Result<Padding, [usize; 4]> {
    let span = |d: usize| (g.kernel[d] - 1) * g.dilation[d] + 1;
    let is = |padding: Padding| {
        (0..2).all(|d| padding.windows(input[d], span(d), g.stride[d]) == Some([output[d], g.padding[d]]))
    };
    if let Some(own) = [Padding::Valid, Padding::Same].into_iter().find(|padding| is(*padding)) {
        return Ok(own);
    }
    let behind = |d: usize| ((output[d] - 1) * g.stride[d] + span(d)).saturating_sub(input[d] + g.padding[d]);
    Err([g.padding[0], behind(0), g.padding[1], behind(1)])
}

/// The code of a fused activation with this range.
pub(super) fn fused(range: [i32; 2], output: &TensorInfo) -> Option<u8> {
    (0..4).find(|activation| tables::range(*activation, output) == Some(range))
}

pub(super) fn code_of(padding: Padding) -> Value {
    Value::U8(if padding == Padding::Same { 0 } else { 1 })
}

fn padded(shape: [usize; 3], [top, bottom, left, right]: [usize; 4]) -> [usize; 3] {
    [shape[0] + top + bottom, shape[1] + left + right, shape[2]]
}

fn sides_of(file: &mut File, name: &str, [top, bottom, left, right]: [usize; 4]) -> i32 {
    let sides = [0, 0, top, bottom, left, right, 0, 0].map(|n| n as i32);
    file.numbers(&format!("{name}/paddings"), vec![4, 2], &sides, Vec::new())
}

/// Pads with the zero point in front of a layer.
pub(super) fn pad_in_front(file: &mut File, input: &TensorInfo, name: &str, sides: [usize; 4]) {
    pad(file, &TensorInfo { shape: padded(input.shape, sides), ..*input }, &format!("{name}/padded"), sides);
}

pub(super) fn pad(file: &mut File, output: &TensorInfo, name: &str, sides: [usize; 4]) {
    let (from, sides) = (file.current(), sides_of(file, name, sides));
    file.operator((code::PAD, 2, options::PAD), vec![from, sides], Node::new(), name, output);
}

fn window(g: &Geometry, padding: Padding, fused: u8) -> Node {
    let number = |n: usize| Value::I32(n as i32);
    vec![
        (0, code_of(padding)),
        (1, number(g.stride[1])),
        (2, number(g.stride[0])),
        (3, number(g.kernel[1])),
        (4, number(g.kernel[0])),
        (5, Value::U8(fused)),
    ]
}

pub(super) fn max_pool(file: &mut File, [input, output]: [&TensorInfo; 2], name: &str, g: &Geometry, range: [i32; 2]) {
    let padding = padding(input.shape, output.shape, g).unwrap_or_else(|sides| {
        // Padding that never wins.
        let (from, paddings) = (file.current(), sides_of(file, name, sides));
        let lowest = file.weights(
            &format!("{name}/lowest"),
            vec![1],
            [-128].into_iter(),
            vec![input.scale],
            input.zero_point,
            0,
        );
        let map = TensorInfo { shape: padded(input.shape, sides), ..*input };
        let padded = format!("{name}/padded");
        file.operator((code::PAD_V2, 2, options::PAD_V2), vec![from, paddings, lowest], Node::new(), &padded, &map);
        Padding::Valid
    });
    let activation = fused(range, output);
    let made = if activation.is_some() { name.to_string() } else { format!("{name}/whole") };
    let from = vec![file.current()];
    file.operator((code::MAX_POOL, 2, options::POOL), from, window(g, padding, activation.unwrap_or(0)), &made, output);
    if activation.is_none() {
        limited(file, output, name, range);
    }
}

pub(super) fn avg_pool(file: &mut File, output: &TensorInfo, name: &str, g: &Geometry) {
    let from = vec![file.current()];
    file.operator((code::AVERAGE_POOL, 2, options::POOL), from, window(g, Padding::Valid, 0), name, output);
}

pub(super) fn upsample(file: &mut File, [input, output]: [&TensorInfo; 2], name: &str) -> Result<(), Fault> {
    let exact = |centres| (0..2).all(|d| is_upsampling([input.shape[d], output.shape[d]], false, centres));
    let centres = [false, true].into_iter().find(|centres| exact(*centres)).ok_or_else(|| {
        Fault::refused(
            "its factor and extents are none that 32-bit floats repeat exactly",
            "upsample by a smaller factor",
        )
    })?;
    let size = [output.shape[0], output.shape[1]].map(|n| n as i32);
    let inputs = vec![file.current(), file.numbers(&format!("{name}/size"), vec![2], &size, Vec::new())];
    let settings = vec![(0, Value::U8(0)), (1, Value::U8(u8::from(centres)))];
    file.operator(
        (code::RESIZE_NEAREST, if centres { 3 } else { 2 }, options::RESIZE_NEAREST),
        inputs,
        settings,
        name,
        output,
    );
    Ok(())
}

/// The part of the map from `first` on that is as large as the output.
pub(super) fn slice(file: &mut File, output: &TensorInfo, name: &str, first: [usize; 2]) {
    let begin = [0, first[0], first[1], 0].map(|n| n as i32);
    let from = file.current();
    let begin = file.numbers(&format!("{name}/begin"), vec![4], &begin, Vec::new());
    let size = file.numbers(&format!("{name}/size"), vec![4], &extents(output.shape), Vec::new());
    file.operator((code::SLICE, 2, options::SLICE), vec![from, begin, size], Node::new(), name, output);
}

pub(super) fn reshape(file: &mut File, output: &TensorInfo, name: &str) {
    let shape = extents(output.shape);
    let inputs = vec![file.current(), file.numbers(&format!("{name}/shape"), vec![4], &shape, Vec::new())];
    file.operator((code::RESHAPE, 1, options::RESHAPE), inputs, vec![(0, Value::I32s(shape))], name, output);
}

/// The same values as a list.
pub(super) fn flatten(file: &mut File, input: &TensorInfo, name: &str) {
    let shape = vec![1, input.len() as i32];
    let inputs = vec![file.current(), file.numbers(&format!("{name}/shape"), vec![2], &shape, Vec::new())];
    file.list_operator((code::RESHAPE, 1, options::RESHAPE), inputs, vec![(0, Value::I32s(shape))], name, input);
}
