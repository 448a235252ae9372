//! A panic or a processor fault says what it was and ends the run as failed, so that no test can take it for success.

use core::panic::PanicInfo;

use cortex_m_rt::{ExceptionFrame, exception};
use cortex_m_semihosting::{debug, hprintln};

#[panic_handler]
fn panic(info: &PanicInfo) -> ! {
    cortex_m::interrupt::disable();
    hprintln!("{}", info);
    end()
}

// SAFETY: the handler does not return, so the state of what it interrupted does not matter.
#[exception]
unsafe fn HardFault(frame: &ExceptionFrame) -> ! {
    hprintln!("processor fault at {:#010x}, called from {:#010x}", frame.pc(), frame.lr());
    end()
}

// SAFETY: the handler does not return, so the state of what it interrupted does not matter.
#[exception]
unsafe fn DefaultHandler(number: i16) {
    hprintln!("unexpected interrupt {}", number);
    end()
}

fn end() -> ! {
    debug::exit(debug::EXIT_FAILURE);
    loop {
        cortex_m::asm::bkpt();
    }
}
