//! Layers with weights.

use super::file::{File, Kind, extents};
use super::layers::{code_of, flatten, fused, pad_in_front, padding, reshape, slice};
use super::scales;
use super::table::limited;
use crate::error::Fault;
use crate::flat::{Node, Value};
use crate::padding::Padding;
use crate::schema::{code, options};
use picoae_compiler::graph::{Geometry, Parameters, TensorInfo};

type Result = std::result::Result<(), Fault>;

fn number(n: usize) -> Value {
    Value::I32(n as i32)
}

/// Biases with the scales that belong to them.
fn bias(file: &mut File, input: &TensorInfo, name: &str, p: &Parameters, weights: &[f32]) -> i32 {
    let scales = weights.iter().map(|w| input.scale * w).collect();
    file.numbers(&format!("{name}/bias"), vec![p.bias.len() as i32], &p.bias, scales)
}

/// What a layer's operator is called, and its fused activation; where there is none, a table follows.
fn named(name: &str, activation: Option<u8>) -> (String, u8) {
    activation.map_or_else(|| (format!("{name}/whole"), 0), |activation| (name.to_string(), activation))
}

pub(super) fn conv(
    file: &mut File,
    [input, output]: [&TensorInfo; 2],
    name: &str,
    g: &Geometry,
    p: &Parameters,
) -> Result {
    let weight_scales = scales::all(p, [input, output])?;
    let padding = padding(input.shape, output.shape, g).unwrap_or_else(|sides| {
        pad_in_front(file, input, name, sides);
        Padding::Valid
    });
    let (channels, outputs, taps) = (input.shape[2], output.shape[2], g.kernel[0] * g.kernel[1]);
    let (made, activation) = named(name, fused(p.range, output));
    let filter = format!("{name}/weight");
    let kernel = g.kernel.map(|n| n as i32);
    let dilation = [number(g.dilation[1]), number(g.dilation[0])];
    let mut settings: Node = vec![(0, code_of(padding)), (1, number(g.stride[1])), (2, number(g.stride[0]))];
    let kind: Kind;
    let from = file.current();
    let scales_of_weights = weight_scales.clone();
    let filter = if g.groups == channels && channels > 1 {
        kind = (code::DEPTHWISE_CONV, 3, options::DEPTHWISE);
        settings.extend([(3, number(outputs / channels)), (4, Value::U8(activation))]);
        settings.extend([5, 6].into_iter().zip(dilation));
        // From channels outermost to channels innermost.
        let values = (0..outputs * taps).map(|i| p.weights[i % outputs * taps + i / outputs]);
        let shape = vec![1, kernel[0], kernel[1], outputs as i32];
        file.weights(&filter, shape, values, scales_of_weights, 0, 3)
    } else {
        kind = (code::CONV, 3, options::CONV);
        settings.push((3, Value::U8(activation)));
        settings.extend([4, 5].into_iter().zip(dilation));
        let shape = vec![outputs as i32, kernel[0], kernel[1], (channels / g.groups) as i32];
        file.weights(&filter, shape, p.weights.iter().copied(), scales_of_weights, 0, 0)
    };
    let bias = bias(file, input, name, p, &weight_scales);
    file.operator(kind, vec![from, filter, bias], settings, &made, output);
    if made != name {
        limited(file, output, name, p.range);
    }
    Ok(())
}

pub(super) fn transposed(
    file: &mut File,
    [input, output]: [&TensorInfo; 2],
    name: &str,
    g: &Geometry,
    p: &Parameters,
) -> Result {
    let weight_scales = scales::all(p, [input, output])?;
    let same = (0..2).all(|d| {
        let windows = Padding::Same.windows(output.shape[d], g.kernel[d], g.stride[d]);
        windows == Some([input.shape[d], g.padding[d]])
    });
    let mut whole = *output;
    if !same {
        // Everything that is reached, of which a part is taken.
        for d in 0..2 {
            let reached = (input.shape[d] - 1) * g.stride[d] + g.kernel[d];
            whole.shape[d] = reached.max(g.padding[d] + output.shape[d]);
        }
    }
    let shape = vec![output.shape[2] as i32, g.kernel[0] as i32, g.kernel[1] as i32, input.shape[2] as i32];
    let from = file.current();
    let size = file.numbers(&format!("{name}/size"), vec![4], &extents(whole.shape), Vec::new());
    let filter = file.weights(&format!("{name}/weight"), shape, p.weights.iter().copied(), weight_scales.clone(), 0, 0);
    let bias = bias(file, input, name, p, &weight_scales);
    let padding = if same { Padding::Same } else { Padding::Valid };
    let settings = vec![(0, code_of(padding)), (1, number(g.stride[1])), (2, number(g.stride[0])), (3, Value::U8(0))];
    let kind = (code::TRANSPOSE_CONV, 3, options::TRANSPOSE_CONV);
    let (cut, limit) = (whole.shape != output.shape, p.range != [-128, 127]);
    let called = |last: bool, what: &str| if last { name.to_string() } else { format!("{name}/{what}") };
    file.operator(kind, vec![size, filter, from, bias], settings, &called(!cut && !limit, "whole"), &whole);
    if cut {
        slice(file, output, &called(!limit, "part"), g.padding);
    }
    if limit {
        limited(file, output, name, p.range);
    }
    Ok(())
}

/// A dense layer; one with a scale for each output is a convolution of one position, which every interpreter has such
/// scales for.
pub(super) fn linear(file: &mut File, [input, output]: [&TensorInfo; 2], name: &str, p: &Parameters) -> Result {
    let (values, outputs) = (input.len(), output.len());
    let list = TensorInfo { shape: [1, 1, values], ..*input };
    let made = TensorInfo { shape: [1, 1, outputs], ..*output };
    let shaped = output.shape != made.shape;
    let last = if shaped { format!("{name}/values") } else { name.to_string() };
    if p.scales.len() > 1 {
        if input.shape != list.shape {
            reshape(file, &list, &format!("{name}/list"));
        }
        let g = Geometry { kernel: [1, 1], stride: [1, 1], padding: [0, 0], dilation: [1, 1], groups: 1 };
        conv(file, [&list, &made], &last, &g, p)?;
    } else {
        let weight_scales = scales::all(p, [input, output])?;
        flatten(file, &list, &format!("{name}/list"));
        let (called, activation) = named(name, fused(p.range, output));
        let from = file.current();
        let shape = vec![outputs as i32, values as i32];
        let weights = p.weights.iter().copied();
        let filter = file.weights(&format!("{name}/weight"), shape, weights, weight_scales.clone(), 0, 0);
        let bias = bias(file, input, name, p, &weight_scales);
        let settings = vec![(0, Value::U8(activation)), (1, Value::U8(0)), (2, Value::U8(0))];
        let kind = (code::FULLY_CONNECTED, 4, options::FULLY_CONNECTED);
        file.list_operator(kind, vec![from, filter, bias], settings, &format!("{called}/dense"), &made);
        if called != name {
            reshape(file, &made, &format!("{name}/map"));
            limited(file, &made, &last, p.range);
        } else if !shaped {
            reshape(file, &made, name);
        }
    }
    if shaped {
        reshape(file, output, name);
    }
    Ok(())
}
