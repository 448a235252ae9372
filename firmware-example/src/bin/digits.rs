//! Scores grey images, and draws the first one above its reconstruction. Arguments: file of int8 images, file for the results.
#![no_std]
#![no_main]

use cortex_m::singleton;
use cortex_m_rt::entry;
use cortex_m_semihosting::{hprint, hprintln};
use picoae::{Aligned, Model, ScorerIn};
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
    hprintln!("images of {} by {}, arena {} bytes", model.input().width, model.input().height, model::ARENA_BYTES);
    hprintln!("{} instructions in 1000 ticks", counter.instructions_per_1000_ticks());

    draw_first(&model, &mut scorer, &mut buffers, &mut File::open(arguments.nth(1)));
    let mut input = File::open(arguments.nth(1));
    let mut results = File::create(arguments.nth(2));
    let figures = examine(&model, &mut scorer, &counter, &mut buffers, &mut input, &mut results, 4);
    drop(results);
    figures.print();
    hprintln!("figure arena_bytes {}", model::ARENA_BYTES);
    hprintln!("figure program_stack_bytes {} of {}", stack::high_water(), stack::size());
    host::succeed()
}

/// Draws the first image, its place in the latent space, and the image decoded from there.
fn draw_first<A: AsMut<[u8]>>(
    model: &Model<'_>,
    scorer: &mut ScorerIn<'_, A>,
    buffers: &mut Buffers<'_>,
    images: &mut File,
) {
    if !images.read_values(buffers.window) {
        return;
    }
    accept(scorer.encode(buffers.window, buffers.latents));
    accept(scorer.decode(buffers.latents, buffers.output));
    let width = usize::from(model.input().width.max(1));
    draw(buffers.window, width);
    hprintln!("latent {:?}", &buffers.latents[..buffers.latents.len().min(8)]);
    draw(buffers.output, width);
}

/// One character a pixel.
fn draw(image: &[i8], width: usize) {
    const SHADES: &[u8; 8] = b" .:-=+*#";
    for row in image.chunks(width) {
        for pixel in row {
            let shade = (i32::from(*pixel) + 128) as usize * SHADES.len() / 256;
            hprint!("{}", char::from(SHADES[shade]));
        }
        hprintln!();
    }
}
