//! Instructions for each feature of a stage, by class of kernel.

use super::RateTable;

/// For a sample that enters and one that comes out.
pub(crate) const SAMPLE: f64 = 18.0;

/// Rates of the cores with the DSP extension.
pub(crate) const ARMV7EM: RateTable = RateTable {
    by_class: [
        [0.65, 4.5, 24.0, 110.0, 880.0, 0.0, 0.0],
        [0.84, 5.0, 24.0, 110.0, 880.0, 0.0, 0.0],
        [0.79, 6.0, 30.0, 110.0, 880.0, 0.0, 0.0],
        [0.64, 6.0, 30.0, 110.0, 880.0, 0.0, 0.0],
        [0.445, 4.5, 70.0, 110.0, 880.0, 0.0, 0.0],
        [0.5, 4.5, 70.0, 110.0, 880.0, 0.0, 0.0],
        [0.556, 4.5, 70.0, 110.0, 880.0, 0.0, 0.0],
        [1.4, 1.5, 2.0, 0.0, 1200.0, 0.0, 0.0],
        [1.3, 6.0, 20.0, 110.0, 4000.0, 0.0, 0.0],
        [8.0, 14.0, 0.0, 0.0, 880.0, 0.0, 0.0],
        [0.4, 3.0, 0.0, 0.0, 900.0, 0.0, 0.0],
        [4.2, 42.0, 0.0, 0.0, 2000.0, 0.0, 0.0],
        [1.75, 42.0, 0.0, 0.0, 2000.0, 2.5, 0.0],
        [2.0, 42.0, 0.0, 0.0, 2000.0, 2.5, 3.0],
        [6.0, 40.0, 0.0, 0.0, 1500.0, 6.0, 0.0],
        [6.0, 60.0, 0.0, 0.0, 1500.0, 0.0, 0.0],
        [6.0, 110.0, 0.0, 40.0, 880.0, 0.0, 0.0],
        [0.0, 20.0, 0.0, 0.0, 880.0, 0.0, 0.0],
    ],
};

/// Rates of ARMv6-M.
pub(crate) const ARMV6M: RateTable = RateTable {
    by_class: [
        ARMV7EM.by_class[0],
        ARMV7EM.by_class[1],
        ARMV7EM.by_class[2],
        ARMV7EM.by_class[3],
        ARMV7EM.by_class[4],
        ARMV7EM.by_class[5],
        ARMV7EM.by_class[6],
        ARMV7EM.by_class[7],
        ARMV7EM.by_class[8],
        ARMV7EM.by_class[9],
        ARMV7EM.by_class[10],
        ARMV7EM.by_class[11],
        ARMV7EM.by_class[12],
        ARMV7EM.by_class[13],
        ARMV7EM.by_class[14],
        ARMV7EM.by_class[15],
        [11.5, 222.0, 0.0, 60.0, 1200.0, 0.0, 0.0],
        [0.0, 30.0, 0.0, 0.0, 1200.0, 0.0, 0.0],
    ],
};

/// Rates of RISC-V with multiplication.
pub(crate) const RV32IM: RateTable = RateTable {
    by_class: [
        ARMV7EM.by_class[0],
        ARMV7EM.by_class[1],
        ARMV7EM.by_class[2],
        ARMV7EM.by_class[3],
        ARMV7EM.by_class[4],
        ARMV7EM.by_class[5],
        ARMV7EM.by_class[6],
        ARMV7EM.by_class[7],
        ARMV7EM.by_class[8],
        ARMV7EM.by_class[9],
        ARMV7EM.by_class[10],
        ARMV7EM.by_class[11],
        ARMV7EM.by_class[12],
        ARMV7EM.by_class[13],
        [1.75, 22.0, 0.0, 0.0, 1500.0, 4.0, 0.0],
        [3.8, 30.0, 0.0, 0.0, 1500.0, 0.0, 0.0],
        [11.5, 120.0, 0.0, 60.0, 1200.0, 0.0, 0.0],
        [0.0, 30.0, 0.0, 0.0, 1200.0, 0.0, 0.0],
    ],
};
