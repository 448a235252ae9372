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
    let hop = singleton!(: [i32; model::HOP * model::CHANNELS] = [0; model::HOP * model::CHANNELS]);
    let hop = hop.expect("this is the first time");
    let mut verdicts = 0;
    while input.read_words(hop) {
        let steps = hop.as_chunks::<{ model::CHANNELS }>().0;
        let mut found = None;
        let ((), instructions) = counter.count(|| {
            for step in steps {
                // A hop has one verdict at most.
                found = detector.push(step.map(Samples::sample)).or(found);
            }
        });
        let Some(verdict) = found else { continue };
        write_verdict(&mut results, &verdict);
        if verdicts == 0 {
            let values = hop.len();
            let (_, of_values) = counter.count(|| (0..values).fold(None, |_, _| scorer.push(0)));
            let more = instructions.saturating_sub(of_values) * 10 / values as u32;
            println!("raw samples: {}.{} instructions more than int8 values", more / 10, more % 10);
        }
        verdicts += 1;
    }
    drop(results);
    println!("figure windows {}", verdicts);
    succeed()
}
