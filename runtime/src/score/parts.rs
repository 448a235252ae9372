//! The anomaly score: exact integers of a window.

/// What a window scores: three of r² = (q_in − q_out)² of its values, and how many samples int8 does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Score {
    /// Sum over the window. The mean squared error in real units is `total · scale² / samples`.
    pub total: u64,
    /// Largest sum over any segment of consecutive steps (32 unless the model says otherwise). A step is all channels of a signal
    /// at one moment, or one value of an image.
    pub segment_max: u32,
    /// Smallest sum over any segment.
    pub segment_min: u32,
    /// Samples outside the range that int8 holds, counted over all channels. 0 where int8 values went in.
    pub outside: u32,
}

impl Score {
    /// The three of the residuals as an array: total, largest segment, smallest segment.
    pub const fn parts(&self) -> [u64; 3] {
        [self.total, self.segment_max as u64, self.segment_min as u64]
    }

    /// Mean squared error in the square of real units, for tensors of `samples` values and the given scale.
    pub fn mean_squared_error(&self, scale: f32, samples: usize) -> f32 {
        self.total as f32 * scale * scale / samples.max(1) as f32
    }
}

/// A part of a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Part {
    /// [`Score::total`].
    Total,
    /// [`Score::segment_max`].
    LargestSegment,
    /// [`Score::segment_min`].
    SmallestSegment,
    /// [`Score::outside`].
    Outside,
}

impl Part {
    /// Those of the residuals, as [`Score::parts`] has them.
    pub const OF_RESIDUALS: [Self; 3] = [Self::Total, Self::LargestSegment, Self::SmallestSegment];

    /// Name of the part: that of its field.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Total => "total",
            Self::LargestSegment => "segment_max",
            Self::SmallestSegment => "segment_min",
            Self::Outside => "outside",
        }
    }
}

/// On which side of its limits a part lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Side {
    /// Below the lower one.
    Below,
    /// Above the upper one.
    Above,
}

impl Side {
    /// Name in messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Below => "below",
            Self::Above => "above",
        }
    }
}
