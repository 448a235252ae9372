//! Makes a stack overflow fault at its first word.
//!
//! The memory layouts put the stack at the start of RAM. Most parts have nothing below, so running off it faults by
//! itself; the emulated boards (and some parts) ignore such writes instead. So the processor is told:
//!
//! - ARMv8-M with the main extension compares the stack pointer with a limit.
//! - Elsewhere the memory protection unit, where there is one, forbids the 16 MiB below RAM.
//!
//! The fault handler then has no stack either. Where it gets so far it begins the stack anew and says what happened (`fault`);
//! where its own stack is forbidden, too, the processor locks up, and the emulator says so and ends.

/// Forbids what lies below the stack, by the stack pointer's limit.
#[cfg(stack_limit)]
pub fn forbid_below_stack() {
    // SAFETY: the stack's memory starts there, so correct code is not affected.
    unsafe { cortex_m::register::msplim::write(crate::stack::end() as u32) };
}

/// Forbids what lies below the stack; without effect on a processor that has no memory protection unit.
#[cfg(not(stack_limit))]
pub fn forbid_below_stack() {
    use cortex_m::asm::{dsb, isb};
    use cortex_m::peripheral::MPU;

    /// Start of the forbidden region, a multiple of its size.
    const BASE: u32 = 0x1f00_0000;
    /// 2^(23 + 1) bytes, as the register wants it.
    const SIZE: u32 = 23 << 1;
    const NEVER_EXECUTE: u32 = 1 << 28;
    const REGION_ON: u32 = 1;
    /// Unit on, and privileged code keeps the usual map elsewhere.
    const UNIT_ON: u32 = 0b101;

    // SAFETY: nothing else in these programs uses the unit.
    let unit = unsafe { &*MPU::PTR };
    let regions = unit._type.read() >> 8 & 0xff;
    if regions == 0 {
        return;
    }
    // SAFETY: the region holds neither code nor data of the program, so forbidding it changes nothing for correct code.
    unsafe {
        unit.rnr.write(0);
        unit.rbar.write(BASE);
        unit.rasr.write(NEVER_EXECUTE | SIZE | REGION_ON);
        unit.ctrl.write(UNIT_ON);
    }
    dsb();
    isb();
}
