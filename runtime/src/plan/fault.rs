//! What does not fit in a plan. The texts stand in [`core::fmt::Display`] only: a program that never prints does not hold them.

use core::fmt;

/// Declares the faults with their texts.
macro_rules! faults {
    ($($fault:ident $text:literal;)+) => {
        /// What does not fit in a plan.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum Fault { $(#[doc = $text] $fault,)+ }

        impl fmt::Display for Fault {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$fault => $text,)+ })
            }
        }
    };
}

faults! {
    // The whole plan.
    StageCount "the number of stages is not in 1..=32, or differs from what the header says";
    DataLength "the length of the data differs from what the header says";
    EncoderStages "the encoder has no stage or too many";
    TensorExtent "a tensor has no value, or more than 16,777,216";
    TensorZeroPoint "a tensor's zero point is not in -128..=127";
    TensorScale "a tensor's scale is not a positive number";
    InputShape "the input is not the first stage's";
    OutputShape "the output is not the last stage's";
    LatentShape "the latent is not what the encoder makes";
    DelayLine "the delay line is empty, or longer than the input";
    Segment "a segment has no step, too many steps or too many values, or its steps do not divide the input";
    SampleKind "the kind of samples is unknown";
    EncodingCount "there is not one encoding for each channel of the input";
    EncodingRange "an encoding has a number out of range, or leaves int8";
    ReferenceNumbers "a number of the score's reference is not finite or out of range";
    Reserved "a reserved byte is not 0";
    Limits "a lower limit of the score lies above its upper one";
    PartUnknown "a part of the score is unknown, stands twice or in the wrong order, or differs from what the header says";
    AlarmRule "the rule of alarms has a number out of range";
    Stream "the plan is none of an endless stream, or its window, hop or history does not fit";
    PartState "the parts of the score have not the working memory that they need";
    CoarseBlocks "the blocks of the coarse part are none, too many, or longer than the window";
    CoarseShift "a shift of the coarse part is out of range";
    CoarseNumbers "the number of means, factors or multipliers of the coarse part is wrong";
    WorkDiffers "the work differs from what the header says";
    WorkTooLarge "it asks for more work than the caller allows";
    RoutineMissing "a stage calls a routine that the model's type leaves out";
    Outside "a part lies outside the arena";
    Overlap "two parts of the arena overlap";
    ArenaMisaligned "a part of the arena starts on no multiple of 4";
    // Constant data.
    SpanOutside "a span lies outside the data";
    SpanMisaligned "a span starts on no multiple of its entries' alignment";
    SpanPartial "a span holds no whole entries";
    WeightCount "the number of weights is wrong";
    BiasCount "the number of biases is wrong";
    ScaleCount "the number of scales is wrong";
    TableLength "a table has not 256 entries";
    ScaleRange "a multiplier or a shift is out of range";
    // A stage.
    OperatorUnknown "the operator is unknown";
    KernelMissing "the program does not hold the kernel: the model was made for another processor";
    KernelUnknown "the kernel is unknown, or is none of this operator";
    LayoutUnknown "the layout of the rows is unknown";
    BufferStrides "the strides of the line buffer are wrong";
    BufferRows "the padded input has too many rows";
    BufferSmall "the line buffer is too short for the window of a tile";
    BufferLayout "the kernel does not read rows of this layout";
    OutputLayout "the kernel cannot write rows of this layout";
    Extent "an extent is 0";
    StageShape "what comes out is not what the next stage takes";
    Tile "the tile is 0, too long, or the first one is longer than the others";
    TileBroken "a tile breaks the branches, pairs or pooling windows of its kernel";
    WindowOrder "a window starts above the one before it, or ends below its tile";
    WindowOutside "a window reaches beyond the padded map";
    Geometry "a step, dilation, pooling window or number of branches is 0 or too large";
    GeometryForKernel "the geometry is none of this kernel's";
    Groups "the groups do not divide the channels";
    BranchCount "the number of branches is wrong";
    BranchRows "the branches of a row disagree";
    BranchWeights "a branch has fewer weights than taps";
    BranchTaps "a branch has too many taps for this kernel, or none";
    Padding "the operator takes no padding";
    Channels "the operator keeps the channels";
    Values "it makes more values than there are";
    OutputRange "the output's zero point or range is not in -128..=127";
    ScratchSmall "the working memory has not the size that the kernel needs";
    StagingSmall "there is no room for a row that is converted";
    StoreUnknown "how outputs are stored is unknown";
    PackingUnknown "the packing of the weights is unknown";
    ChannelFlags "the flags of a channel do not fit";
    TapOffset "a tap lies elsewhere than the geometry says";
    ExcessOutside "an excess tap lies outside its stream";
    Overread "the kernel reads beyond the arena";
}

/// What does not fit in a plan, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanError {
    /// The stage, from 0; `None` for the whole plan.
    pub stage: Option<u16>,
    /// What is wrong with it.
    pub fault: Fault,
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.stage {
            Some(s) => write!(f, "stage {s}: {}", self.fault),
            None => write!(f, "{}", self.fault),
        }
    }
}

impl core::error::Error for PlanError {}
