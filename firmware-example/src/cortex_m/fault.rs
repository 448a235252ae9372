//! A processor fault says what it was and ends the run as failed.

use cortex_m_rt::{ExceptionFrame, exception};
use semihosting::println;

use crate::host::fail;

// SAFETY: the handler does not return, so the state of what it interrupted does not matter.
#[exception]
unsafe fn HardFault(frame: &ExceptionFrame) -> ! {
    println!("processor fault at {:#010x}, called from {:#010x}", frame.pc(), frame.lr());
    fail()
}

// SAFETY: the handler does not return, so the state of what it interrupted does not matter.
#[exception]
unsafe fn DefaultHandler(number: i16) {
    println!("unexpected interrupt {}", number);
    fail()
}
