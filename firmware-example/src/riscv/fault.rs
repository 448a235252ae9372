//! A processor fault says what it was and ends the run as failed.
//!
//! What faults may have no stack left, so the handler takes one of its own.

use core::arch::naked_asm;

use picoae::Aligned;
use riscv::register::mtvec::{Mtvec, TrapMode};
use riscv::register::{mcause, mepc, mtval, mtvec};
use semihosting::println;

use super::region::{BASE, SIZE};
use crate::host::fail;

const STACK_BYTES: usize = 1024;

/// The handler's stack. Only assembly names it.
static mut STACK: Aligned<[u8; STACK_BYTES]> = Aligned([0; STACK_BYTES]);

/// Takes all faults from here on.
pub(super) fn catch() {
    let address = trap as *const () as usize;
    // SAFETY: the handler starts on a multiple of 4 and never returns to what it interrupted.
    unsafe { mtvec::write(Mtvec::new(address, TrapMode::Direct)) };
}

/// Where the processor goes on after a fault.
#[unsafe(naked)]
unsafe extern "C" fn trap() -> ! {
    naked_asm!(
        ".balign 4",
        "la sp, {stack}",
        "addi sp, sp, {bytes}",
        "j {report}",
        stack = sym STACK,
        bytes = const STACK_BYTES,
        report = sym report,
    )
}

extern "C" fn report() -> ! {
    let (at, address) = (mepc::read(), mtval::read());
    if (BASE..BASE + SIZE).contains(&address) {
        println!("stack overflow at {:#010x}: the stack ran below RAM", at);
    } else {
        println!("processor fault at {:#010x}: cause {}, address {:#010x}", at, mcause::read().bits(), address);
    }
    fail()
}
