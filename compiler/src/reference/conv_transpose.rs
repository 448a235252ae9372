//! Transposed convolution: every input value adds its products to the outputs it reaches.

use super::arith::{at, finish, inside};
use crate::graph::{Geometry, Parameters, TensorInfo};

pub(super) fn conv_transpose(
    x: &[i8],
    input: &TensorInfo,
    output: &TensorInfo,
    g: &Geometry,
    p: &Parameters,
) -> Vec<i8> {
    let [height, width, channels] = input.shape;
    let [out_h, out_w, out_c] = output.shape;
    let mut sums: Vec<i32> = (0..output.len()).map(|i| p.bias[i % out_c]).collect();
    for iy in 0..height {
        for ix in 0..width {
            for ky in 0..g.kernel[0] {
                for kx in 0..g.kernel[1] {
                    let oy = (iy * g.stride[0] + ky) as isize - g.padding[0] as isize;
                    let ox = (ix * g.stride[1] + kx) as isize - g.padding[1] as isize;
                    let (Some(oy), Some(ox)) = (inside(oy, out_h), inside(ox, out_w)) else { continue };
                    for oc in 0..out_c {
                        for ic in 0..channels {
                            let value = i32::from(x[at(input.shape, iy, ix, ic)]) - input.zero_point;
                            let weight = p.weights[((oc * g.kernel[0] + ky) * g.kernel[1] + kx) * channels + ic];
                            let sum = &mut sums[at(output.shape, oy, ox, oc)];
                            *sum = sum.wrapping_add(value * i32::from(weight));
                        }
                    }
                }
            }
        }
    }
    sums.iter().enumerate().map(|(i, acc)| finish(*acc, p, i % out_c, output)).collect()
}
