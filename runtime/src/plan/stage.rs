//! One step of the pipeline: a head that is the same for all, the operator's geometry, the kernel's parameters.

use super::line_buffer::LineBuffer;
use super::span::Span;
use crate::record::record;

/// Words of a stage for the operator's geometry.
pub const GEOMETRY_WORDS: usize = 6;

/// Words of a stage for the kernel's parameters.
pub const PARAMETER_WORDS: usize = 18;

record! {
    /// Reads rows from `input`, writes rows to the next stage's `input`.
    ///
    /// `geometry` holds the operator's record (`ConvGeometry`, `WindowGeometry`, …), `parameters` the kernel's (`ConvParams`,
    /// `ConvDspParams`, …); words behind a record are 0. They lie in the stage, not in the data, so that reaching a field
    /// costs one load and no check.
    #[derive(Eq)]
    pub struct Stage {
        /// Code of the operator.
        pub operator: u8,
        /// Code of the kernel; 0 is the portable one.
        pub kernel: u8,
        /// Most output rows made at a time.
        pub tile: u16,
        /// Output rows made the first time; 0: as any other time. A first tile that is shorter by what the kernel looks ahead
        /// lets later ones find their rows just when they come.
        pub first_tile: u16,
        /// Rows that come out.
        pub out_height: u16,
        /// Columns that come out.
        pub out_width: u16,
        /// Channels that come out.
        pub out_channels: u16,
        /// Rows waiting in front of this stage.
        pub input: LineBuffer,
        /// The arena: the stage's own working memory.
        pub scratch: Span,
        /// The arena: one finished row of bytes, where a portable kernel's reader wants another layout.
        pub staging: Span,
        /// The operator's geometry.
        pub geometry: [u32; 6],
        /// The kernel's parameters.
        pub parameters: [u32; 18],
    }
}

// The lengths are written out: rustc 1.95 fails on closures that capture arrays whose length is a constant of another crate.
const _: () = assert!(GEOMETRY_WORDS == 6 && PARAMETER_WORDS == 18);

impl Stage {
    /// Rows of the tile that starts at row `made`; 0 behind the last.
    #[inline]
    pub const fn rows_at(&self, made: usize) -> usize {
        let tile = if made == 0 && self.first_tile > 0 { self.first_tile } else { self.tile };
        let left = (self.out_height as usize).saturating_sub(made);
        if left < tile as usize { left } else { tile as usize }
    }
}
