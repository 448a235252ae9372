//! The graph that the passes rewrite: a chain of nodes in the runtime's terms.

use picoae::plan::Scale;

/// From accumulators to output values.
#[derive(Debug, Clone, PartialEq)]
pub struct Finish {
    /// One requantization an output channel, or one for all.
    pub scales: Vec<Scale>,
    /// Zero point of the requantized value.
    pub zero_point: i32,
    /// Its range.
    pub range: [i32; 2],
    /// A table applied to it, indexed by value + 128.
    pub table: Option<Vec<i8>>,
}

/// The taps of one output phase of a convolution.
#[derive(Debug, Clone, PartialEq)]
pub struct PhaseTaps {
    /// Input row of the first tap for the phase's first output; negative reaches into padding.
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

/// A convolution: output (y, x) belongs to phase (y mod phases, x mod phases); see `picoae::plan::Stage`.
#[derive(Debug, Clone, PartialEq)]
pub struct ConvNode {
    /// Vertical and horizontal phases.
    pub phases: [usize; 2],
    /// The taps of each, row phases outermost.
    pub taps: Vec<PhaseTaps>,
    /// Input rows and columns between outputs of one phase.
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
    pub finish: Finish,
}

/// What a node computes.
#[derive(Debug, Clone, PartialEq)]
pub enum NodeOp {
    /// Convolution with phases.
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
    /// A table, indexed by value + 128.
    Table(Vec<i8>),
    /// Fully connected, a map to one row of one column: weights `[out][in]`, zero point folded into the bias.
    Linear {
        /// Weights.
        weights: Vec<i8>,
        /// Biases.
        bias: Vec<i32>,
        /// What becomes of an accumulator.
        finish: Finish,
    },
    /// Fully connected from one row of one column to a map: weights `[out][in]`.
    Expand {
        /// Weights.
        weights: Vec<i8>,
        /// Biases.
        bias: Vec<i32>,
        /// What becomes of an accumulator.
        finish: Finish,
    },
    /// Zero points around, or cut away.
    Window {
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
                        let t = &c.taps[y % c.phases[0] * c.phases[1] + x % c.phases[1]];
                        sum += (t.taps[0] * t.taps[1]) as u64;
                    }
                }
                sum * (self.output[2] * (self.input[2] / c.groups)) as u64
            }
            NodeOp::Linear { weights, .. } | NodeOp::Expand { weights, .. } => weights.len() as u64,
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
            NodeOp::Table(_) => "table",
            NodeOp::Linear { .. } => "linear",
            NodeOp::Expand { .. } => "expand",
            NodeOp::Window { .. } => "window",
            NodeOp::Reshape => "reshape",
        }
    }
}
