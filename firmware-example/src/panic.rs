//! A panic says what it was and ends the run as failed, so that no test can take it for success.

use core::panic::PanicInfo;

use semihosting::println;

#[panic_handler]
fn panic(info: &PanicInfo) -> ! {
    picoae_panicked(info)
}

/// Under this name the device tests see in a program whether it can panic.
#[inline(never)]
fn picoae_panicked(info: &PanicInfo) -> ! {
    println!("{}", info);
    crate::host::fail()
}
