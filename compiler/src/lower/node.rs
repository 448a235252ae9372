//! The graph that the passes rewrite: a chain of nodes in the runtime's terms.

use picoae::plan::Scale;

/// From accumulators to output values.
#[derive(Debug, Clone, PartialEq)]
pub struct OutputStage {
    /// One requantization an output channel, or one for all.
    pub scales: Vec<Scale>,
    /// Zero point of the requantized value.
    pub zero_point: i32,
    /// Its range.
    pub range: [i32; 2],
    /// A table applied to it, indexed by value + 128.
    pub table: Option<Vec<i8>>,
}

/// The taps of one output branch of a convolution.
#[derive(Debug, Clone, PartialEq)]
pub struct BranchTaps {
    /// Input row of the first tap for the branch's first output; negative reaches into padding.
    pub row: isize,
    /// Input column likewise.
    pub column: isize,
    /// Kernel rows and columns.
    pub taps: [usize; 2],
    /// `[out][rows][columns][in / groups]`.
    pub weights: Vec<i16>,
    /// One bias an output channel, the input's zero point folded in.
    pub bias: Vec<i32>,
}

/// A convolution in polyphase form: output (y, x) belongs to branch (y mod branches, x mod branches), and each branch has taps
/// of its own. A plain convolution has one branch, a transposed one as many as its strides have positions.
#[derive(Debug, Clone, PartialEq)]
pub struct ConvNode {
    /// Vertical and horizontal branches.
    pub branches: [usize; 2],
    /// The taps of each, row branches outermost.
    pub taps: Vec<BranchTaps>,
    /// Input rows and columns between outputs of one branch.
    pub step: [usize; 2],
    /// Rows and columns between taps.
    pub dilation: [usize; 2],
    /// Channel groups.
    pub groups: usize,
    /// Rows and columns of accumulators whose largest makes an output.
    pub pool: [usize; 2],
    /// Zero point of the input: what padding reads as.
    pub input_zero_point: i32,
    /// What becomes of an accumulator.
    pub finish: OutputStage,
}

/// What a node computes.
#[derive(Debug, Clone, PartialEq)]
pub enum NodeOp {
    /// Convolution in polyphase form.
    Conv(ConvNode),
    /// Max pooling; padding above and left reads as −128.
    MaxPool {
        /// Window.
        kernel: [usize; 2],
        /// Step.
        stride: [usize; 2],
        /// Above and left.
        padding: [usize; 2],
        /// Output range.
        range: [i32; 2],
    },
    /// Average pooling.
    AvgPool {
        /// Window.
        kernel: [usize; 2],
        /// Step.
        stride: [usize; 2],
    },
    /// Nearest-neighbour upsampling.
    Upsample([usize; 2]),
    /// A look-up table, indexed by value + 128.
    Lut(Vec<i8>),
    /// Fully connected, a map to one row of one column: weights `[out][in]`, zero point folded into the bias.
    Linear {
        /// Weights.
        weights: Vec<i8>,
        /// Biases.
        bias: Vec<i32>,
        /// What becomes of an accumulator.
        finish: OutputStage,
    },
    /// Fully connected from one row of one column to a map: weights `[out][in]`.
    DenseToMap {
        /// Weights.
        weights: Vec<i8>,
        /// Biases.
        bias: Vec<i32>,
        /// What becomes of an accumulator.
        finish: OutputStage,
    },
    /// Rows and columns of zero points around the map, or cut away from it.
    CropPad {
        /// Rows and columns cut off above and left.
        crop: [usize; 2],
        /// Rows and columns put above and left.
        border: [usize; 2],
        /// What is put there.
        zero_point: i32,
    },
    /// Other rows, the same values.
    Reshape,
}

/// A node and the shapes `[height, width, channels]` around it.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The layers it stands for.
    pub name: String,
    /// What it computes.
    pub op: NodeOp,
    /// What goes in.
    pub input: [usize; 3],
    /// What comes out.
    pub output: [usize; 3],
    /// Whether its output is the latent.
    pub is_latent: bool,
}

impl Node {
    /// Multiply-accumulates of one run, padding included.
    pub fn multiply_accumulates(&self) -> u64 {
        match &self.op {
            NodeOp::Conv(c) => {
                let mut sum = 0;
                for y in 0..self.output[0] * c.pool[0] {
                    for x in 0..self.output[1] * c.pool[1] {
                        let t = &c.taps[y % c.branches[0] * c.branches[1] + x % c.branches[1]];
                        sum += (t.taps[0] * t.taps[1]) as u64;
                    }
                }
                sum * (self.output[2] * (self.input[2] / c.groups)) as u64
            }
            NodeOp::Linear { weights, .. } | NodeOp::DenseToMap { weights, .. } => weights.len() as u64,
            _ => 0,
        }
    }

    /// Name of the operator.
    pub fn label(&self) -> &'static str {
        match self.op {
            NodeOp::Conv(_) => "conv",
            NodeOp::MaxPool { .. } => "max_pool",
            NodeOp::AvgPool { .. } => "avg_pool",
            NodeOp::Upsample(_) => "upsample",
            NodeOp::Lut(_) => "lut",
            NodeOp::Linear { .. } => "linear",
            NodeOp::DenseToMap { .. } => "dense_to_map",
            NodeOp::CropPad { .. } => "crop_pad",
            NodeOp::Reshape => "reshape",
        }
    }
}
