//! The shapes of taps that the sliding kernels have, and the inner loop of each.

use crate::kernel_set::Routine;

/// An inner loop's shape: taps, distance of the outputs in activations, outputs at a time.
///
/// int8 weights lie in words whose bytes are (a₀ b₀ a₁ b₁), written a|b, where a and b are two weights of both channels of
/// a pair. Three taps: for pairs j and j + 1 the words (tap 0|tap 1 of j), (tap 2 of j|tap 2 of j + 1), (tap 0|tap 1 of
/// j + 1); two taps: (tap 0|tap 1) for each pair; one tap: (pair j|pair j + 1). int16 weights: a word a tap. Five weights
/// behind an upsampling: (0|1 of j), (2|3 of j), (4 of j|4 of j + 1), (0|1 of j + 1), (2|3 of j + 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TapShape {
    Taps1By4,
    Taps1By7,
    Taps2By4,
    Taps2By7,
    Taps3By4,
    Taps3By7,
    /// The outputs are the whole width, and its padding, a column on each side, is not stored.
    Taps3By7Edges,
    /// Two channel pairs in all, int16 weights.
    Taps3By7Gathered,
    Taps3Step2By7,
    Taps3By6,
    Taps3By6Wide,
    /// Odd outputs behind an upsampling by two, of five weights w: the taps are w₀, w₁ + w₂, w₃ + w₄.
    Taps5By6,
    /// That of `conv_kronecker`.
    Kronecker,
}

impl TapShape {
    /// Taps, step, outputs, and whether weights are int16.
    pub(crate) const fn shape(self) -> (usize, usize, usize, bool) {
        match self {
            Self::Taps1By4 => (1, 1, 4, false),
            Self::Taps1By7 => (1, 1, 7, false),
            Self::Taps2By4 => (2, 1, 4, false),
            Self::Taps2By7 => (2, 1, 7, false),
            Self::Taps3By4 => (3, 1, 4, false),
            Self::Taps3By7 | Self::Taps3By7Edges => (3, 1, 7, false),
            Self::Taps3By7Gathered => (3, 1, 7, true),
            Self::Taps3Step2By7 => (3, 2, 7, false),
            Self::Taps3By6 | Self::Taps5By6 | Self::Kronecker => (3, 1, 6, false),
            Self::Taps3By6Wide => (3, 1, 6, true),
        }
    }

    /// Bytes of weights for four channel pairs.
    pub(crate) const fn weight_bytes(self) -> usize {
        let (taps, _, _, wide) = self.shape();
        match self {
            Self::Taps5By6 => 40,
            _ if wide => 16 * taps,
            _ => 8 * taps,
        }
    }

    /// Bytes from the last word that is read of a channel pair to the first of the next, `plane` bytes apart.
    #[inline(always)]
    pub(crate) const fn skip(self, plane: usize) -> i32 {
        let (taps, step, outputs, _) = self.shape();
        plane as i32 - 4 * ((outputs - 1) * step + taps) as i32
    }

    /// The inner loop for `planes` channel pairs `plane` bytes apart; `general`: the one for any distance.
    ///
    /// Names: taps, step where it is not 1, outputs; then what lies between the last word that is read of a pair and the first
    /// of the next, in bytes, where the loop is made for it and needs no register.
    pub(crate) const fn inner_loop(self, planes: usize, plane: usize, general: bool) -> Routine {
        let eights = planes.is_multiple_of(8);
        match (self, if general { i32::MIN } else { self.skip(plane) }) {
            (Self::Taps1By4, 0) => Routine::K1P4Skip0,
            (Self::Taps1By4, _) => Routine::K1P4,
            (Self::Taps1By7, 4) => Routine::K1P7Skip4,
            (Self::Taps1By7, _) => Routine::K1P7,
            (Self::Taps2By4, -4) => Routine::K2P4Back4,
            (Self::Taps2By4, _) => Routine::K2P4,
            (Self::Taps2By7, 0) => Routine::K2P7Skip0,
            (Self::Taps2By7, _) => Routine::K2P7,
            (Self::Taps3By4, 0) => Routine::K3P4Skip0,
            (Self::Taps3By4, _) => Routine::K3P4,
            (Self::Taps3By7, _) => Routine::K3P7,
            (Self::Taps3By7Edges, _) => Routine::K3P7Edges,
            (Self::Taps3By7Gathered, _) => Routine::K3P7Gathered,
            (Self::Taps3Step2By7, 0) => Routine::K3S2P7Skip0,
            (Self::Taps3Step2By7, 56) => Routine::K3S2P7Skip56,
            (Self::Taps3Step2By7, _) => Routine::K3S2P7,
            (Self::Taps3By6, _) => Routine::K3P6,
            (Self::Taps3By6Wide, 0) if eights => Routine::K3P6WideSkip0,
            (Self::Taps3By6Wide, 24) if eights => Routine::K3P6WideSkip24,
            (Self::Taps3By6Wide, 28) if eights => Routine::K3P6WideSkip28,
            (Self::Taps3By6Wide, _) => Routine::K3P6Wide,
            (Self::Taps5By6, _) => Routine::K5P6,
            (Self::Kronecker, _) => match plane {
                16 => Routine::KroneckerSkip0,
                20 => Routine::KroneckerSkip4,
                24 => Routine::KroneckerSkip8,
                28 => Routine::KroneckerSkip12,
                _ => Routine::Kronecker,
            },
        }
    }
}
