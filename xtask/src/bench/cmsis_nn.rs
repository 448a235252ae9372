//! What CMSIS-NN needs for the same models on the same emulated boards.
//!
//! Measured for this project with CMSIS-NN of July 2026, GCC 12.2 and QEMU 7.2: whole inferences, every layer's output
//! checked against a TensorFlow Lite reference, the best configuration found for each core (digits: -O3, the best kernel a
//! layer, the last layer asked for the kept 28×28 only; timeseries: -O2 on the M4, -O3 on the M0+), instructions counted by
//! the emulator, cycles by the same model as ours. Memory is input + output + scratch of the largest layer. Of the zoo (-O3, the best
//! kernel a layer) instructions and cycles are to the nearest thousand or hundred, and flash is weights and parameters without code.

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
    // A reference model's other plans are compared with the same figures.
    let model = match model.split('-').next()? {
        network @ ("digits" | "timeseries") => network,
        _ => model,
    };
    let [instructions, cycles_estimate, arena_bytes, flash_bytes] = match (model, core) {
        ("digits", "M4F") => [32_907_222, 41_290_000, 44_512, 263_000],
        ("digits", "M0+") => [107_555_189, 149_700_000, 44_512, 259_204],
        ("timeseries", "M4F") => [8_348_155, 10_650_000, 48_000, 16_300],
        ("timeseries", "M0+") => [25_676_391, 36_040_000, 48_000, 16_428],
        ("mlperf-ad", "M4F") => [571_000, 707_000, 768, 270_880],
        ("mlperf-ad", "M0+") => [1_604_000, 2_195_000, 768, 270_880],
        ("vibration", "M4F") => [35_300, 44_100, 144, 13_104],
        ("vibration", "M0+") => [94_500, 128_700, 144, 13_104],
        ("conv1d-8ch", "M4F") => [1_041_000, 1_316_000, 10_720, 13_792],
        ("conv1d-8ch", "M0+") => [3_182_000, 4_425_000, 10_720, 13_792],
        ("separable-3ch", "M4F") => [2_196_000, 2_824_000, 8_768, 5_939],
        ("separable-3ch", "M0+") => [8_485_000, 12_110_000, 8_768, 5_939],
        ("image-64", "M4F") => [11_789_000, 15_057_000, 30_912, 29_484],
        ("image-64", "M0+") => [35_255_000, 49_046_000, 30_912, 29_484],
        _ => return None,
    };
    Some(Reference { instructions, cycles_estimate, arena_bytes, flash_bytes })
}
