//! Cortex-M7: ARMv7E-M, with the DSP instructions of the Cortex-M4.

use super::core::{Core, QEMU_ARM};

pub(super) static CORE: Core = Core {
    name: "M7",
    id: "m7",
    target: "thumbv7em-none-eabihf",
    rustc_flags: &[],
    plan_suffix: ".cortex-m4",
    emulator: &QEMU_ARM,
    machine: "mps2-an500",
    part: "stm32f722xc",
    large_part: "stm32f722xe",
    smallest_part: None,
    whole_board: "emulator",
    cycle_model: None,
};
