//! Cortex-M33: ARMv8-M with the main and the DSP extension.

use super::core::{Core, QEMU_ARM};

pub(super) static CORE: Core = Core {
    name: "M33",
    id: "m33",
    target: "thumbv8m.main-none-eabihf",
    // Not by `-C target-cpu`: the compiler's `core` is built for any processor, and code for this one is not merged with it.
    rustc_flags: &["--cfg=picoae_dsp"],
    plan_suffix: ".cortex-m4",
    emulator: &QEMU_ARM,
    machine: "mps2-an505",
    part: "stm32h503xb",
    large_part: "stm32l552xe",
    smallest_part: None,
    whole_board: "mps2-an505",
    cycle_model: None,
};
