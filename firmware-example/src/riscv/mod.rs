//! What is particular to RISC-V, in machine mode.

pub mod counter;
#[cfg(feature = "report")]
mod fault;
pub mod guard;
mod region;

pub use riscv::singleton;
pub use riscv_rt::entry;

use core::arch::asm;

/// Where the stack ends now.
#[inline(always)]
pub fn stack_pointer() -> usize {
    let pointer;
    // SAFETY: a register is read.
    unsafe { asm!("mv {}, sp", out(reg) pointer, options(nomem, nostack, preserves_flags)) };
    pointer
}

/// Does nothing for a while.
pub fn idle() {
    riscv::asm::nop();
}

/// Waits for something to happen, for good.
pub fn stop() -> ! {
    loop {
        riscv::asm::wfi();
    }
}
