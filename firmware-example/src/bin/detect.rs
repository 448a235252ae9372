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

/// Memory of the lower level; too little where windows are a stream's.
const SECOND_ARENA: usize = if model::INPUT == model::HOP * model::CHANNELS { model::ARENA_BYTES } else { 8 };

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
    // The lower level, to compare with; a stream's would take as much memory once more.
    let arena = singleton!(: Aligned<[u8; SECOND_ARENA]> = Aligned([0; SECOND_ARENA]));
    let arena = &mut arena.expect("this is the first time").0[..];
    let mut scorer = StreamScorer::with_arena(&accept(model::load()), arena).ok();
    let hop = singleton!(: [i32; model::HOP * model::CHANNELS] = [0; model::HOP * model::CHANNELS]);
    let hop = hop.expect("this is the first time");
    let mut verdicts = 0;
    while input.read_words(hop) {
        let steps = hop.as_chunks::<{ model::CHANNELS }>().0;
        // What is made at once may end two windows of a stream in one hop, and none in the next.
        let (mut found, mut count) = ([None; 2], 0);
        let ((), instructions) = counter.count(|| {
            for step in steps {
                if let Some(verdict) = detector.push(step.map(Samples::sample)) {
                    found[count] = Some(verdict);
                    count += 1;
                }
            }
        });
        found.iter().flatten().for_each(|verdict| write_verdict(&mut results, verdict));
        if verdicts == 0
            && let Some(scorer) = &mut scorer
        {
            let values = hop.len();
            let (_, of_values) = counter.count(|| (0..values).fold(None, |_, _| scorer.push(0)));
            let more = instructions.saturating_sub(of_values) * 10 / values as u32;
            println!("raw samples: {}.{} instructions more than int8 values", more / 10, more % 10);
        }
        verdicts += count;
    }
    drop(results);
    println!("figure windows {}", verdicts);
    succeed()
}
