//! The inner loops that the processor's sliding kernel has.

use super::Kernel;

/// An inner loop: one of a [`Kernel`], perhaps made for a distance between channel pairs, which then needs no register.
///
/// Names: taps, step where it is not 1, outputs; then what lies between the last word that is read of a pair and the first
/// of the next, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Loop {
    K1P4,
    K1P4Skip0,
    K1P7,
    K1P7Skip4,
    K2P4,
    K2P4Back4,
    K2P7,
    K2P7Skip0,
    K3P4,
    K3P4Skip0,
    K3P7,
    K3P7Edges,
    K3P7Gathered,
    K3S2P7,
    K3S2P7Skip0,
    K3S2P7Skip56,
    K3P6,
    K3P6Wide,
    K3P6WideSkip0,
    K3P6WideSkip24,
    K3P6WideSkip28,
    K5P6,
    // Those of the Kronecker form come last.
    KroneckerSkip0,
    KroneckerSkip4,
    KroneckerSkip8,
    KroneckerSkip12,
    Kronecker,
}

impl Kernel {
    /// Bytes from the last word that is read of a channel pair to the first of the next, `plane` bytes apart.
    #[inline(always)]
    pub(crate) const fn skip(self, plane: usize) -> i32 {
        let (taps, step, outputs, _) = self.shape();
        plane as i32 - 4 * ((outputs - 1) * step + taps) as i32
    }

    /// The inner loop for `planes` channel pairs `plane` bytes apart; `general`: the one for any distance.
    pub(crate) const fn inner_loop(self, planes: usize, plane: usize, general: bool) -> Loop {
        let eights = planes.is_multiple_of(8);
        match (self, if general { i32::MIN } else { self.skip(plane) }) {
            (Self::Taps1By4, 0) => Loop::K1P4Skip0,
            (Self::Taps1By4, _) => Loop::K1P4,
            (Self::Taps1By7, 4) => Loop::K1P7Skip4,
            (Self::Taps1By7, _) => Loop::K1P7,
            (Self::Taps2By4, -4) => Loop::K2P4Back4,
            (Self::Taps2By4, _) => Loop::K2P4,
            (Self::Taps2By7, 0) => Loop::K2P7Skip0,
            (Self::Taps2By7, _) => Loop::K2P7,
            (Self::Taps3By4, 0) => Loop::K3P4Skip0,
            (Self::Taps3By4, _) => Loop::K3P4,
            (Self::Taps3By7, _) => Loop::K3P7,
            (Self::Taps3By7Edges, _) => Loop::K3P7Edges,
            (Self::Taps3By7Gathered, _) => Loop::K3P7Gathered,
            (Self::Taps3Step2By7, 0) => Loop::K3S2P7Skip0,
            (Self::Taps3Step2By7, 56) => Loop::K3S2P7Skip56,
            (Self::Taps3Step2By7, _) => Loop::K3S2P7,
            (Self::Taps3By6, _) => Loop::K3P6,
            (Self::Taps3By6Wide, 0) if eights => Loop::K3P6WideSkip0,
            (Self::Taps3By6Wide, 24) if eights => Loop::K3P6WideSkip24,
            (Self::Taps3By6Wide, 28) if eights => Loop::K3P6WideSkip28,
            (Self::Taps3By6Wide, _) => Loop::K3P6Wide,
            (Self::Taps5By6, _) => Loop::K5P6,
            (Self::Kronecker, _) => match plane {
                16 => Loop::KroneckerSkip0,
                20 => Loop::KroneckerSkip4,
                24 => Loop::KroneckerSkip8,
                28 => Loop::KroneckerSkip12,
                _ => Loop::Kronecker,
            },
        }
    }
}
