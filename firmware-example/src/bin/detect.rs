//! Raw samples through the detector that was generated with its model. Arguments: file of samples as words, file for the verdicts
//! (see `raw`).
#![no_std]
#![no_main]

use picoae::{CompiledModel, Counts, Physical, Unit};
use picoae_firmware_example::host::{Arguments, File, succeed};
use picoae_firmware_example::machine::{entry, guard};
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
    let (mut step, mut windows) = ([0; model::CHANNELS], 0);
    while input.read_words(&mut step) {
        if let Some(verdict) = detector.push(step.map(Samples::sample)) {
            write_verdict(&mut results, &verdict);
            windows += 1;
        }
    }
    drop(results);
    println!("figure windows {}", windows);
    succeed()
}
