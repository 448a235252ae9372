//! Scores windows of a signal. Arguments: file of int8 windows, file for the results.
#![no_std]
#![no_main]

use cortex_m::singleton;
use cortex_m_rt::entry;
use cortex_m_semihosting::hprintln;
use picoae::{Aligned, ScorerIn};
use picoae_firmware_example::counter::Counter;
use picoae_firmware_example::exam::{Buffers, accept, examine};
use picoae_firmware_example::guard;
use picoae_firmware_example::host::{self, Arguments, File};
use picoae_firmware_example::stack;

picoae_firmware_example::compiled_model!();

#[entry]
fn main() -> ! {
    let peripherals = cortex_m::Peripherals::take().expect("this is the first time");
    guard::forbid_below_stack(&peripherals.MPU);
    let arguments = Arguments::get();
    let model = accept(model::load());
    stack::paint();
    let arena = singleton!(: Aligned<[u8; model::ARENA_BYTES]> = Aligned([0; model::ARENA_BYTES]));
    let arena = arena.expect("this is the first time");
    let mut scorer = accept(ScorerIn::with_arena(&model, &mut arena.0[..]));
    let mut buffers = Buffers {
        window: singleton!(: [i8; model::INPUT] = [0; model::INPUT]).expect("this is the first time"),
        output: singleton!(: [i8; model::OUTPUT] = [0; model::OUTPUT]).expect("this is the first time"),
        latents: singleton!(: [i8; model::LATENT] = [0; model::LATENT]).expect("this is the first time"),
    };
    let counter = Counter::new(peripherals.SYST);
    hprintln!("windows of {} samples, arena {} bytes", model::INPUT, model::ARENA_BYTES);
    hprintln!("{} instructions in 1000 ticks", counter.instructions_per_1000_ticks());

    let mut input = File::open(arguments.nth(1));
    let mut results = File::create(arguments.nth(2));
    let figures = examine(&model, &mut scorer, &counter, &mut buffers, &mut input, &mut results, 4);
    drop(results);
    figures.print();
    hprintln!("figure arena_bytes {}", model::ARENA_BYTES);
    hprintln!("figure program_stack_bytes {} of {}", stack::high_water(), stack::size());
    host::succeed()
}
