//! One layer as data: geometry only, no weights.

use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};

/// A layer. Pairs are `[vertical, horizontal]`; one-dimensional layers use height 1 (kernel `[1, k]`, stride `[1, s]`,
/// padding `[0, p]`). Semantics are PyTorch's of the same name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type", deny_unknown_fields)]
pub enum Layer {
    /// Convolution with bias; weight `[out, in, kh, kw]` (`[out, in, k]` in one dimension).
    Conv {
        /// Input channels.
        input: usize,
        /// Output channels.
        output: usize,
        /// Kernel extents.
        kernel: [usize; 2],
        /// Stride.
        stride: [usize; 2],
        /// Zero padding on both sides of each axis.
        padding: [usize; 2],
    },
    /// Transposed convolution with bias; weight `[in, out, kh, kw]` (`[in, out, k]` in one dimension).
    ConvTranspose {
        /// Input channels.
        input: usize,
        /// Output channels.
        output: usize,
        /// Kernel extents.
        kernel: [usize; 2],
        /// Stride.
        stride: [usize; 2],
        /// Rows and columns cut off each side of the full output.
        padding: [usize; 2],
    },
    /// Fully connected with bias; weight `[out, in]`.
    Linear {
        /// Input values.
        input: usize,
        /// Output values.
        output: usize,
    },
    /// max(x, 0).
    Relu,
    /// x where x ≥ 0, else slope · x.
    LeakyRelu {
        /// Slope below zero.
        slope: f32,
    },
    /// 1 / (1 + e⁻ˣ).
    Sigmoid,
    /// x.
    Identity,
    /// Largest value of each window, stride = kernel, no padding.
    MaxPool {
        /// Window extents.
        kernel: [usize; 2],
    },
    /// Mean of each window, stride = kernel, no padding.
    AvgPool {
        /// Window extents.
        kernel: [usize; 2],
    },
    /// Nearest-neighbour upsampling.
    Upsample {
        /// Repetitions along each axis.
        factor: [usize; 2],
    },
    /// Zeros around the map.
    ZeroPad {
        /// `[top, bottom, left, right]`.
        sides: [usize; 4],
    },
    /// `[c, h, w]` to `[c·h·w, 1, 1]`.
    Flatten,
    /// `[c·h·w, 1, 1]` to `[c, h, w]`.
    Reshape {
        /// The new shape.
        shape: [usize; 3],
    },
    /// Keeps the top-left `size`.
    Trim {
        /// `[height, width]` kept.
        size: [usize; 2],
    },
}

impl Layer {
    /// Shape behind this layer for an input of shape `[channels, height, width]`.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the layer does not fit its input.
    pub fn output_shape(&self, [c, h, w]: [usize; 3]) -> Result<[usize; 3]> {
        let expect = |ok: bool, what: String| if ok { Ok(()) } else { Err(Error::invalid(what)) };
        let channels = |n: usize| expect(n == c, format!("a layer takes {n} channels but is given {c}"));
        let positive = |v: [usize; 2], what: &str| expect(v[0] > 0 && v[1] > 0, format!("{what} must be at least 1"));
        match *self {
            Self::Conv { input, output, kernel, stride, padding } => {
                channels(input)?;
                positive(kernel, "a kernel")?;
                positive(stride, "a stride")?;
                let (ph, pw) = (h + 2 * padding[0], w + 2 * padding[1]);
                expect(
                    kernel[0] <= ph && kernel[1] <= pw,
                    format!("a {}×{} kernel is larger than the padded {ph}×{pw} input", kernel[0], kernel[1]),
                )?;
                Ok([output, (ph - kernel[0]) / stride[0] + 1, (pw - kernel[1]) / stride[1] + 1])
            }
            Self::ConvTranspose { input, output, kernel, stride, padding } => {
                channels(input)?;
                positive(kernel, "a kernel")?;
                positive(stride, "a stride")?;
                let full = [(h - 1) * stride[0] + kernel[0], (w - 1) * stride[1] + kernel[1]];
                expect(
                    full[0] > 2 * padding[0] && full[1] > 2 * padding[1],
                    format!("the padding {padding:?} cuts away the whole {}×{} output", full[0], full[1]),
                )?;
                Ok([output, full[0] - 2 * padding[0], full[1] - 2 * padding[1]])
            }
            Self::Linear { input, output } => {
                expect(c * h * w == input, format!("a linear layer takes {input} values but is given {}", c * h * w))?;
                Ok([output, 1, 1])
            }
            Self::Relu | Self::LeakyRelu { .. } | Self::Sigmoid | Self::Identity => Ok([c, h, w]),
            Self::MaxPool { kernel } | Self::AvgPool { kernel } => {
                positive(kernel, "a pooling window")?;
                expect(kernel[0] <= h && kernel[1] <= w, format!("a pooling window is larger than its {h}×{w} input"))?;
                Ok([c, h / kernel[0], w / kernel[1]])
            }
            Self::Upsample { factor } => {
                positive(factor, "an upsampling factor")?;
                Ok([c, h * factor[0], w * factor[1]])
            }
            Self::ZeroPad { sides: [t, b, l, r] } => Ok([c, h + t + b, w + l + r]),
            Self::Flatten => Ok([c * h * w, 1, 1]),
            Self::Reshape { shape } => {
                expect(
                    shape.iter().product::<usize>() == c * h * w,
                    format!("{c}×{h}×{w} values do not make {shape:?}"),
                )?;
                Ok(shape)
            }
            Self::Trim { size } => {
                expect(
                    size[0] > 0 && size[1] > 0 && size[0] <= h && size[1] <= w,
                    format!("cannot trim {h}×{w} to {size:?}"),
                )?;
                Ok([c, size[0], size[1]])
            }
        }
    }

    /// Trainable parameters, bias included.
    pub fn parameters(&self) -> usize {
        match *self {
            Self::Conv { input, output, kernel, .. } | Self::ConvTranspose { input, output, kernel, .. } => {
                output * (input * kernel[0] * kernel[1] + 1)
            }
            Self::Linear { input, output } => output * (input + 1),
            _ => 0,
        }
    }

    /// Shapes of weight and bias in PyTorch's layout; `None` for layers without parameters.
    pub fn weight_shapes(&self, one_dimensional: bool) -> Option<(Vec<usize>, Vec<usize>)> {
        let spatial =
            |a: usize, b: usize, k: [usize; 2]| if one_dimensional { vec![a, b, k[1]] } else { vec![a, b, k[0], k[1]] };
        match *self {
            Self::Conv { input, output, kernel, .. } => Some((spatial(output, input, kernel), vec![output])),
            Self::ConvTranspose { input, output, kernel, .. } => Some((spatial(input, output, kernel), vec![output])),
            Self::Linear { input, output } => Some((vec![output, input], vec![output])),
            _ => None,
        }
    }

    /// Name as in tables: `Conv2d`, `MaxPool1d`, `Linear`, …
    pub fn label(&self, one_dimensional: bool) -> String {
        let d = if one_dimensional { "1d" } else { "2d" };
        match self {
            Self::Conv { .. } => format!("Conv{d}"),
            Self::ConvTranspose { .. } => format!("ConvTranspose{d}"),
            Self::MaxPool { .. } => format!("MaxPool{d}"),
            Self::AvgPool { .. } => format!("AvgPool{d}"),
            Self::Linear { .. } => "Linear".into(),
            Self::Relu => "ReLU".into(),
            Self::LeakyRelu { .. } => "LeakyReLU".into(),
            Self::Sigmoid => "Sigmoid".into(),
            Self::Identity => "Identity".into(),
            Self::Upsample { .. } => "Upsample".into(),
            Self::ZeroPad { .. } => "ZeroPad".into(),
            Self::Flatten => "Flatten".into(),
            Self::Reshape { .. } => "Reshape".into(),
            Self::Trim { .. } => "Trim".into(),
        }
    }
}
