//! `block_dense`: a convolution of a signal whose windows touch, or a transposed one whose kernel is as long as its stride: a
//! dense layer of each block, between a block of rows and one row.
//!
//! A word holds four int8 weights as two int16, h = w₀ + 256 · w₁. With two values x₀, x₁ of the input,
//! h · x₁ + w₀ · (256 · x₀ + 127 − x₁) = 256 · (w₀ · x₀ + w₁ · x₁) + 127 · w₀, and the second factor is an int16 whatever the
//! values are, made of their bytes. So a word of weights meets two dual multiplications of which one takes it as it is: four
//! multiply-accumulates in three instructions and a load. The last term is the weights' alone and stands in the bias.
//!
//! Exact where |accumulator| < 2²³, each h is an int16 (both checked when the plan is made) and shifts are to the right by 1 to 20
//! (checked when it is loaded).
//!
//! `abi`: what a body is asked for; `run`: which calls make a tile; `portable`: the body for any machine; `armv7em`: that in
//! the instructions of the DSP extension.

mod abi;
#[cfg(picoae_armv6m)]
mod armv6m;
#[cfg(picoae_dsp)]
mod armv7em;
#[cfg(not(any(picoae_dsp, picoae_armv6m)))]
mod portable;
mod run;

#[cfg(picoae_armv6m)]
use armv6m as body;
#[cfg(picoae_dsp)]
use armv7em as body;
#[cfg(not(any(picoae_dsp, picoae_armv6m)))]
use portable as body;
pub(crate) use run::run;
