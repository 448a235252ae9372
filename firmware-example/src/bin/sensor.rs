//! The smallest useful program, as a product would have it: a sample comes, a verdict goes. It prints nothing, so its
//! size is what picoae and the model cost.
#![no_std]
#![no_main]

#[cfg(not(feature = "report"))]
use core::panic::PanicInfo;
use core::sync::atomic::{AtomicI8, AtomicU8, Ordering};

use picoae_firmware_example::machine::{self, entry};

picoae_firmware_example::compiled_model!();

/// Where a converter would put its samples.
static CONVERTER: AtomicI8 = AtomicI8::new(0);
/// What a lamp would show.
static LAMP: AtomicU8 = AtomicU8::new(0);

/// The detector that was generated with the model: all 0 at the start, so it costs no flash.
#[cfg(feature = "const-model")]
static DETECTOR: static_cell::ConstStaticCell<model::Detector> =
    static_cell::ConstStaticCell::new(model::Detector::new());

#[cfg(feature = "const-model")]
#[entry]
fn main() -> ! {
    let Some(detector) = DETECTOR.try_take() else { stop() };
    loop {
        if let Some(verdict) = detector.push(CONVERTER.load(Ordering::Relaxed)) {
            LAMP.store(u8::from(verdict.is_anomaly()), Ordering::Relaxed);
        }
    }
}

/// The same with a model that could be replaced without compiling.
#[cfg(not(feature = "const-model"))]
#[entry]
fn main() -> ! {
    use machine::singleton;
    use picoae::{Aligned, Decision, StreamScorer};

    let Ok(model) = model::load() else { stop() };
    let arena = singleton!(: Aligned<[u8; model::ARENA_BYTES]> = Aligned([0; model::ARENA_BYTES]));
    let Some(arena) = arena else { stop() };
    let Ok(mut scorer) = StreamScorer::with_arena(&model, &mut arena.0[..]) else { stop() };
    let threshold = model.threshold();
    loop {
        if let Some(score) = scorer.push(CONVERTER.load(Ordering::Relaxed)) {
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
    picoae_panicked()
}

/// Linked only where something can panic, under this name: the device tests look for it. Its value on the lamp is no other's, so
/// that the compiler does not make one function of it and another.
#[cfg(not(feature = "report"))]
#[inline(never)]
fn picoae_panicked() -> ! {
    LAMP.store(3, Ordering::Relaxed);
    machine::stop()
}
