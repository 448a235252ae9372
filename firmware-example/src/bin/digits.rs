//! Scores grey images, and draws the first one above its reconstruction. Arguments: file of int8 images, file for the results.
#![no_std]
#![no_main]

use picoae::{KernelSet, Model, StreamScorer};
use picoae_firmware_example::harness::{Buffers, accept};
use picoae_firmware_example::host::File;
use semihosting::{print, println};

picoae_firmware_example::scoring_program!(draw_first);

/// Draws the first image, its place in the latent space, and the image decoded from there.
fn draw_first<A: AsMut<[u8]>, K: KernelSet>(
    model: &Model<'_, K>,
    scorer: &mut StreamScorer<'_, A, K>,
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
    println!("latent {:?}", &buffers.latents[..buffers.latents.len().min(8)]);
    draw(buffers.output, width);
}

/// One character a pixel.
fn draw(image: &[i8], width: usize) {
    const SHADES: &[u8; 8] = b" .:-=+*#";
    for row in image.chunks(width) {
        for pixel in row {
            let shade = (i32::from(*pixel) + 128) as usize * SHADES.len() / 256;
            print!("{}", char::from(SHADES[shade]));
        }
        println!();
    }
}
