//! What CMSIS-NN needs for the same two models on the same emulated boards.
//!
//! Measured for this project with CMSIS-NN of July 2026, GCC 12.2 and QEMU 7.2: whole inferences, every layer's output
//! checked against a TensorFlow Lite reference, the best configuration found for each core (digits: -O3, the best kernel a
//! layer, the last layer asked for the kept 28×28 only; timeseries: -O2 on the M4, -O3 on the M0+), instructions counted by
//! the emulator, cycles by the same model as ours. Memory is input + output + scratch of the largest layer.

/// One inference by CMSIS-NN.
pub(crate) struct Reference {
    pub(crate) instructions: u64,
    pub(crate) cycles_estimate: u64,
    pub(crate) arena_bytes: u64,
    /// Code, weights and parameters.
    pub(crate) flash_bytes: u64,
}

/// The figures for a model (in any of its plans) on a core.
pub(crate) fn reference(model: &str, core: &str) -> Option<Reference> {
    let [instructions, cycles_estimate, arena_bytes, flash_bytes] = match (model.split('-').next()?, core) {
        ("digits", "M4F") => [32_907_222, 41_290_000, 44_512, 263_000],
        ("digits", "M0+") => [107_555_189, 149_700_000, 44_512, 259_204],
        ("timeseries", "M4F") => [8_348_155, 10_650_000, 48_000, 16_300],
        ("timeseries", "M0+") => [25_676_391, 36_040_000, 48_000, 16_428],
        _ => return None,
    };
    Some(Reference { instructions, cycles_estimate, arena_bytes, flash_bytes })
}
