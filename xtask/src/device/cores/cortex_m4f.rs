//! Cortex-M4F: ARMv7E-M, with the DSP instructions.

use super::core::{Core, QEMU_ARM};

pub(super) static CORE: Core = Core {
    name: "M4F",
    id: "m4f",
    target: "thumbv7em-none-eabihf",
    rustc_flags: &[],
    plan_suffix: ".cortex-m4",
    emulator: &QEMU_ARM,
    machine: "mps2-an386",
    part: "stm32f373xc",
    large_part: "stm32f303xe",
    smallest_part: None,
    whole_board: "emulator",
    cycle_model: Some("m4"),
};
