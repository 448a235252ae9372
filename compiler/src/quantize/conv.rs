//! Convolutions and transposed ones: one weight scale an output channel, PyTorch's order of axes into the integer
//! network's.

use super::parameters::{Around, Trained};
use crate::graph::{Geometry, QOp};
use crate::spec::layers::{Conv, ConvTranspose};

/// `[out][in / groups][kh][kw]` to `[out][kh][kw][in / groups]`.
pub(super) fn conv(layer: &Conv, trained: &Trained<'_>, around: &Around<'_>) -> QOp {
    let Conv { kernel, stride, padding, dilation, groups, .. } = *layer;
    let per_group = layer.input / groups;
    let at = |o: usize, y: usize, x: usize, c: usize| ((o * per_group + c) * kernel[0] + y) * kernel[1] + x;
    let parameters =
        around.one_scale_a_channel(trained.bias, |o| taps(kernel, per_group, |y, x, c| trained.weight[at(o, y, x, c)]));
    QOp::Conv(Geometry { kernel, stride, padding, dilation, groups }, parameters)
}

/// `[in][out][kh][kw]` to `[out][kh][kw][in]`.
pub(super) fn conv_transpose(layer: &ConvTranspose, trained: &Trained<'_>, around: &Around<'_>) -> QOp {
    let ConvTranspose { input, output, kernel, stride, padding } = *layer;
    let at = |o: usize, y: usize, x: usize, c: usize| ((c * output + o) * kernel[0] + y) * kernel[1] + x;
    let parameters =
        around.one_scale_a_channel(trained.bias, |o| taps(kernel, input, |y, x, c| trained.weight[at(o, y, x, c)]));
    QOp::ConvTranspose(Geometry { kernel, stride, padding, dilation: [1, 1], groups: 1 }, parameters)
}

/// One output channel's weights, `[kh][kw][channels]`.
fn taps(kernel: [usize; 2], channels: usize, at: impl Fn(usize, usize, usize) -> f32) -> Vec<f32> {
    let mut out = Vec::with_capacity(kernel[0] * kernel[1] * channels);
    for y in 0..kernel[0] {
        for x in 0..kernel[1] {
            out.extend((0..channels).map(|c| at(y, x, c)));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::TensorInfo;

    #[test]
    fn weights_of_a_group_lie_channels_innermost() {
        // 2 groups of 2 input and 1 output channel; weight `[out][in / groups][kh][kw]` = 1, 2, … of 127.
        let layer = Conv { dilation: [1, 2], groups: 2, ..Conv::dense(4, 2, [1, 3], [1, 1], [0, 2]) };
        let weight: Vec<f32> = [1, 2, 3, 4, 5, 127, 10, 20, 30, 40, 50, 127].map(|w| w as f32).to_vec();
        let tensor = TensorInfo { shape: [1, 8, 4], scale: 1.0, zero_point: 0 };
        let trained = Trained { weight: &weight, bias: &[0.0, 0.0] };
        let QOp::Conv(g, p) = conv(&layer, &trained, &Around { input: &tensor, output: &tensor, range: [-128, 127] })
        else {
            panic!("no convolution");
        };
        assert_eq!((g.dilation, g.groups), ([1, 2], 2));
        assert_eq!(p.weights, [1, 4, 2, 5, 3, 127, 10, 40, 20, 50, 30, 127]);
    }
}
