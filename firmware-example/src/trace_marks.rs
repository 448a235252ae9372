//! Marks that the emulator's counting plugin sees: [`mark`] executes an instruction at an address that stands for a slot,
//! and from then on the plugin books what is executed to that slot. On a real part they do nothing.

use core::arch::global_asm;

use picoae::Probe;

/// Number of slots.
pub const SLOTS: usize = 64;
/// Slot of whatever is not measured.
pub const OUTSIDE: usize = 0;
/// Slot of an inference, stages excepted when they are marked.
pub const INFERENCE: usize = 1;
/// Slot of the first stage.
pub const FIRST_STAGE: usize = 2;

// One two-byte return a slot.
#[cfg(target_arch = "riscv32")]
global_asm!(
    ".attribute arch, \"rv32imac\"",
    ".section .text.picoae_marks, \"ax\", %progbits",
    ".balign 4",
    ".global picoae_marks",
    ".type picoae_marks, %function",
    "picoae_marks:",
    ".rept 64",
    "c.jr ra",
    ".endr",
    ".size picoae_marks, . - picoae_marks",
);
#[cfg(target_arch = "arm")]
global_asm!(
    ".section .text.picoae_marks, \"ax\", %progbits",
    ".balign 4",
    ".global picoae_marks",
    ".type picoae_marks, %function",
    ".thumb_func",
    "picoae_marks:",
    ".rept 64",
    "bx lr",
    ".endr",
    ".size picoae_marks, . - picoae_marks",
);

unsafe extern "C" {
    fn picoae_marks();
}

/// Books what is executed from here on to `slot`; slots beyond the last share the last.
#[inline(never)]
pub fn mark(slot: usize) {
    let address = picoae_marks as *const () as usize + 2 * slot.min(SLOTS - 1);
    // SAFETY: every second byte of `picoae_marks` starts a return instruction, which is a whole function without effect;
    // the address of a Thumb function has its lowest bit
    // set, and so has the sum.
    let landmark: extern "C" fn() = unsafe { core::mem::transmute(address) };
    landmark();
}

/// Marks each stage while it works.
pub struct StageMarks;

impl Probe for StageMarks {
    fn begin(&mut self, stage: usize) {
        mark(FIRST_STAGE + stage);
    }

    fn end(&mut self, _stage: usize) {
        mark(INFERENCE);
    }
}
