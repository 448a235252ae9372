//! How a feature map lies in memory.

/// One sample's map in channels-last order, `[height, width, channels]`, with room for zeros in front and behind, which
/// spares one-dimensional convolutions a padded copy. Samples lie one behind the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FeatureMap {
    pub(crate) height: usize,
    pub(crate) width: usize,
    pub(crate) channels: usize,
    /// Positions of zeros in front and behind.
    pub(crate) halo: [usize; 2],
}

impl FeatureMap {
    pub(crate) fn new([channels, height, width]: [usize; 3]) -> Self {
        Self { height, width, channels, halo: [0, 0] }
    }

    pub(crate) fn with_halo(self, halo: [usize; 2]) -> Self {
        Self { halo, ..self }
    }

    /// Positions without the halo.
    pub(crate) fn positions(&self) -> usize {
        self.height * self.width
    }

    /// Values without the halo.
    pub(crate) fn len(&self) -> usize {
        self.positions() * self.channels
    }

    /// Values from one sample to the next.
    pub(crate) fn stride(&self) -> usize {
        self.len() + (self.halo[0] + self.halo[1]) * self.channels
    }

    /// Whether samples lie one behind the other without room for zeros.
    pub(crate) fn is_dense(&self) -> bool {
        self.halo == [0, 0]
    }

    /// Where the values of the first sample begin.
    pub(crate) fn first(&self) -> usize {
        self.inner(0).start
    }

    /// Where sample `i` lies, halo included.
    fn whole(&self, i: usize) -> std::ops::Range<usize> {
        i * self.stride()..(i + 1) * self.stride()
    }

    /// Where the values of sample `i` lie.
    fn inner(&self, i: usize) -> std::ops::Range<usize> {
        let start = i * self.stride() + self.halo[0] * self.channels;
        start..start + self.len()
    }

    /// Sample `i` with its halo.
    pub(crate) fn padded<'a>(&self, all: &'a [f32], i: usize) -> &'a [f32] {
        &all[self.whole(i)]
    }

    /// The values of sample `i`.
    pub(crate) fn of<'a>(&self, all: &'a [f32], i: usize) -> &'a [f32] {
        &all[self.inner(i)]
    }

    /// The values of sample `i`.
    pub(crate) fn of_mut<'a>(&self, all: &'a mut [f32], i: usize) -> &'a mut [f32] {
        &mut all[self.inner(i)]
    }

    /// Makes the halos of `n` samples zero.
    pub(crate) fn clear_halos(&self, all: &mut [f32], n: usize) {
        for i in 0..n {
            let (whole, inner) = (self.whole(i), self.inner(i));
            all[whole.start..inner.start].fill(0.0);
            all[inner.end..whole.end].fill(0.0);
        }
    }
}
