//! Executed instructions, by the processor's own count of them: exact, also in the emulator under `-icount`, without which
//! that counts something else. On a real part the same code counts instructions, too, not cycles.

use core::arch::asm;

use riscv::register::minstret;

const LOOPS: u32 = 500_000;
const LOOP_INSTRUCTIONS: u32 = 2 * LOOPS;
/// Of two readings, one is counted.
const OVERHEAD: u32 = 1;

/// Counts the instructions of a piece of work.
pub struct Counter {
    /// What was counted for [`LOOP_INSTRUCTIONS`].
    found: u32,
}

impl Default for Counter {
    fn default() -> Self {
        Self::new()
    }
}

impl Counter {
    /// Counts a loop of known length.
    pub fn new() -> Self {
        Self { found: spin().saturating_sub(OVERHEAD) }
    }

    /// Does the work; returns what it gave and how many instructions it executed, modulo 2³².
    #[inline(always)]
    pub fn count<T>(&self, work: impl FnOnce() -> T) -> (T, u32) {
        let before = minstret::read() as u32;
        let result = work();
        let after = minstret::read() as u32;
        (result, after.wrapping_sub(before).saturating_sub(OVERHEAD))
    }

    /// What is counted for 1000 instructions.
    pub fn instructions_per_1000_ticks(&self) -> u32 {
        (u64::from(self.found) * 1000 / u64::from(LOOP_INSTRUCTIONS)) as u32
    }
}

/// What is counted from before two instructions, [`LOOPS`] times, to behind them.
fn spin() -> u32 {
    let (before, after): (u32, u32);
    // SAFETY: the loop touches registers that are declared.
    unsafe {
        asm!(
            "csrr {before}, minstret",
            "2:",
            "addi {n}, {n}, -1",
            "bnez {n}, 2b",
            "csrr {after}, minstret",
            n = inout(reg) LOOPS => _,
            before = out(reg) before,
            after = out(reg) after,
            options(nomem, nostack)
        );
    }
    after.wrapping_sub(before)
}
