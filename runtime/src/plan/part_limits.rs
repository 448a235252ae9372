//! Limits of a part of the score, and where it usually lies.

use crate::record::record;

record! {
    /// A part of the score that the model uses: its limits, and where it lies on normal validation data. They stand in the data, one
    /// behind the other: the samples outside first, then by their codes.
    #[derive(Default)]
    pub struct PartLimits {
        /// Code of the part.
        pub part: u16,
        /// 0.
        pub reserved: u16,
        /// Smallest accepted value, its lower word first; 0: none.
        pub lower_words: [u32; 2],
        /// Largest accepted value, its lower word first; 2⁶⁴ − 1: none.
        pub upper_words: [u32; 2],
        /// Median, not negative.
        pub median: f32,
        /// Natural logarithm of (lower limit + 1) / (median + 1), below 0; 0 where too small a part says nothing.
        pub log_low: f32,
        /// Natural logarithm of (upper limit + 1) / (median + 1), above 0, of samples outside one more; 0 where too large a part says nothing.
        pub log_high: f32,
    }
}

const fn words(value: u64) -> [u32; 2] {
    [value as u32, (value >> 32) as u32]
}

const fn value(words: [u32; 2]) -> u64 {
    words[0] as u64 | (words[1] as u64) << 32
}

impl PartLimits {
    /// Limits of the part with a code; `usual` is median, `log_low` and `log_high`.
    pub const fn new(part: u16, lower: u64, upper: u64, usual: [f32; 3]) -> Self {
        let [median, log_low, log_high] = usual;
        let (lower_words, upper_words) = (words(lower), words(upper));
        Self { part, reserved: 0, lower_words, upper_words, median, log_low, log_high }
    }

    /// Smallest accepted value.
    #[inline]
    pub const fn lower(&self) -> u64 {
        value(self.lower_words)
    }

    /// Largest accepted value.
    #[inline]
    pub const fn upper(&self) -> u64 {
        value(self.upper_words)
    }
}
