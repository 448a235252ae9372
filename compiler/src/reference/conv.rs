//! Convolution.

use super::arith::{at, finish, inside};
use crate::graph::{Geometry, Parameters, TensorInfo};

pub(super) fn conv(x: &[i8], input: &TensorInfo, output: &TensorInfo, g: &Geometry, p: &Parameters) -> Vec<i8> {
    let [height, width, channels] = input.shape;
    let [out_h, out_w, out_c] = output.shape;
    let per_group = channels / g.groups;
    let mut y = Vec::with_capacity(output.len());
    for oy in 0..out_h {
        for ox in 0..out_w {
            for oc in 0..out_c {
                let group = oc / (out_c / g.groups);
                let mut acc = p.bias[oc];
                for ky in 0..g.kernel[0] {
                    for kx in 0..g.kernel[1] {
                        let iy = (oy * g.stride[0] + ky * g.dilation[0]) as isize - g.padding[0] as isize;
                        let ix = (ox * g.stride[1] + kx * g.dilation[1]) as isize - g.padding[1] as isize;
                        // Padding reads as the zero point: it adds nothing.
                        let (Some(iy), Some(ix)) = (inside(iy, height), inside(ix, width)) else { continue };
                        for ic in 0..per_group {
                            let value =
                                i32::from(x[at(input.shape, iy, ix, group * per_group + ic)]) - input.zero_point;
                            let weight = p.weights[((oc * g.kernel[0] + ky) * g.kernel[1] + kx) * per_group + ic];
                            acc = acc.wrapping_add(value * i32::from(weight));
                        }
                    }
                }
                y.push(finish(acc, p, oc, output));
            }
        }
    }
    y
}
