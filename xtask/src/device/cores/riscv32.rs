//! RISC-V: RV32IMAC. The emulated board is a virtual one with memory where the layouts put it.

use super::core::{Core, Emulator};

/// QEMU with the boards of 32-bit RISC-V processors. Without firmware of its own it starts the program itself.
static QEMU_RISCV32: Emulator =
    Emulator { program: "qemu-system-riscv32", package: "qemu-system-misc", arguments: &["-bios", "none"] };

pub(super) static CORE: Core = Core {
    smallest_part: None,
    name: "RV32IMAC",
    id: "riscv32",
    target: "riscv32imac-unknown-none-elf",
    rustc_flags: &[],
    plan_suffix: ".riscv32",
    emulator: &QEMU_RISCV32,
    machine: "virt",
    part: "gd32vf103xb",
    large_part: "esp32h2fh2",
    whole_board: "emulator-riscv",
    cycle_model: None,
};
