//! Runs any number of models of any size, read from the host one after the other.
//!
//! Argument: a file with one line a case, a way and `MODEL INPUT RESULT`, each a file name. `whole` scores every window of INPUT and
//! writes result records; `outputs` writes only what comes out for each input; `raw` takes raw samples and writes verdicts.
#![no_std]
#![no_main]

use picoae::{Aligned, Model, StreamScorer};
use picoae_firmware_example::harness::{Buffers, accept, examine};
use picoae_firmware_example::host::{self, Arguments, File};
use picoae_firmware_example::machine::counter::Counter;
use picoae_firmware_example::machine::{entry, guard, singleton};
use picoae_firmware_example::raw;
use semihosting::println;

const MODEL_BYTES: usize = 768 * 1024;
const ARENA_BYTES: usize = 384 * 1024;
const TENSOR_BYTES: usize = 128 * 1024;
const SCRIPT_BYTES: usize = 64 * 1024;
const RAW_SAMPLES: usize = 4 * 1024;

struct Memory {
    model: &'static mut Aligned<[u8; MODEL_BYTES]>,
    arena: &'static mut Aligned<[u8; ARENA_BYTES]>,
    window: &'static mut [i8],
    output: &'static mut [i8],
    latents: &'static mut [i8],
    raw: &'static mut [i32],
}

#[entry]
fn main() -> ! {
    guard::forbid_below_stack();
    let counter = Counter::new();
    let mut memory = Memory {
        model: singleton!(: Aligned<[u8; MODEL_BYTES]> = Aligned([0; MODEL_BYTES])).expect("the first time"),
        arena: singleton!(: Aligned<[u8; ARENA_BYTES]> = Aligned([0; ARENA_BYTES])).expect("the first time"),
        window: singleton!(: [i8; TENSOR_BYTES] = [0; TENSOR_BYTES]).expect("the first time"),
        output: singleton!(: [i8; TENSOR_BYTES] = [0; TENSOR_BYTES]).expect("the first time"),
        latents: singleton!(: [i8; TENSOR_BYTES] = [0; TENSOR_BYTES]).expect("the first time"),
        raw: singleton!(: [i32; RAW_SAMPLES] = [0; RAW_SAMPLES]).expect("the first time"),
    };
    let script = singleton!(: [u8; SCRIPT_BYTES] = [0; SCRIPT_BYTES]).expect("the first time");
    let mut file = File::open(Arguments::get().nth(1));
    let length = file.len();
    assert!(length <= SCRIPT_BYTES, "the list of cases is too long");
    file.read(&mut script[..length]);
    let script = accept(core::str::from_utf8(&script[..length]));
    for line in script.lines() {
        run_case(line, &mut memory, &counter);
    }
    println!("figure cases {}", script.lines().count());
    host::succeed()
}

#[inline(never)]
fn run_case(line: &str, memory: &mut Memory, counter: &Counter) {
    let mut words = line.split(' ');
    let mut word = || words.next().unwrap_or_else(|| panic!("`{line}` is not a case"));
    let (way, model, input, results) = (word(), word(), word(), word());
    println!("case {}", line);
    let mut file = File::open(model);
    let length = file.len();
    assert!(length <= MODEL_BYTES, "{model} is too large");
    file.read(&mut memory.model.0[..length]);
    let model = accept(Model::from_bytes(&memory.model.0[..length]));
    let mut scorer = accept(StreamScorer::with_arena(&model, &mut memory.arena.0[..]));
    let mut buffers = Buffers {
        window: &mut memory.window[..model.input().len()],
        output: &mut memory.output[..model.output().len()],
        latents: &mut memory.latents[..model.latent().len()],
    };
    let (mut input, mut results) = (File::open(input), File::create(results));
    match way {
        "whole" => {
            let figures = examine(&model, &mut scorer, counter, &mut buffers, &mut input, &mut results, 0);
            println!("{} windows, {} instructions each", figures.windows, figures.instructions);
        }
        "raw" => {
            let window = &mut memory.raw[..model.input().len()];
            raw::examine(&model, &mut scorer, counter, window, buffers.window, &mut input, &mut results);
        }
        "outputs" => {
            while input.read_values(buffers.window) {
                accept(scorer.reconstruct(buffers.window, buffers.output));
                results.write_values(buffers.output);
            }
        }
        other => panic!("`{other}` is no way to run a case"),
    }
}
