//! Instructions for each feature of a stage, by instruction set and class.
//!
//! Set by hand from counted stages; `cargo xtask fit-costs --measure` writes this file anew from stages that it counts.

use super::class::Class;
use super::table::RateTable;

/// Rates of the cores with the DSP extension.
#[rustfmt::skip]
pub(crate) const ARMV7EM: RateTable = RateTable {
    by_class: &[
        (Class::ConvDspSignalWide, [0.65, 4.5, 24.0, 110.0, 880.0, 0.0, 0.0]),
        (Class::ConvDspSignal, [0.84, 5.0, 24.0, 110.0, 880.0, 0.0, 0.0]),
        (Class::ConvDspStep2, [0.79, 6.0, 30.0, 110.0, 880.0, 0.0, 0.0]),
        (Class::ConvDspImage, [0.64, 6.0, 30.0, 110.0, 880.0, 0.0, 0.0]),
        (Class::KroneckerNear, [0.445, 4.5, 70.0, 110.0, 880.0, 0.0, 0.0]),
        (Class::KroneckerApart, [0.5, 4.5, 70.0, 110.0, 880.0, 0.0, 0.0]),
        (Class::KroneckerFar, [0.556, 4.5, 70.0, 110.0, 880.0, 0.0, 0.0]),
        (Class::Conv1dC1, [1.4, 1.5, 2.0, 0.0, 1200.0, 0.0, 0.0]),
        (Class::Im2col, [1.3, 6.0, 20.0, 110.0, 4000.0, 0.0, 0.0]),
        (Class::DenseToMap, [8.0, 14.0, 0.0, 0.0, 880.0, 0.0, 0.0]),
        (Class::DepthwiseDsp, [2.0, 8.0, 0.0, 0.0, 1000.0, 0.0, 0.0]),
        (Class::Simd16, [0.4, 3.0, 0.0, 0.0, 900.0, 0.0, 0.0]),
        (Class::Swar16DualPhase, [4.2, 42.0, 0.0, 0.0, 2000.0, 0.0, 0.0]),
        (Class::Swar16Words, [1.75, 42.0, 0.0, 0.0, 2000.0, 2.5, 0.0]),
        (Class::Swar16Expanded, [2.0, 42.0, 0.0, 0.0, 2000.0, 2.5, 3.0]),
        (Class::Swar21, [6.0, 40.0, 0.0, 0.0, 1500.0, 6.0, 0.0]),
        (Class::Swar21Direct, [6.0, 60.0, 0.0, 0.0, 1500.0, 0.0, 0.0]),
        (Class::Swar21Sliding, [6.0, 60.0, 0.0, 0.0, 1500.0, 0.0, 0.0]),
        (Class::PortableMoves, [0.0, 20.0, 0.0, 0.0, 880.0, 0.0, 0.0]),
        (Class::PortableConv, [6.0, 110.0, 0.0, 40.0, 880.0, 0.0, 0.0]),
        (Class::PortableLinear, [6.0, 110.0, 0.0, 40.0, 880.0, 0.0, 0.0]),
        (Class::PortablePool, [0.0, 20.0, 0.0, 0.0, 880.0, 0.0, 0.0]),
        (Class::Between, [0.0, 18.0, 0.0, 0.0, 0.0, 0.0, 0.0]),
    ],
};

/// Rates of ARMv6-M.
#[rustfmt::skip]
pub(crate) const ARMV6M: RateTable = RateTable {
    by_class: &[
        (Class::ConvDspSignalWide, [0.65, 4.5, 24.0, 110.0, 880.0, 0.0, 0.0]),
        (Class::ConvDspSignal, [0.84, 5.0, 24.0, 110.0, 880.0, 0.0, 0.0]),
        (Class::ConvDspStep2, [0.79, 6.0, 30.0, 110.0, 880.0, 0.0, 0.0]),
        (Class::ConvDspImage, [0.64, 6.0, 30.0, 110.0, 880.0, 0.0, 0.0]),
        (Class::KroneckerNear, [0.445, 4.5, 70.0, 110.0, 880.0, 0.0, 0.0]),
        (Class::KroneckerApart, [0.5, 4.5, 70.0, 110.0, 880.0, 0.0, 0.0]),
        (Class::KroneckerFar, [0.556, 4.5, 70.0, 110.0, 880.0, 0.0, 0.0]),
        (Class::Conv1dC1, [1.4, 1.5, 2.0, 0.0, 1200.0, 0.0, 0.0]),
        (Class::Im2col, [1.3, 6.0, 20.0, 110.0, 4000.0, 0.0, 0.0]),
        (Class::DenseToMap, [8.0, 14.0, 0.0, 0.0, 880.0, 0.0, 0.0]),
        (Class::DepthwiseDsp, [2.0, 8.0, 0.0, 0.0, 1000.0, 0.0, 0.0]),
        (Class::Simd16, [0.4, 3.0, 0.0, 0.0, 900.0, 0.0, 0.0]),
        (Class::Swar16DualPhase, [4.2, 42.0, 0.0, 0.0, 2000.0, 0.0, 0.0]),
        (Class::Swar16Words, [1.75, 42.0, 0.0, 0.0, 2000.0, 2.5, 0.0]),
        (Class::Swar16Expanded, [2.0, 42.0, 0.0, 0.0, 2000.0, 2.5, 3.0]),
        (Class::Swar21, [6.0, 40.0, 0.0, 0.0, 1500.0, 6.0, 0.0]),
        (Class::Swar21Direct, [6.0, 60.0, 0.0, 0.0, 1500.0, 0.0, 0.0]),
        (Class::Swar21Sliding, [6.0, 60.0, 0.0, 0.0, 1500.0, 0.0, 0.0]),
        (Class::PortableMoves, [0.0, 30.0, 0.0, 0.0, 1200.0, 0.0, 0.0]),
        (Class::PortableConv, [11.5, 222.0, 0.0, 60.0, 1200.0, 0.0, 0.0]),
        (Class::PortableLinear, [11.5, 222.0, 0.0, 60.0, 1200.0, 0.0, 0.0]),
        (Class::PortablePool, [0.0, 30.0, 0.0, 0.0, 1200.0, 0.0, 0.0]),
        (Class::Between, [0.0, 18.0, 0.0, 0.0, 0.0, 0.0, 0.0]),
    ],
};

/// Rates of RISC-V with multiplication.
#[rustfmt::skip]
pub(crate) const RV32IM: RateTable = RateTable {
    by_class: &[
        (Class::ConvDspSignalWide, [0.65, 4.5, 24.0, 110.0, 880.0, 0.0, 0.0]),
        (Class::ConvDspSignal, [0.84, 5.0, 24.0, 110.0, 880.0, 0.0, 0.0]),
        (Class::ConvDspStep2, [0.79, 6.0, 30.0, 110.0, 880.0, 0.0, 0.0]),
        (Class::ConvDspImage, [0.64, 6.0, 30.0, 110.0, 880.0, 0.0, 0.0]),
        (Class::KroneckerNear, [0.445, 4.5, 70.0, 110.0, 880.0, 0.0, 0.0]),
        (Class::KroneckerApart, [0.5, 4.5, 70.0, 110.0, 880.0, 0.0, 0.0]),
        (Class::KroneckerFar, [0.556, 4.5, 70.0, 110.0, 880.0, 0.0, 0.0]),
        (Class::Conv1dC1, [1.4, 1.5, 2.0, 0.0, 1200.0, 0.0, 0.0]),
        (Class::Im2col, [1.3, 6.0, 20.0, 110.0, 4000.0, 0.0, 0.0]),
        (Class::DenseToMap, [8.0, 14.0, 0.0, 0.0, 880.0, 0.0, 0.0]),
        (Class::DepthwiseDsp, [2.0, 8.0, 0.0, 0.0, 1000.0, 0.0, 0.0]),
        (Class::Simd16, [0.4, 3.0, 0.0, 0.0, 900.0, 0.0, 0.0]),
        (Class::Swar16DualPhase, [4.2, 42.0, 0.0, 0.0, 2000.0, 0.0, 0.0]),
        (Class::Swar16Words, [1.75, 42.0, 0.0, 0.0, 2000.0, 2.5, 0.0]),
        (Class::Swar16Expanded, [2.0, 42.0, 0.0, 0.0, 2000.0, 2.5, 3.0]),
        (Class::Swar21, [1.95, 20.0, 0.0, 0.0, 1200.0, 3.0, 0.0]),
        (Class::Swar21Direct, [4.5, 60.0, 0.0, 0.0, 2500.0, 0.0, 0.0]),
        (Class::Swar21Sliding, [2.0, 14.0, 0.0, 0.0, 1500.0, 0.0, 0.0]),
        (Class::PortableMoves, [0.0, 30.0, 0.0, 0.0, 1200.0, 0.0, 0.0]),
        (Class::PortableConv, [8.0, 80.0, 0.0, 40.0, 1200.0, 0.0, 0.0]),
        (Class::PortableLinear, [8.0, 80.0, 0.0, 40.0, 1200.0, 0.0, 0.0]),
        (Class::PortablePool, [0.0, 30.0, 0.0, 0.0, 1200.0, 0.0, 0.0]),
        (Class::Between, [0.0, 18.0, 0.0, 0.0, 0.0, 0.0, 0.0]),
    ],
};
