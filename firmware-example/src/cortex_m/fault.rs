//! A processor fault says what it was and ends the run as failed.

use cortex_m_rt::{ExceptionFrame, exception};
use semihosting::println;

use crate::host::fail;

// SAFETY: the handler does not return, so the state of what it interrupted does not matter.
#[exception]
unsafe fn HardFault(frame: &ExceptionFrame) -> ! {
    if core::ptr::from_ref(frame).addr() < crate::stack::end() {
        // There is no stack to print with, and nobody will come back to what lies on it: begin it anew.
        // SAFETY: the stack's memory ends there, and `overflow` does not return.
        unsafe { cortex_m::asm::bootstrap(crate::stack::start() as *const u32, overflow as *const () as *const u32) }
    }
    println!("processor fault at {:#010x}, called from {:#010x}", frame.pc(), frame.lr());
    fail()
}

// SAFETY: the handler does not return, so the state of what it interrupted does not matter.
#[exception]
unsafe fn DefaultHandler(number: i16) {
    println!("unexpected interrupt {}", number);
    fail()
}

extern "C" fn overflow() -> ! {
    println!("stack overflow: the stack ran below RAM");
    fail()
}
