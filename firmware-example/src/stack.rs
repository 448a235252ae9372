//! How deep the stack goes: the unused part is painted, and afterwards one looks how much of the paint is left.

use core::ptr::addr_of;

use crate::machine::stack_pointer;

const PAINT: u32 = 0xc5c5_c5c5;
/// Left unpainted below the painting function, for its own frame and an interrupt's.
const MARGIN: usize = 96;

unsafe extern "C" {
    static _stack_start: u32;
    static _stack_end: u32;
}

/// The stack as it was when it was painted.
#[derive(Clone, Copy)]
pub struct Painted {
    top: usize,
}

/// Paints the unused part of the stack.
#[inline(never)]
pub fn paint() -> Painted {
    let top = stack_pointer();
    let mut at = end();
    while at < top - MARGIN {
        // SAFETY: the word lies in the stack's memory, aligned, and below everything that is in use.
        unsafe { (at as *mut u32).write_volatile(PAINT) };
        at += 4;
    }
    Painted { top }
}

impl Painted {
    /// Bytes of stack used since, below the place where [`paint`] was called.
    #[inline(never)]
    pub fn used(self) -> usize {
        self.top - lowest()
    }
}

/// Bytes of stack used since [`paint`], from its very start.
pub fn high_water() -> usize {
    let start = addr_of!(_stack_start) as usize;
    start - lowest()
}

/// Bytes that the memory layout gives the stack.
pub fn size() -> usize {
    start() - end()
}

/// One behind the highest address of the stack.
pub(crate) fn start() -> usize {
    addr_of!(_stack_start) as usize
}

/// The lowest address of the stack.
pub(crate) fn end() -> usize {
    addr_of!(_stack_end) as usize
}

/// Address of the lowest word that has lost its paint.
fn lowest() -> usize {
    let here = stack_pointer();
    let mut at = end();
    // SAFETY: the word lies in the stack's memory, aligned; reading what lies unused there has no effect.
    while at < here && unsafe { (at as *const u32).read_volatile() } == PAINT {
        at += 4;
    }
    at
}
