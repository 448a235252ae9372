//! What a plan may spend: memory for instructions.

/// What constants may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum WeightStorage {
    /// As few as there can be: an upsampling stays a stage of its own, because sums of a convolution's weights are more and
    /// wider than the weights.
    Fewest,
    /// As narrow as they are.
    Narrow,
    /// As wide as the kernels like them best.
    Wide,
    /// Several in a word, where that takes fewer instructions.
    Packed,
}

/// One way to spend memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanOption {
    /// The target's kernels; without them the portable ones, whose line buffers are the smallest.
    pub kernels: bool,
    /// How weights are stored.
    pub weights: WeightStorage,
    /// How many rows are made at a time: 0 the least that suits the kernels, 1 what costs little memory, and from there
    /// twice as many each.
    pub tile: u32,
}

impl PlanOption {
    /// Portable kernels, with as little working memory as there can be.
    pub const PORTABLE: Self = Self { kernels: false, weights: WeightStorage::Narrow, tile: 0 };

    /// What is chosen where no budget says otherwise.
    pub const BALANCED: Self = Self { kernels: true, weights: WeightStorage::Packed, tile: 1 };

    /// Whether weights are at least as wide as the kernels like them best.
    pub(crate) fn wide(self) -> bool {
        self.weights >= WeightStorage::Wide
    }

    /// Rows for a kernel that does well with `rows` at a time and can make multiples of half of them.
    pub(crate) fn rows(self, rows: usize) -> usize {
        if self.tile == 0 { rows / 2 } else { rows << (self.tile - 1) }
    }
}
