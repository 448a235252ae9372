//! The smallest useful program, as a product would have it: a sample comes, a decision goes. It prints nothing, so its
//! size is what picoae and the model cost.
#![no_std]
#![no_main]

#[cfg(not(feature = "report"))]
use core::panic::PanicInfo;
use core::sync::atomic::{AtomicI8, AtomicU8, Ordering};

use picoae::{Aligned, Decision, ScorerIn};
use picoae_firmware_example::machine::{self, entry, singleton};

picoae_firmware_example::compiled_model!();

/// Where a converter would put its samples.
static CONVERTER: AtomicI8 = AtomicI8::new(0);
/// What a lamp would show.
static LAMP: AtomicU8 = AtomicU8::new(0);

#[entry]
fn main() -> ! {
    let Ok(model) = model::load() else { stop() };
    let arena = singleton!(: Aligned<[u8; model::ARENA_BYTES]> = Aligned([0; model::ARENA_BYTES]));
    let Some(arena) = arena else { stop() };
    let Ok(mut scorer) = ScorerIn::with_arena(&model, &mut arena.0[..]) else { stop() };
    let threshold = model.threshold();
    loop {
        let sample = CONVERTER.load(Ordering::Relaxed);
        if let Some(score) = scorer.push(sample) {
            let alarm = threshold.decide(&score) == Decision::Anomaly;
            LAMP.store(u8::from(alarm), Ordering::Relaxed);
        }
    }
}

fn stop() -> ! {
    LAMP.store(2, Ordering::Relaxed);
    machine::stop()
}

/// The runtime does not panic; the language asks for this all the same.
#[cfg(not(feature = "report"))]
#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    stop()
}
