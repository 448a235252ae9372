//! What a plan says of the whole model.

use super::alarm_rule::AlarmRule;
use super::part::PartSet;
use super::span::Span;
use crate::record::record;

/// First four bytes of a plan.
pub const MAGIC: [u8; 4] = *b"pcAE";

/// Version of the plan's records that this crate reads.
pub const VERSION: u16 = 4;

/// Most stages that a plan may have.
pub const MAX_STAGES: usize = 32;

/// Longest segment of the score where a step is one value.
pub const MAX_SEGMENT: usize = 64;

/// Longest segment of the score where a step has several values: their sums take twice the room.
pub const MAX_SEGMENT_OF_STEPS: usize = MAX_SEGMENT / 2;

/// Whether segments of `segment` steps of `step` values can be scored. A squared residual is at most 255², so a segment's sum stays
/// below 2³² where it has at most 66,051 values.
pub const fn segment_fits(segment: usize, step: usize) -> bool {
    const VALUES: usize = u32::MAX as usize / (255 * 255);
    let longest = if step == 1 { MAX_SEGMENT } else { MAX_SEGMENT_OF_STEPS };
    segment >= 1 && segment <= longest && step >= 1 && step <= VALUES / segment
}

record! {
    /// Shape and quantization of an int8 tensor: real = scale · (q − zero_point).
    pub struct Tensor {
        /// Rows; the samples of a signal.
        pub height: u16,
        /// Columns; 1 for a signal.
        pub width: u16,
        /// Channels.
        pub channels: u16,
        /// Zero point in −128 to 127.
        pub zero_point: i16,
        /// Step between two neighbouring int8 values, in real units.
        pub scale: f32,
    }
}

impl Tensor {
    /// Number of values.
    pub const fn len(&self) -> usize {
        // A product of three u16 may not fit in 32 bits. Where it does, small processors are spared one of 64 bits.
        let area = self.height as u32 * self.width as u32;
        if area <= u16::MAX as u32 {
            return (area * self.channels as u32) as usize;
        }
        let values = area as u64 * self.channels as u64;
        if values > usize::MAX as u64 { usize::MAX } else { values as usize }
    }

    /// Whether it has no value at all.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

record! {
    /// The first record of a plan.
    pub struct Header {
        /// `pcAE`.
        pub magic: [u8; 4],
        /// Version of the records.
        pub version: u16,
        /// Stages that follow this header, 1 to 32.
        pub stages: u16,
        /// Bytes of constant data behind the stages.
        pub data_bytes: u32,
        /// CRC-32 (ISO-HDLC) of header (with this field 0), stages and data.
        pub checksum: u32,
        /// Bytes of working memory that the plan needs.
        pub arena_bytes: u32,
        /// Stages of the encoder: the latent is what comes out of the last of them.
        pub encoder_stages: u16,
        /// Consecutive steps in a segment of the score: 1 to 64, 1 to 32 where a step has several values.
        pub segment: u16,
        /// What goes in.
        pub input: Tensor,
        /// What the encoder makes of it.
        pub latent: Tensor,
        /// What comes out.
        pub output: Tensor,
        /// First byte in the arena of the delay line: the samples that wait for their reconstruction.
        pub delay_offset: u32,
        /// How many samples can wait.
        pub delay_bytes: u32,
        /// First byte in the arena of the rows that come out last.
        pub output_offset: u32,
        /// Values of a step of the score's segments: the channels of a signal, 1 for an image. At most 66,051 values a segment.
        pub step: u16,
        /// What samples are: 1 counts, 2 physical values.
        pub sample_kind: u16,
        /// `CountsEncoding` or `PhysicalEncoding` records, one a channel of the input.
        pub encodings: Span,
        /// Limits of the parts of the score that the model uses: `PartLimits` records.
        pub limits: Span,
        /// A `CoarseModel` record; empty where the part is not used.
        pub coarse: Span,
        /// The arena: what the parts beside the residuals keep of a window.
        pub part_state: Span,
        /// The parts that the limits are of: bit i is the part of code i.
        pub parts: u32,
        /// Steps between two verdicts on an endless stream; 0: window by window.
        pub hop: u32,
        /// The arena: what a stream keeps of the window behind it.
        pub history: Span,
        /// When verdicts become an alarm.
        pub alarm: AlarmRule,
        /// Steps of the window that a stream's verdicts are of; 0: the input's.
        pub window: u32,
        /// Work of one window, see `Stage::work`.
        pub work: u64,
    }
}

impl Header {
    /// Whether outputs stand beside inputs, so that residuals mean something: both have as many values. Otherwise every
    /// score is zero.
    pub const fn scores(&self) -> bool {
        self.input.len() == self.output.len()
    }

    /// The parts of the score that the model uses.
    #[inline(always)]
    pub const fn part_set(&self) -> PartSet {
        PartSet::from_bits(self.parts)
    }
}
