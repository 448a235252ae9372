//! The list of parts that a score can have.

/// Declares the parts: variant, name, in the order of their codes.
macro_rules! parts {
    ($($(#[$doc:meta])+ $part:ident $name:literal;)+) => {
        /// A part of a score.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        pub enum Part { $($(#[$doc])+ $part,)+ }

        impl Part {
            /// Every part, in the order of their codes.
            pub const ALL: [Self; Self::COUNT] = [$(Self::$part,)+];

            /// How many parts there are.
            pub const COUNT: usize = [$($name,)+].len();

            /// Name of the part: that of its field in [`Score`](crate::Score).
            pub const fn name(self) -> &'static str {
                match self { $(Self::$part => $name,)+ }
            }
        }
    };
}

parts! {
    /// [`Score::total`](crate::Score::total): what is reconstructed badly (or suspiciously well) on the whole.
    Total "total";
    /// [`Score::segment_max`](crate::Score::segment_max): a short stretch that is reconstructed badly.
    LargestSegment "segment_max";
    /// [`Score::segment_min`](crate::Score::segment_min): a short stretch that is reconstructed too well, or none.
    SmallestSegment "segment_min";
    /// [`Score::coarse`](crate::Score::coarse): an unusual course of the input itself: offsets, drift, slow changes.
    Coarse "coarse";
    /// [`Score::flat`](crate::Score::flat): a stretch of the input that stands still.
    Flat "flat";
    /// [`Score::outside`](crate::Score::outside): samples beyond the range that was learnt.
    Outside "outside";
    /// [`Score::latent`](crate::Score::latent): an unusual code.
    Latent "latent";
    /// [`Score::channel_max`](crate::Score::channel_max): one channel that is reconstructed badly.
    Channel "channel_max";
}

impl Part {
    /// Those that every model of signals had from the first: of residuals.
    pub const OF_RESIDUALS: [Self; 3] = [Self::Total, Self::LargestSegment, Self::SmallestSegment];

    /// In the order of a plan's limits, and of what is said first: samples outside before all else, since they say why the others
    /// deviate.
    pub const IN_ORDER: [Self; Self::COUNT] = [
        Self::Outside,
        Self::Total,
        Self::LargestSegment,
        Self::SmallestSegment,
        Self::Coarse,
        Self::Flat,
        Self::Latent,
        Self::Channel,
    ];

    /// Place among [`Part::IN_ORDER`].
    pub const fn place(self) -> usize {
        let mut i = 0;
        while Self::IN_ORDER[i] as usize != self as usize {
            i += 1;
        }
        i
    }

    /// Number in the artifact, from 0.
    pub const fn code(self) -> u16 {
        self as u16
    }

    /// The part with this number in the artifact.
    pub const fn from_code(code: u16) -> Option<Self> {
        if (code as usize) < Self::COUNT { Some(Self::ALL[code as usize]) } else { None }
    }
}

/// A set of parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PartSet(u32);

impl PartSet {
    /// No part.
    pub const NONE: Self = Self(0);

    /// As a model keeps it: bit i is the part of code i.
    pub const fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// As a model keeps it.
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// These and `part`.
    #[must_use]
    pub const fn with(self, part: Part) -> Self {
        Self(self.0 | 1 << part.code())
    }

    /// Whether `part` is among them.
    #[inline(always)]
    pub const fn contains(self, part: Part) -> bool {
        self.0 >> part.code() & 1 == 1
    }
}

impl FromIterator<Part> for PartSet {
    fn from_iter<I: IntoIterator<Item = Part>>(parts: I) -> Self {
        parts.into_iter().fold(Self::NONE, Self::with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_places_and_sets_hold_what_they_took() {
        for (i, part) in Part::ALL.into_iter().enumerate() {
            assert_eq!((usize::from(part.code()), Part::from_code(part.code())), (i, Some(part)));
            let set = PartSet::NONE.with(part);
            assert!(Part::ALL.into_iter().all(|other| set.contains(other) == (other == part)));
        }
        assert_eq!(Part::from_code(Part::COUNT as u16), None);
        assert_eq!(Part::IN_ORDER.map(Part::place), core::array::from_fn(|i| i));
    }
}
