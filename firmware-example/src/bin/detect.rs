//! Raw samples through the detector that was generated with its model. Arguments: file of samples as words, file for the verdicts
//! (see `raw`).
#![no_std]
#![no_main]

use picoae::{Aligned, CompiledModel, Counts, Physical, StreamScorer, Unit};
use picoae_firmware_example::harness::accept;
use picoae_firmware_example::host::{Arguments, File, succeed};
use picoae_firmware_example::machine::counter::Counter;
use picoae_firmware_example::machine::{entry, guard, singleton};
use picoae_firmware_example::raw::write_verdict;
use semihosting::println;
use static_cell::ConstStaticCell;

picoae_firmware_example::compiled_model!();

type Samples = <model::Compiled as CompiledModel>::Unit;

static DETECTOR: ConstStaticCell<model::Detector> = ConstStaticCell::new(model::Detector::new());

/// A sample out of a word of the file.
trait FromWord: Unit {
    fn sample(word: i32) -> Self::Raw;
}

impl FromWord for Counts {
    fn sample(word: i32) -> i32 {
        word
    }
}

impl FromWord for Physical {
    fn sample(word: i32) -> f32 {
        f32::from_bits(word as u32)
    }
}

#[entry]
fn main() -> ! {
    guard::forbid_below_stack();
    let arguments = Arguments::get();
    let detector = DETECTOR.take();
    let (mut input, mut results) = (File::open(arguments.nth(1)), File::create(arguments.nth(2)));
    let counter = Counter::new();
    // The lower level, to compare with.
    let arena = singleton!(: Aligned<[u8; model::ARENA_BYTES]> = Aligned([0; model::ARENA_BYTES]));
    let arena = &mut arena.expect("this is the first time").0[..];
    let mut scorer = accept(StreamScorer::with_arena(&accept(model::load()), arena));
    let window = singleton!(: [i32; model::INPUT] = [0; model::INPUT]).expect("this is the first time");
    let mut windows = 0;
    while input.read_words(window) {
        let steps = window.as_chunks::<{ model::CHANNELS }>().0;
        let mut verdict = None;
        let ((), instructions) = counter.count(|| {
            for step in steps {
                assert!(verdict.is_none(), "a verdict before the window's end");
                verdict = detector.push(step.map(Samples::sample));
            }
        });
        let Some(verdict) = verdict else { panic!("the window's last step gave no verdict") };
        write_verdict(&mut results, &verdict);
        if windows == 0 {
            let (_, of_values) = counter.count(|| (0..model::INPUT).fold(None, |_, _| scorer.push(0)));
            let more = instructions.saturating_sub(of_values) * 10 / model::INPUT as u32;
            println!("raw samples: {}.{} instructions more than int8 values", more / 10, more % 10);
        }
        windows += 1;
    }
    drop(results);
    println!("figure windows {}", windows);
    succeed()
}
