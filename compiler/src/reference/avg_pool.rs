//! Average pooling without padding, rounded to nearest with ties away from zero.

use super::arith::at;
use crate::graph::{Geometry, TensorInfo};

pub(super) fn avg_pool(x: &[i8], input: &TensorInfo, output: &TensorInfo, g: &Geometry) -> Vec<i8> {
    let [out_h, out_w, out_c] = output.shape;
    let count = (g.kernel[0] * g.kernel[1]) as i32;
    let mut y = Vec::with_capacity(output.len());
    for oy in 0..out_h {
        for ox in 0..out_w {
            for c in 0..out_c {
                let mut sum = 0_i32;
                for ky in 0..g.kernel[0] {
                    for kx in 0..g.kernel[1] {
                        sum += i32::from(x[at(input.shape, oy * g.stride[0] + ky, ox * g.stride[1] + kx, c)]);
                    }
                }
                let half = count / 2;
                let mean = if sum > 0 { (sum + half) / count } else { (sum - half) / count };
                y.push(mean.clamp(-128, 127) as i8);
            }
        }
    }
    y
}
