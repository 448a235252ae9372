//! What layers hold beside their operation.

use picoae::plan::Scale;

/// What a layer with weights holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parameters {
    /// Weights in [−127, 127]: `[out][kernel height][kernel width][in / groups]`, linear ones `[out][in]`.
    pub weights: Vec<i8>,
    /// One bias an output channel, in steps of input scale · weight scale.
    pub bias: Vec<i32>,
    /// One requantization an output channel, or a single one for all.
    pub scales: Vec<Scale>,
    /// Smallest and largest output: the fused activation's range.
    pub range: [i32; 2],
}

/// Geometry of a convolution. Pairs are `[vertical, horizontal]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Geometry {
    /// Kernel extents.
    pub kernel: [usize; 2],
    /// Stride.
    pub stride: [usize; 2],
    /// Padding above and left; below and right it follows from the output's size. It reads as the zero point.
    pub padding: [usize; 2],
    /// Distance between taps.
    pub dilation: [usize; 2],
    /// Channel groups.
    pub groups: usize,
}
