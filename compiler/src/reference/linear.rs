//! Fully connected.

use super::arith::finish;
use crate::graph::{Parameters, TensorInfo};

pub(super) fn linear(x: &[i8], input: &TensorInfo, output: &TensorInfo, p: &Parameters) -> Vec<i8> {
    (0..output.len())
        .map(|o| {
            let mut acc = p.bias[o];
            for i in 0..input.len() {
                let value = i32::from(x[i]) - input.zero_point;
                acc = acc.wrapping_add(value * i32::from(p.weights[o * input.len() + i]));
            }
            finish(acc, p, o, output)
        })
        .collect()
}
