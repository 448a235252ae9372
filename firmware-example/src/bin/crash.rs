//! Goes wrong on purpose, so that the tests can see that a run that goes wrong never passes. Argument: what to do.
#![no_std]
#![no_main]

use core::hint::black_box;

use picoae_firmware_example::host::{Arguments, succeed};
use picoae_firmware_example::machine::{entry, guard, idle};

#[entry]
fn main() -> ! {
    guard::forbid_below_stack();
    match Arguments::get().nth(1) {
        "nothing" => {}
        "panic" => panic!("as asked"),
        "fault" => {
            // SAFETY: no memory lies at this address on the emulated boards; the processor faults, which is the purpose.
            unsafe { (0xf000_0000 as *const u32).read_volatile() };
        }
        "overflow" => {
            black_box(deepen(black_box(1)));
        }
        "hang" => loop {
            idle();
        },
        other => panic!("`{other}` is nothing to do"),
    }
    succeed()
}

/// Calls itself until the stack is used up.
#[inline(never)]
#[allow(unconditional_recursion)]
fn deepen(depth: u32) -> u32 {
    let mut frame = [depth; 64];
    black_box(&mut frame);
    // The frame is looked at after the call, so that the call cannot take its place.
    let below = black_box(deepen(depth + 1));
    black_box(&mut frame);
    below ^ frame[depth as usize % 64]
}
