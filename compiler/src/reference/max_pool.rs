//! Max pooling.

use super::arith::{at, inside};
use crate::graph::{Geometry, TensorInfo};

pub(super) fn max_pool(x: &[i8], input: &TensorInfo, output: &TensorInfo, g: &Geometry, range: [i32; 2]) -> Vec<i8> {
    let [out_h, out_w, out_c] = output.shape;
    let mut y = Vec::with_capacity(output.len());
    for oy in 0..out_h {
        for ox in 0..out_w {
            for c in 0..out_c {
                let mut largest = i32::from(i8::MIN);
                for ky in 0..g.kernel[0] {
                    for kx in 0..g.kernel[1] {
                        let iy = (oy * g.stride[0] + ky) as isize - g.padding[0] as isize;
                        let ix = (ox * g.stride[1] + kx) as isize - g.padding[1] as isize;
                        if let (Some(iy), Some(ix)) = (inside(iy, input.shape[0]), inside(ix, input.shape[1])) {
                            largest = largest.max(i32::from(x[at(input.shape, iy, ix, c)]));
                        }
                    }
                }
                y.push(largest.clamp(range[0], range[1]) as i8);
            }
        }
    }
    y
}
