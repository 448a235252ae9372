//! Stages that cost alike.

use picoae::plan::params::conv_dsp::ConvDspParams;
use picoae::plan::params::swar16::{Packing, Swar16Params};
use picoae::plan::params::swar21::{Activations, Swar21Params};
use picoae::plan::{Kernel, Operator, Stage};

macro_rules! classes {
    ($($(#[$doc:meta])* $variant:ident,)*) => {
        /// A class of stages whose instructions follow from their features in the same way.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Class {
            $($(#[$doc])* $variant,)*
        }

        impl Class {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Its name in the source.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => stringify!($variant),)*
                }
            }
        }
    };
}

classes! {
    /// `conv_dsp` on a signal, weights of 16 bits.
    ConvDspSignalWide,
    /// `conv_dsp` on a signal, weights of 8 bits.
    ConvDspSignal,
    /// `conv_dsp` on an image, every other column.
    ConvDspStep2,
    /// `conv_dsp` on an image.
    ConvDspImage,
    /// `conv_kronecker`: little lies between two channels, which is loaded with them.
    KroneckerNear,
    /// `conv_kronecker`: not planned yet, or in one instruction more.
    KroneckerApart,
    /// `conv_kronecker`: what lies between two channels takes an addition.
    KroneckerFar,
    /// `conv1d_c1_pool2`.
    Conv1dC1,
    /// `im2col_few_channels`.
    Im2col,
    /// `dense_to_map` with one scale.
    DenseToMap,
    /// `depthwise_dsp`.
    DepthwiseDsp,
    /// `block_dense`. Its rates stand apart from the fitted ones; on RISC-V it is estimated as the portable kernel, which is too
    /// high.
    BlockDense,
    /// `simd16`.
    Simd16,
    /// `swar16` with two phases in a word.
    Swar16DualPhase,
    /// `swar16`, weights stored as words.
    Swar16Words,
    /// `swar16`, weights expanded for every tile.
    Swar16Expanded,
    /// `swar21`.
    Swar21,
    /// `swar21` on activations as they lie.
    Swar21Direct,
    /// `swar21` on packed activations that slide.
    Swar21Sliding,
    /// The portable kernel of a convolution.
    PortableConv,
    /// That of a linear layer, and of one to a map.
    PortableLinear,
    /// That of a pooling.
    PortablePool,
    /// Those that move values or look them up.
    PortableMoves,
    /// Everything between the stages: the schedule, samples in and out, the score.
    Between,
}

impl Class {
    /// The first class of its family, from which it differs only in what a multiply-accumulate costs.
    pub fn like(self) -> Option<Self> {
        match self {
            Self::KroneckerApart | Self::KroneckerFar => Some(Self::KroneckerNear),
            Self::Im2col | Self::ConvDspStep2 => Some(Self::ConvDspImage),
            _ => None,
        }
    }

    /// The class of `stage`.
    pub fn of(stage: &Stage) -> Self {
        let signal = stage.input.is_signal();
        match Kernel::from_code(stage.kernel) {
            Some(Kernel::ConvDsp) if signal && ConvDspParams::of(&stage.parameters).weight_bits == 16 => {
                Self::ConvDspSignalWide
            }
            Some(Kernel::ConvDsp) if signal => Self::ConvDspSignal,
            Some(Kernel::ConvDsp) if stage.conv().step_w > 1 => Self::ConvDspStep2,
            Some(Kernel::ConvDsp) => Self::ConvDspImage,
            Some(Kernel::ConvKronecker) => match stage.input.plane {
                16 | 20 | 24 => Self::KroneckerNear,
                4 | 28 => Self::KroneckerApart,
                _ => Self::KroneckerFar,
            },
            Some(Kernel::Conv1dC1Pool2) => Self::Conv1dC1,
            Some(Kernel::Im2colFewChannels) => Self::Im2col,
            Some(Kernel::DenseToMapOneScale) => Self::DenseToMap,
            Some(Kernel::DepthwiseDsp) => Self::DepthwiseDsp,
            Some(Kernel::BlockDense) => Self::BlockDense,
            Some(Kernel::Simd16) => Self::Simd16,
            Some(Kernel::Swar16) => match Packing::from_code(Swar16Params::of(&stage.parameters).packing) {
                Some(Packing::DualPhase) => Self::Swar16DualPhase,
                Some(Packing::Words) => Self::Swar16Words,
                _ => Self::Swar16Expanded,
            },
            Some(Kernel::Swar21) => match Swar21Params::of(&stage.parameters).activations {
                own if own == Activations::Direct.code() => Self::Swar21Direct,
                own if own == Activations::Sliding.code() => Self::Swar21Sliding,
                _ => Self::Swar21,
            },
            _ => match Operator::from_code(stage.operator) {
                Some(Operator::Conv) => Self::PortableConv,
                Some(Operator::Linear | Operator::DenseToMap) => Self::PortableLinear,
                Some(Operator::MaxPool | Operator::AvgPool) => Self::PortablePool,
                _ => Self::PortableMoves,
            },
        }
    }
}
