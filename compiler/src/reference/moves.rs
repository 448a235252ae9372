//! Operators that move values and compute nothing: upsampling, padding, trimming.

use super::arith::at;
use crate::graph::TensorInfo;

fn gather(output: &TensorInfo, value: impl Fn(usize, usize, usize) -> i8) -> Vec<i8> {
    let [height, width, channels] = output.shape;
    let mut y = Vec::with_capacity(output.len());
    for oy in 0..height {
        for ox in 0..width {
            for c in 0..channels {
                y.push(value(oy, ox, c));
            }
        }
    }
    y
}

pub(super) fn upsample(x: &[i8], input: &TensorInfo, output: &TensorInfo, factor: [usize; 2]) -> Vec<i8> {
    gather(output, |oy, ox, c| x[at(input.shape, oy / factor[0], ox / factor[1], c)])
}

pub(super) fn pad(x: &[i8], input: &TensorInfo, output: &TensorInfo, [top, _, left, _]: [usize; 4]) -> Vec<i8> {
    let [height, width, _] = input.shape;
    gather(output, |oy, ox, c| match (oy.checked_sub(top), ox.checked_sub(left)) {
        (Some(iy), Some(ix)) if iy < height && ix < width => x[at(input.shape, iy, ix, c)],
        _ => input.zero_point as i8,
    })
}

pub(super) fn trim(x: &[i8], input: &TensorInfo, output: &TensorInfo) -> Vec<i8> {
    gather(output, |oy, ox, c| x[at(input.shape, oy, ox, c)])
}
