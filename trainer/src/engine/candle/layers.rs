//! A network run with candle's own operators: any device, automatic gradients, every layer's output. The fast path on the
//! processor is [`crate::ops`]; this one is what it is checked against, and what other devices use.

use crate::error::Result;
use candle_core::{D, Tensor};
use picoae_compiler::spec::{Architecture, Layer, ParameterTable, layers};

/// Outputs of every layer in order for `input` `[n, channels, height, width]`, each in the same layout.
///
/// `parameters` is the flat vector of [`ParameterTable`]; gradients flow to it.
///
/// # Errors
/// Whatever candle reports.
pub fn layer_outputs(
    architecture: &Architecture,
    table: &ParameterTable,
    parameters: &Tensor,
    input: &Tensor,
) -> Result<Vec<Tensor>> {
    let mut x = input.clone();
    let mut outputs = Vec::new();
    for (i, info) in architecture.layers()?.iter().enumerate() {
        let tensors = table
            .layer(i)
            .map(|pair| pair.map(|p| parameters.narrow(0, p.offset, p.len())?.reshape(p.shape.as_slice())));
        let tensors = match tensors {
            Some([weight, bias]) => Some((weight?, bias?)),
            None => None,
        };
        x = apply(info.layer, &x, tensors.as_ref(), info.output)?;
        outputs.push(x.clone());
    }
    Ok(outputs)
}

/// One layer, `x` `[n, c, h, w]` to `[n, output…]`.
fn apply(
    layer: &Layer,
    x: &Tensor,
    tensors: Option<&(Tensor, Tensor)>,
    output: [usize; 3],
) -> candle_core::Result<Tensor> {
    let (n, c, h, w) = x.dims4()?;
    match (layer, tensors) {
        (Layer::Conv(layer), Some((weight, bias))) => conv(x, &four(weight)?, layer)?.broadcast_add(&channel(bias)?),
        (Layer::ConvTranspose(layers::ConvTranspose { kernel, stride, padding, .. }), Some((weight, bias))) => {
            conv_transpose(x, &four(weight)?, *kernel, *stride, *padding)?.broadcast_add(&channel(bias)?)
        }
        (Layer::Linear { .. }, Some((weight, bias))) => {
            x.reshape((n, c * h * w))?.matmul(&weight.t()?)?.broadcast_add(bias)?.reshape((n, output[0], 1, 1))
        }
        (Layer::Relu, _) => x.relu(),
        (Layer::LeakyRelu(layers::LeakyRelu { slope }), _) => x.relu()? - (x.neg()?.relu()? * f64::from(*slope))?,
        (Layer::Sigmoid, _) => candle_nn::ops::sigmoid(x),
        // Not `max_pool2d`: the gradient that candle 0.11 gives it is divided by the size of the window.
        (Layer::MaxPool(layers::MaxPool { kernel: [kh, kw] }), _) => {
            let [_, oh, ow] = output;
            whole_windows(x, [*kh, *kw])?.reshape((n, c, oh, *kh, ow, *kw))?.max(5)?.max(3)
        }
        (Layer::AvgPool(layers::AvgPool { kernel }), _) => {
            whole_windows(x, *kernel)?.avg_pool2d((kernel[0], kernel[1]))
        }
        (Layer::Upsample(layers::Upsample { factor: [fh, fw] }), _) => {
            x.reshape((n, c, h, 1, w, 1))?.broadcast_as((n, c, h, *fh, w, *fw))?.reshape((n, c, h * fh, w * fw))
        }
        (Layer::ZeroPad(layers::ZeroPad { sides: [top, bottom, left, right] }), _) => {
            x.pad_with_zeros(2, *top, *bottom)?.pad_with_zeros(3, *left, *right)
        }
        (Layer::Flatten | Layer::Reshape { .. }, _) => x.reshape((n, output[0], output[1], output[2])),
        (Layer::Trim(layers::Trim { size }), _) => x.narrow(2, 0, size[0])?.narrow(3, 0, size[1]),
        (Layer::Identity, _) => Ok(x.clone()),
        (Layer::Conv { .. } | Layer::ConvTranspose { .. } | Layer::Linear { .. }, None) => {
            candle_core::bail!("a layer with weights was given none")
        }
    }
}

/// A kernel with two spatial extents.
fn four(weight: &Tensor) -> candle_core::Result<Tensor> {
    if weight.rank() == 3 { weight.unsqueeze(2) } else { Ok(weight.clone()) }
}

/// A bias over channels.
fn channel(bias: &Tensor) -> candle_core::Result<Tensor> {
    bias.reshape((1, (), 1, 1))
}

/// Cuts off what no pooling window covers, so that candle's backward pass sees whole windows.
fn whole_windows(x: &Tensor, [kh, kw]: [usize; 2]) -> candle_core::Result<Tensor> {
    let (_, _, h, w) = x.dims4()?;
    x.narrow(2, 0, h / kh * kh)?.narrow(3, 0, w / kw * kw)
}

/// Puts zeros between neighbouring rows and columns, so that their distance grows from 1 to `by`.
fn spread(x: &Tensor, by: [usize; 2]) -> candle_core::Result<Tensor> {
    if by == [1, 1] {
        return Ok(x.clone());
    }
    let (n, c, h, w) = x.dims4()?;
    let wide =
        x.reshape((n, c, h, 1, w, 1))?.pad_with_zeros(3, 0, by[0] - 1)?.pad_with_zeros(D::Minus1, 0, by[1] - 1)?;
    let wide = wide.reshape((n, c, h * by[0], w * by[1]))?;
    wide.narrow(2, 0, (h - 1) * by[0] + 1)?.narrow(3, 0, (w - 1) * by[1] + 1)
}

/// Convolution. Padding and dilation are made explicit and rows that no window reaches are cut off, because candle takes one
/// number for both axes and its backward pass assumes the same remainder on both.
fn conv(x: &Tensor, weight: &Tensor, layer: &layers::Conv) -> candle_core::Result<Tensor> {
    let layers::Conv { padding: [ph, pw], stride: [sh, sw], groups, dilation, .. } = *layer;
    let weight = spread(weight, dilation)?.contiguous()?;
    let (_, _, kh, kw) = weight.dims4()?;
    let x = x.pad_with_zeros(2, ph, ph)?.pad_with_zeros(3, pw, pw)?;
    let (_, _, h, w) = x.dims4()?;
    let (oh, ow) = ((h - kh) / sh + 1, (w - kw) / sw + 1);
    let x = x.narrow(2, 0, (oh - 1) * sh + kh)?.narrow(3, 0, (ow - 1) * sw + kw)?.contiguous()?;
    if sh == sw || oh == 1 || ow == 1 {
        let stride = if oh == 1 { sw } else { sh };
        return x.conv2d(&weight, 0, stride, 1, groups);
    }
    let rows = Tensor::from_iter((0..oh).map(|i| (i * sh) as u32), x.device())?;
    let columns = Tensor::from_iter((0..ow).map(|i| (i * sw) as u32), x.device())?;
    x.conv2d(&weight, 0, 1, 1, groups)?.index_select(&rows, 2)?.index_select(&columns, 3)
}

/// Transposed convolution. With unequal strides the input is spread out with zeros first.
fn conv_transpose(
    x: &Tensor,
    weight: &Tensor,
    [kh, kw]: [usize; 2],
    [sh, sw]: [usize; 2],
    [ph, pw]: [usize; 2],
) -> candle_core::Result<Tensor> {
    let (_, _, h, w) = x.dims4()?;
    let full = [(h - 1) * sh + kh, (w - 1) * sw + kw];
    let y = if sh == sw || h == 1 || w == 1 {
        let stride = if h == 1 { sw } else { sh };
        x.contiguous()?.conv_transpose2d(weight, 0, 0, stride, 1)?
    } else {
        spread(x, [sh, sw])?.contiguous()?.conv_transpose2d(weight, 0, 0, 1, 1)?
    };
    y.narrow(2, ph, full[0] - 2 * ph)?.narrow(3, pw, full[1] - 2 * pw)
}
