//! The anomaly score: three exact integers of the squared residuals.

/// What a window scores. All of r² = (q_in − q_out)² of its samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Score {
    /// Sum over the window. The mean squared error in real units is `total · scale² / samples`.
    pub total: u64,
    /// Largest sum over any segment of consecutive samples (32 unless the model says otherwise).
    pub segment_max: u32,
    /// Smallest sum over any segment.
    pub segment_min: u32,
}

impl Score {
    /// The three as an array: total, largest segment, smallest segment.
    pub const fn parts(&self) -> [u64; 3] {
        [self.total, self.segment_max as u64, self.segment_min as u64]
    }

    /// Mean squared error in the square of real units, for tensors of `samples` values and the given scale.
    pub fn mean_squared_error(&self, scale: f32, samples: usize) -> f32 {
        self.total as f32 * scale * scale / samples.max(1) as f32
    }
}
