//! `swar21`: convolution on a processor with a 32-bit product and many registers, three positions in two words.
//!
//! Of three positions a, b, c a tap's activations are packed as x₁ = a + 2²¹·b and x₂ = c + 2¹¹·b. Products of both with the
//! same weights are summed modulo 2³², and nothing is looked at before the end of a *segment* of taps. With A, B, C the three
//! sums, Y₁ = A + 2²¹·B and Y₂ = C + 2¹¹·B modulo 2³², and each of A, B, C is a number of 21 bits with a sign:
//!
//! - A is what the lower 21 bits of Y₁ say, with their sign; (Y₁ − A) / 2²¹ is B modulo 2¹¹, say b.
//! - Y₂ − 2¹¹·b = C + 2²²·h with B = 2¹¹·h + b; its lower 22 bits are C, with their sign, and the rest is h modulo 2¹⁰.
//!
//! So a multiplication and an addition are made for 3/2 products. Where the weights of a channel are so large that its sums
//! could have more bits, the taps are cut into segments, whose sums are added up; where that is, is one number for all
//! channels. Sums are kept times 2⁹, which costs nothing as they are taken apart and which the requantization wants.
//!
//! What wins on RISC-V, and what does not (instructions a product, in a block of 4 channels and up to 6 positions):
//!
//! - Three positions in two words: 1.70 (8 loads, 16 multiplications and 16 additions for 24 products, and a part of the loop).
//!   Such a block takes 16 registers of sums, 4 of activations, 2 of weights and 2 of products; with 31 registers it is the
//!   largest that fits.
//! - Two positions in a word, split into lanes after two products, as `swar16` does: 2.13. There a pair of words comes by one
//!   `ldm`, and the carry flag rounds as it splits; here it is two `lw`, and `add`, `srai` for `asrs`, `adcs`. Split after four
//!   products: 1.79, and what is beyond the lanes has to come once more.
//! - One position a word: 2.5. It packs nothing, so it wins where there are one or two output channels (*direct*), and for signals
//!   of one channel and five taps, where ten activations stay in registers for all output channels (*sliding*: 3.6 a product with
//!   its requantization, of which there is one for ten products; packed it is 5.6).
//! - The polynomial of `swar16` (six products of three taps and two outputs in two multiplications): 1.42 where lanes are split
//!   after two products; it wants four times the bytes of weights, and excess taps.
//! - 64-bit sums (`mul`, `mulh`): the carry between two words takes `sltu` and two additions, more than the products save.
//! - Requantization by `mulh` and one addition takes 5 instructions with the shift and the check of the range; the definition
//!   has two roundings and takes 14.
//!
//! Activations are packed once for all output channels, and once for branches that read the same values.
//!
//! `abi`: what a body is asked for; `run`: makes a tile; `portable`: the bodies for any machine; `riscv32`: those in the
//! instructions of RV32IMC.

mod abi;
#[cfg(any(test, not(picoae_riscv32)))]
mod portable;
#[cfg(picoae_riscv32)]
mod riscv32;
mod run;

#[cfg(not(picoae_riscv32))]
use portable as body;
#[cfg(picoae_riscv32)]
use riscv32 as body;
pub(crate) use run::run;
