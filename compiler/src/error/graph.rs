//! Why an integer network is refused, one variant a cause.

/// Why an integer network is refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum GraphError {
    /// The input tensor is none that can be.
    #[error("the input: {0}")]
    Input(LayerFault),
    /// A layer is refused.
    #[error("layer `{layer}`: {fault}")]
    Layer {
        /// Its name.
        layer: String,
        /// What is wrong with it.
        fault: LayerFault,
    },
    /// Two layers have one name, so their tensors cannot be told apart.
    #[error("two layers are called `{0}`; give each a name of its own")]
    Name(String),
    /// The latent lies behind no layer.
    #[error("the encoder has {encoder} of {layers} layers; it must have at least 1 and at most all")]
    Encoder {
        /// Layers of the encoder.
        encoder: usize,
        /// All layers.
        layers: usize,
    },
    /// One run takes more work than is allowed.
    #[error(
        "one run takes {work} operations, the limit `work` is {limit}; make the network smaller or raise the limit"
    )]
    Work {
        /// Multiply-accumulates, comparisons and values moved.
        work: u128,
        /// The limit.
        limit: u64,
    },
    /// Parameters and tensors take more bytes than are allowed.
    #[error("it takes {bytes} bytes, the limit `bytes` is {limit}; make the network smaller or raise the limit")]
    Bytes {
        /// Bytes of all parameters and all tensors.
        bytes: u128,
        /// The limit.
        limit: u64,
    },
}

/// What is wrong with a layer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LayerFault {
    /// An extent of its output is 0 or beyond what a plan can say.
    #[error("its shape is {0:?}, every extent must be in 1..=65535")]
    Shape([usize; 3]),
    /// The output's scale.
    #[error("its scale is {0}, expected a number in 1e-32..=1e12")]
    Scale(f32),
    /// The output's zero point.
    #[error("its zero point is {0}, expected one in -128..=127")]
    ZeroPoint(i32),
    /// It moves values but changes what they mean.
    #[error("it moves values, so its output must have the scale and the zero point of its input")]
    Requantizes,
    /// The range of the output.
    #[error("its output range is {0:?}, expected an ordered one in -128..=127")]
    Range([i32; 2]),
    /// An extent of its geometry.
    #[error("a {what} is {value}, expected one in 1..=65535")]
    Geometry {
        /// Kernel, stride, dilation or factor.
        what: &'static str,
        /// Its value.
        value: usize,
    },
    /// A setting that the operator does not have.
    #[error("{0} is not for this operator")]
    NotForThis(&'static str),
    /// The channel groups.
    #[error("{groups} groups do not divide {input} input and {output} output channels")]
    Groups {
        /// Groups.
        groups: usize,
        /// Input channels.
        input: usize,
        /// Output channels.
        output: usize,
    },
    /// The number of weights, biases or table entries.
    #[error("it has {found} {what}, expected {expected}")]
    Count {
        /// What was counted.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many there must be.
        expected: usize,
    },
    /// The number of requantizations.
    #[error("it has {found} scales, expected 1 or one for each of {outputs} outputs")]
    Scales {
        /// How many there are.
        found: usize,
        /// Outputs.
        outputs: usize,
    },
    /// A requantization.
    #[error("it scales by multiplier {multiplier} and shift {shift}, expected 0 or one in 2^30..2^31, and -31..=30")]
    Requantization {
        /// The multiplier.
        multiplier: i32,
        /// The shift.
        shift: i32,
    },
    /// A weight outside of the symmetric range.
    #[error("a weight is -128, expected weights in -127..=127")]
    Weight,
    /// The output's extent does not follow from the geometry.
    #[error("its output has {found} {axis}, its geometry gives {least} to {most}")]
    Output {
        /// `rows` or `columns`.
        axis: &'static str,
        /// How many it has.
        found: usize,
        /// Fewest that the geometry gives.
        least: usize,
        /// Most that it gives.
        most: usize,
    },
    /// The padded input is beyond what a plan can say.
    #[error("its padded input has {found} {axis}, at most 65535 are possible")]
    Padded {
        /// `rows` or `columns`.
        axis: &'static str,
        /// How many it has.
        found: usize,
    },
    /// Padding around a pooling window.
    #[error("its padding is {padding}, expected less than its window of {kernel}")]
    Padding {
        /// Padding above or left.
        padding: usize,
        /// Extent of the window.
        kernel: usize,
    },
    /// A pooling window is too large.
    #[error("its window holds {0} positions, at most 65536 are possible")]
    Window(usize),
    /// A transposed convolution's stride is too large.
    #[error("its strides of {0:?} make more than 4096 different positions; use smaller ones")]
    Branches([usize; 2]),
    /// The output's shape does not follow from the input's.
    #[error("its output has shape {found:?}, expected {expected}")]
    OutputShape {
        /// The shape that it has.
        found: [usize; 3],
        /// What it must have.
        expected: String,
    },
    /// A size that cannot be counted.
    #[error("its sizes multiply to more than can be counted")]
    Overflow,
}
