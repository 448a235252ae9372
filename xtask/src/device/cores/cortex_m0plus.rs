//! Cortex-M0+: ARMv6-M. The emulated board has a Cortex-M3, which executes ARMv6-M code too.

use super::core::{Core, QEMU_ARM, SmallPart};

pub(super) static CORE: Core = Core {
    name: "M0+",
    id: "m0plus",
    target: "thumbv6m-none-eabi",
    rustc_flags: &[],
    plan_suffix: ".cortex-m0",
    emulator: &QEMU_ARM,
    machine: "mps2-an385",
    part: "atsamd21x18",
    large_part: "stm32g0b1xe",
    // The chip of the first BBC micro:bit, a Cortex-M0 with 16 KiB of RAM.
    smallest_part: Some(SmallPart { memory: "nrf51822xxaa", machine: "microbit" }),
    whole_board: "emulator",
    cycle_model: Some("m0plus"),
};
