//! What a plan says of the whole model.

use bytemuck::{Pod, Zeroable};

/// First four bytes of a plan.
pub const MAGIC: [u8; 4] = *b"pcAE";

/// Version of the plan's records that this crate reads.
pub const VERSION: u16 = 1;

/// Shape and quantization of an int8 tensor: real = scale · (q − zero_point).
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Pod, Zeroable)]
pub struct Tensor {
    /// Rows; the samples of a signal.
    pub height: u16,
    /// Columns; 1 for a signal.
    pub width: u16,
    /// Channels.
    pub channels: u16,
    /// Zero point in [−128, 127].
    pub zero_point: i16,
    /// Step between two neighbouring int8 values, in real units.
    pub scale: f32,
}

impl Tensor {
    /// Number of values.
    pub const fn len(&self) -> usize {
        self.height as usize * self.width as usize * self.channels as usize
    }

    /// Whether it has no value at all.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The first record of a plan.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Pod, Zeroable)]
pub struct Header {
    /// [`MAGIC`].
    pub magic: [u8; 4],
    /// [`VERSION`].
    pub version: u16,
    /// Stages that follow this header.
    pub stages: u16,
    /// Bytes of constant data behind the stages.
    pub data_bytes: u32,
    /// CRC-32 (ISO-HDLC) of header (with this field zero), stages and data.
    pub checksum: u32,
    /// Bytes of working memory that the plan needs.
    pub arena_bytes: u32,
    /// Stages of the encoder: the latent is what comes out of the last of them.
    pub encoder_stages: u16,
    /// Consecutive squared residuals in a stretch of the score.
    pub stretch: u16,
    /// What goes in.
    pub input: Tensor,
    /// What the encoder makes of it.
    pub latent: Tensor,
    /// What comes out.
    pub output: Tensor,
    /// First byte in the arena of the samples that wait for their reconstruction.
    pub delay_offset: u32,
    /// How many samples can wait.
    pub delay_bytes: u32,
    /// First byte in the arena of the row that comes out last.
    pub sink_offset: u32,
    /// Smallest accepted total, largest stretch, smallest stretch.
    pub lower: [u64; 3],
    /// Largest accepted total, largest stretch, smallest stretch.
    pub upper: [u64; 3],
    /// Medians of the three on normal validation data.
    pub median: [f32; 3],
    /// Natural logarithms of the ratio of the 1st percentile to the median, negative.
    pub log_low: [f32; 3],
    /// Natural logarithms of the ratio of the 99th percentile to the median, positive.
    pub log_high: [f32; 3],
    /// Zero.
    pub reserved: [u8; 4],
}

impl Header {
    /// Whether outputs stand beside inputs, so that residuals mean something: both have as many values. Otherwise every
    /// score is zero.
    pub const fn scores(&self) -> bool {
        self.input.len() == self.output.len()
    }
}
