//! Goes wrong on purpose, so that the tests can see that a run that goes wrong never passes. Argument: what to do.
#![no_std]
#![no_main]

use core::hint::black_box;

use cortex_m_rt::entry;
use picoae_firmware_example::host::{Arguments, succeed};

#[entry]
fn main() -> ! {
    match Arguments::get().nth(1) {
        "nothing" => {}
        "panic" => panic!("as asked"),
        "fault" => {
            // SAFETY: no memory lies at this address on the emulated boards; the processor faults, which is the purpose.
            unsafe { (0xa000_0000 as *const u32).read_volatile() };
        }
        "overflow" => {
            black_box(deepen(black_box(1)));
        }
        "hang" => loop {
            cortex_m::asm::nop();
        },
        other => panic!("`{other}` is nothing to do"),
    }
    succeed()
}

/// Calls itself until the stack is used up.
#[inline(never)]
#[allow(unconditional_recursion)]
fn deepen(depth: u32) -> u32 {
    let frame = black_box([depth; 64]);
    deepen(depth + 1) + frame[depth as usize % 64]
}
