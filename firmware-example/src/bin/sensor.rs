//! The smallest useful program, as a product would have it: a sample comes, a verdict goes. It prints nothing, so its
//! size is what picoae and the model cost.
#![no_std]
#![no_main]

#[cfg(not(feature = "report"))]
use core::panic::PanicInfo;
use core::sync::atomic::{AtomicU8, AtomicU32, Ordering};

use picoae_firmware_example::machine::{self, entry};

picoae_firmware_example::compiled_model!();

/// Where a converter would put its counts, or a sensor's driver the bits of a value.
static CONVERTER: AtomicU32 = AtomicU32::new(0);
/// What a lamp would show.
static LAMP: AtomicU8 = AtomicU8::new(0);

/// The next sample of a channel.
fn count() -> i32 {
    CONVERTER.load(Ordering::Relaxed) as i32
}

/// The same of a model of physical values.
fn value() -> f32 {
    f32::from_bits(CONVERTER.load(Ordering::Relaxed))
}

/// The detector that was generated with the model: all 0 at the start, so it costs no flash.
#[cfg(feature = "const-model")]
static DETECTOR: static_cell::ConstStaticCell<model::Detector> =
    static_cell::ConstStaticCell::new(model::Detector::new());

/// A program for one model writes `detector.push([x, y, z])`; this one is compiled with any.
#[cfg(feature = "const-model")]
trait Next: picoae::Unit {
    fn next() -> Self::Raw;
}

#[cfg(feature = "const-model")]
impl Next for picoae::Counts {
    fn next() -> i32 {
        count()
    }
}

#[cfg(feature = "const-model")]
impl Next for picoae::Physical {
    fn next() -> f32 {
        value()
    }
}

#[cfg(feature = "const-model")]
#[entry]
fn main() -> ! {
    type Samples = <model::Compiled as picoae::CompiledModel>::Unit;
    let Some(detector) = DETECTOR.try_take() else { stop() };
    loop {
        let step: [_; model::CHANNELS] = core::array::from_fn(|_| Samples::next());
        if let Some(verdict) = detector.push(step) {
            LAMP.store(u8::from(verdict.alarm), Ordering::Relaxed);
        }
    }
}

/// The same with a model that could be replaced without compiling.
#[cfg(not(feature = "const-model"))]
#[entry]
fn main() -> ! {
    use machine::singleton;
    use picoae::{Alarm, Aligned, SampleKind, StreamScorer};

    let Ok(model) = model::load() else { stop() };
    let arena = singleton!(: Aligned<[u8; model::ARENA_BYTES]> = Aligned([0; model::ARENA_BYTES]));
    let Some(arena) = arena else { stop() };
    let Ok(mut scorer) = StreamScorer::with_arena(&model, &mut arena.0[..]) else { stop() };
    let (mut alarm, counts) = (Alarm::NONE, model.sample_kind() == SampleKind::Counts);
    loop {
        let pushed = match counts {
            true => scorer.push_counts(&[(); model::CHANNELS].map(|()| count())),
            false => scorer.push_physical(&[(); model::CHANNELS].map(|()| value())),
        };
        match pushed {
            Ok(Some(score)) => {
                let on = alarm.next(&model.header().alarm, model.verdict(score).is_anomaly());
                LAMP.store(u8::from(on), Ordering::Relaxed);
            }
            Ok(None) => {}
            Err(_) => stop(),
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
