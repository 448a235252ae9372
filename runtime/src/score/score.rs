//! The anomaly score: exact integers of a window.

use crate::plan::Part;

/// What a window scores, part by part; a part that the model does not use is 0. Each part's file in this folder has its definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Score {
    /// Sum of r² = (q_in − q_out)² over the window. The mean squared error in real units is `total · scale² / samples`.
    pub total: u64,
    /// Squared distance of the window's block means from those of normal windows, in sixteenths of a standard deviation squared.
    pub coarse: u64,
    /// Sum over the latent of (q − zero point)².
    pub latent: u64,
    /// Largest sum of r² over any segment of consecutive steps (32 unless the model says otherwise). A step is all channels of a
    /// signal at one moment, or one value of an image.
    pub segment_max: u32,
    /// Smallest sum of r² over any segment.
    pub segment_min: u32,
    /// Smallest sum over any segment of the squared differences of neighbouring steps.
    pub flat: u32,
    /// Samples outside the range that int8 holds, counted over all channels. 0 where int8 values went in.
    pub outside: u32,
    /// Largest sum of r² of any one channel over the window.
    pub channel_max: u32,
}

impl Score {
    /// A part as a number.
    pub const fn part(&self, part: Part) -> u64 {
        match part {
            Part::Total => self.total,
            Part::LargestSegment => self.segment_max as u64,
            Part::SmallestSegment => self.segment_min as u64,
            Part::Coarse => self.coarse,
            Part::Flat => self.flat as u64,
            Part::Outside => self.outside as u64,
            Part::Latent => self.latent,
            Part::Channel => self.channel_max as u64,
        }
    }

    /// All parts in the order of [`Part::ALL`].
    pub fn parts(&self) -> [u64; Part::COUNT] {
        Part::ALL.map(|part| self.part(part))
    }

    /// Mean squared error in the square of real units, for tensors of `samples` values and the given scale.
    pub fn mean_squared_error(&self, scale: f32, samples: usize) -> f32 {
        self.total as f32 * scale * scale / samples.max(1) as f32
    }
}
