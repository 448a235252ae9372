//! Makes a stack overflow fault at its first word.
//!
//! The memory layouts put the stack at the start of RAM. Most parts have nothing below; on the emulated board the first
//! entry of the physical memory protection forbids the 16 MiB below RAM, locked, so that it holds in machine mode too. The
//! fault handler has a stack of its own.

use riscv::register::{Permission, Range, pmpaddr0, pmpcfg0};

use super::region::{BASE, SIZE};

/// Forbids what lies below the stack.
pub fn forbid_below_stack() {
    #[cfg(feature = "report")]
    super::fault::catch();
    // SAFETY: the region holds neither code nor data of the program, so forbidding it changes nothing for correct code.
    unsafe {
        pmpaddr0::write(BASE >> 2 | ((SIZE >> 3) - 1));
        pmpcfg0::set_pmp(0, Range::NAPOT, Permission::NONE, true);
    }
}
