//! Cortex-M55: ARMv8.1-M with the main and the DSP extension. Its vector extension is left to the compiler.

use super::core::{Core, QEMU_ARM};

pub(super) static CORE: Core = Core {
    name: "M55",
    id: "m55",
    target: "thumbv8m.main-none-eabihf",
    rustc_flags: &["-Ctarget-cpu=cortex-m55"],
    plan_suffix: ".cortex-m4",
    emulator: &QEMU_ARM,
    machine: "mps3-an547",
    part: "m55m1h2",
    large_part: "m55m1h2",
    smallest_part: None,
    whole_board: "mps3-an547",
    cycle_model: None,
};
