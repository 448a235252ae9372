//! The numbers of operators and kernels in the artifact.

/// What a stage computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Operator {
    /// Convolution, also transposed or behind an upsampling: one set of taps for each branch.
    Conv,
    /// Largest value of each window.
    MaxPool,
    /// Rounded mean of each window.
    AvgPool,
    /// Nearest-neighbour upsampling.
    Upsample,
    /// A 256-entry table on each value.
    Lut,
    /// Fully connected, accumulating row by row; comes out as one row of one column.
    Linear,
    /// Fully connected from one row of one column to a map, made row by row.
    DenseToMap,
    /// Cuts rows and columns off and puts zero points around.
    CropPad,
    /// The same values in rows of another length.
    Reshape,
}

impl Operator {
    /// Every operator.
    pub const ALL: [Self; 9] = [
        Self::Conv,
        Self::MaxPool,
        Self::AvgPool,
        Self::Upsample,
        Self::Lut,
        Self::Linear,
        Self::DenseToMap,
        Self::CropPad,
        Self::Reshape,
    ];

    /// Number in the artifact.
    pub const fn code(self) -> u8 {
        self as u8 + 1
    }

    /// The operator with this number in the artifact.
    pub const fn from_code(code: u8) -> Option<Self> {
        // Codes are the places in the list, from 1.
        if code >= 1 && code as usize <= Self::ALL.len() { Some(Self::ALL[code as usize - 1]) } else { None }
    }

    /// Name in messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Conv => "conv",
            Self::MaxPool => "max_pool",
            Self::AvgPool => "avg_pool",
            Self::Upsample => "upsample",
            Self::Lut => "lut",
            Self::Linear => "linear",
            Self::DenseToMap => "dense_to_map",
            Self::CropPad => "crop_pad",
            Self::Reshape => "reshape",
        }
    }
}

/// The kernel that runs a stage. Each packs its constants its way (`params`), computes the same bits as the portable one, and
/// has a body that runs anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kernel {
    /// The operator's portable kernel.
    Portable,
    /// Convolution that slides along rows or columns of channel pairs.
    ConvDsp,
    /// Convolution of a signal of one channel, pooled by two and rectified.
    Conv1dC1Pool2,
    /// Convolution of an image of few channels, whose rows are gathered into channel pairs.
    Im2colFewChannels,
    /// Dense layer to a map with one scale.
    DenseToMapOneScale,
    /// Convolution of a signal by products of two rows and two weights each.
    ConvKronecker,
    /// Convolution of each channel by itself, four channels in a word.
    DepthwiseDsp,
    /// Convolution of a signal whose windows touch, a dense layer of each block.
    BlockDense,
    /// Convolution with two positions in a 32-bit word.
    Swar16,
    /// Convolution with three positions in two 32-bit words.
    Swar21,
    /// Convolution with output channels across the lanes of a vector.
    Simd16,
}

impl Kernel {
    /// Every kernel.
    pub const ALL: [Self; 11] = [
        Self::Portable,
        Self::ConvDsp,
        Self::Conv1dC1Pool2,
        Self::Im2colFewChannels,
        Self::DenseToMapOneScale,
        Self::ConvKronecker,
        Self::DepthwiseDsp,
        Self::BlockDense,
        Self::Swar16,
        Self::Swar21,
        Self::Simd16,
    ];

    /// Number in the artifact.
    pub const fn code(self) -> u8 {
        match self {
            Self::Portable => 0,
            Self::ConvDsp => 1,
            Self::Conv1dC1Pool2 => 2,
            Self::Im2colFewChannels => 3,
            Self::DenseToMapOneScale => 4,
            Self::ConvKronecker => 5,
            Self::DepthwiseDsp => 6,
            Self::BlockDense => 32,
            Self::Swar16 => 64,
            Self::Swar21 => 65,
            Self::Simd16 => 128,
        }
    }

    /// The kernel with this number in the artifact.
    pub const fn from_code(code: u8) -> Option<Self> {
        let mut i = 0;
        while i < Self::ALL.len() {
            if Self::ALL[i].code() == code {
                return Some(Self::ALL[i]);
            }
            i += 1;
        }
        None
    }

    /// Name in messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Portable => "portable",
            Self::ConvDsp => "conv_dsp",
            Self::Conv1dC1Pool2 => "conv1d_c1_pool2",
            Self::Im2colFewChannels => "im2col_few_channels",
            Self::DenseToMapOneScale => "dense_to_map",
            Self::ConvKronecker => "conv_kronecker",
            Self::DepthwiseDsp => "depthwise_dsp",
            Self::BlockDense => "block_dense",
            Self::Swar16 => "swar16",
            Self::Swar21 => "swar21",
            Self::Simd16 => "simd16",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Kernel, Operator};

    #[test]
    fn a_code_stands_for_one_operator_and_one_kernel() {
        for operator in Operator::ALL {
            assert_eq!(Operator::from_code(operator.code()), Some(operator));
        }
        for kernel in Kernel::ALL {
            assert_eq!(Kernel::from_code(kernel.code()), Some(kernel));
        }
        assert_eq!((Operator::from_code(0), Operator::from_code(10), Kernel::from_code(7)), (None, None, None));
    }
}
