//! What is particular to Cortex-M.

pub mod counter;
#[cfg(feature = "report")]
mod fault;
pub mod guard;

pub use cortex_m::singleton;
pub use cortex_m_rt::entry;

use cortex_m::asm;
use cortex_m::register::msp;

/// Where the stack ends now.
#[inline(always)]
pub fn stack_pointer() -> usize {
    msp::read() as usize
}

/// Does nothing for a while.
pub fn idle() {
    asm::nop();
}

/// Waits for something to happen, for good.
pub fn stop() -> ! {
    loop {
        asm::wfi();
    }
}
