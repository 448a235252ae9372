//! `swar16`: convolution with two positions in a 32-bit word. What it computes and why that is exact stands with the kernel;
//! here is how its constants lie.

use super::output::OutputParams;
use crate::arith::Digits;
use crate::kernel_set::{Routine, Routines};
use crate::plan::span::Span;
use crate::plan::stage::{PARAMETER_WORDS, Stage};
use crate::record::{record, words};

record! {
    /// Convolution with two positions in a word.
    #[derive(Eq)]
    pub struct Swar16Params {
        /// Weights as `packing` says. A branch's start at its byte and lie `[slice][out][stream]`.
        pub weights: Span,
        /// int32 biases with the input's zero point folded in: `[branch][out]`.
        pub bias: Span,
        /// A `ChannelFlags` (u16) a branch and output channel; empty with two branches in the lanes.
        pub flags: Span,
        /// 256 bytes: output values by requantized value + 128, range and table of the stage applied.
        pub table: Span,
        /// `FusedRequant` records, one an output channel or one for all; empty: the definition requantizes.
        pub fused: Span,
        /// The definition's requantization; where `fused` is there its scales are not asked for.
        pub output: OutputParams,
        /// Code of the packing of the weights.
        pub packing: u8,
        /// Which streams of activations are made: 1 one word a tap, 2 those of the polynomial, 3 both.
        pub streams: u8,
        /// Digits of a fused multiplier: 2 or 3; 0: the definition requantizes.
        pub digits: u8,
        /// Bits of such a digit.
        pub digit_bits: u8,
        /// 2 to this power is subtracted in front of the shift for negative sums.
        pub negative_bit: u8,
        /// 0.
        pub reserved: u8,
        /// Kernel rows of a slice: where the activations are long, taps are taken a few rows at a time.
        pub slice_rows: u16,
        /// Pairs of positions packed at a time.
        pub pairs: u16,
        /// 0.
        pub reserved_2: u16,
    }
}
words!(Swar16Params in PARAMETER_WORDS);

/// How weights are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// As int8, expanded by the channel loop four at a time.
    Bytes,
    /// As int16, the same.
    Halves,
    /// As words.
    Words,
    /// As words of two branches, with a single output channel.
    DualPhase,
}

impl Packing {
    /// Its number in the artifact.
    pub const fn code(self) -> u8 {
        match self {
            Self::Bytes => 0,
            Self::Halves => 1,
            Self::Words => 2,
            Self::DualPhase => 3,
        }
    }

    /// The packing with this number.
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Bytes),
            1 => Some(Self::Halves),
            2 => Some(Self::Words),
            3 => Some(Self::DualPhase),
            _ => None,
        }
    }

    /// The logarithm of the bytes of a weight.
    pub(crate) const fn shift(self) -> u32 {
        match self {
            Self::Bytes => 0,
            Self::Halves => 1,
            Self::Words | Self::DualPhase => 2,
        }
    }

    /// Whether nothing needs to be expanded.
    pub(crate) const fn is_words(self) -> bool {
        matches!(self, Self::Words | Self::DualPhase)
    }
}

/// What an output channel does: the sum of these, and how many excess taps follow its streams.
#[derive(Debug, Clone, Copy)]
pub struct ChannelFlags;

impl ChannelFlags {
    /// Two products of the only or first stream go to a split.
    pub const TWICE: u16 = 1;
    /// The polynomial.
    pub const POLYNOMIAL: u16 = 2;
    /// Two products of the second stream go to a split.
    pub const SECOND_TWICE: u16 = 4;
    /// Most excess taps of a stream.
    pub const MOST: usize = 63;

    /// Flags with so many excess taps of both streams.
    pub const fn with_excess(flags: u16, [one, two]: [usize; 2]) -> u16 {
        flags | (one as u16) << 3 | (two as u16) << 9
    }

    /// Excess taps of both streams.
    pub(crate) const fn excess(flags: u16) -> [usize; 2] {
        [(flags >> 3) as usize & 63, (flags >> 9) as usize & 63]
    }
}

/// Which streams of activations are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Streams {
    /// One word a tap.
    pub plain: bool,
    /// Those of the polynomial.
    pub polynomial: bool,
}

impl Streams {
    /// Their number in the artifact.
    pub const fn code(self) -> u8 {
        self.plain as u8 | (self.polynomial as u8) << 1
    }
}

impl Swar16Params {
    /// How the weights are stored; words where the code is unknown, which no checked plan has.
    pub(crate) const fn packing(&self) -> Packing {
        match Packing::from_code(self.packing) {
            Some(packing) => packing,
            None => Packing::Words,
        }
    }

    /// Which streams of activations are made.
    pub(crate) const fn streams(&self) -> Streams {
        Streams { plain: self.streams & 1 != 0, polynomial: self.streams & 2 != 0 }
    }

    /// How sums are requantized.
    pub(crate) const fn digits(&self) -> Digits {
        Digits { count: self.digits as u32, bits: self.digit_bits as u32, negative_bit: self.negative_bit as u32 }
    }

    /// Whether sums that are not positive come out as the first of the table.
    pub(crate) const fn is_rectified(&self) -> bool {
        self.output.zero_point == -128
    }

    /// The routine that requantizes.
    const fn requantization(&self) -> Routine {
        match (self.digits, self.is_rectified()) {
            (0, _) => Routine::Swar16Exact,
            (2, false) => Routine::Swar16TwoDigits,
            (2, true) => Routine::Swar16TwoDigitsRelu,
            (_, false) => Routine::Swar16ThreeDigits,
            (_, true) => Routine::Swar16ThreeDigitsRelu,
        }
    }
}

/// The routines that `stage` calls.
pub(crate) const fn routines(stage: &Stage) -> Routines {
    let params = Swar16Params::of(&stage.parameters);
    let packing = params.packing();
    Routines::NONE
        .with(params.requantization())
        .with_if(matches!(packing, Packing::DualPhase), Routine::Swar16DualPhase)
        .with_if(stage.out_width > 1, Routine::Swar16Image)
        // Where weights are too many for words.
        .with_if(!packing.is_words(), Routine::Swar16Long)
}
