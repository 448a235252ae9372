//! Executed instructions, read off the processor's own timer.
//!
//! Under `-icount shift=0` the emulator's virtual time advances one nanosecond an instruction, so SysTick, which ticks at
//! the board's clock, counts instructions: one tick is 40 of them at 25 MHz (most mps2 boards), 50 at 20 MHz
//! (mps2-an505), 31.25 at 32 MHz (mps3-an547), 62.5 at 16 MHz (micro:bit). [`Counter::new`] measures that
//! ratio on a loop of known length. On a real part the same code counts cycles.

use core::arch::asm;

use cortex_m::peripheral::SYST;
use cortex_m::peripheral::syst::SystClkSource;

const RELOAD: u32 = 0x00ff_ffff;
const LOOPS: u32 = 500_000;
const LOOP_INSTRUCTIONS: u64 = 2 * LOOPS as u64;

/// Counts the instructions of a piece of work. Resolution: one tick of the timer.
pub struct Counter {
    /// Held so that nothing else sets it.
    _timer: SYST,
    /// Ticks that [`LOOP_INSTRUCTIONS`] take.
    loop_ticks: u32,
    /// Ticks of an empty piece of work.
    overhead: u32,
}

impl Default for Counter {
    fn default() -> Self {
        Self::new()
    }
}

impl Counter {
    /// Takes the timer, starts and calibrates it.
    ///
    /// # Panics
    /// Where something else has taken the processor's peripherals.
    pub fn new() -> Self {
        let mut timer = cortex_m::Peripherals::take().expect("nothing else takes the peripherals").SYST;
        timer.set_clock_source(SystClkSource::Core);
        timer.set_reload(RELOAD);
        timer.clear_current();
        timer.enable_counter();
        let mut counter = Self { _timer: timer, loop_ticks: 0, overhead: 0 };
        counter.overhead = counter.ticks(|| ()).1;
        counter.loop_ticks = counter.ticks(spin).1.max(1);
        counter
    }

    /// Does the work; returns what it gave and how many instructions it executed, at most 2²⁴ ticks of them.
    #[inline(always)]
    pub fn count<T>(&self, work: impl FnOnce() -> T) -> (T, u32) {
        let (result, ticks) = self.ticks(work);
        (result, (u64::from(ticks) * LOOP_INSTRUCTIONS / u64::from(self.loop_ticks)) as u32)
    }

    /// Instructions in 1000 ticks.
    pub fn instructions_per_1000_ticks(&self) -> u32 {
        (LOOP_INSTRUCTIONS * 1000 / u64::from(self.loop_ticks)) as u32
    }

    #[inline(always)]
    fn ticks<T>(&self, work: impl FnOnce() -> T) -> (T, u32) {
        let before = SYST::get_current();
        let result = work();
        let after = SYST::get_current();
        // The timer counts down. The subtraction cannot see a second time around.
        (result, (before.wrapping_sub(after) & RELOAD).saturating_sub(self.overhead))
    }
}

/// Two instructions, [`LOOPS`] times.
#[inline(never)]
fn spin() {
    // SAFETY: the loop touches one register and the flags, both declared.
    unsafe {
        asm!("2:", "subs {n}, #1", "bne 2b", n = inout(reg) LOOPS => _, options(nomem, nostack));
    }
}
