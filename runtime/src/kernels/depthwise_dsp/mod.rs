//! `depthwise_dsp`: a convolution of each channel by itself, of up to nine taps, any step and dilation.
//!
//! A word of the line buffer holds a value of four channels; two instructions widen it to two pairs, and each channel takes a
//! multiply-accumulate with its weight. Constants, with each tap's place in the line buffer, are one stream of words, so that a
//! tap of four channels is eight instructions whatever the kernel's shape, and an output of them thirty-two more. Counted on a
//! Cortex-M4, whole stages: 3.2 instructions a multiply-accumulate for 3 × 3 taps on 24 × 24 of 8 channels (the portable kernel
//! takes 60), 6.7 for three taps on 96 samples of 16 channels, eight rows at a time (131).
//!
//! Exact where |accumulator| < 2³⁰ (checked when the plan is made) and shifts are to the right by 1 to 20 (checked when it is
//! loaded).
//!
//! `abi`: what a body is asked for; `run`: which calls make a tile; `portable`: the body for any machine; `armv7em`: that in
//! the instructions of the DSP extension.

mod abi;
#[cfg(picoae_dsp)]
mod armv7em;
#[cfg(not(picoae_dsp))]
mod portable;
mod run;

#[cfg(picoae_dsp)]
use armv7em as body;
#[cfg(not(picoae_dsp))]
use portable as body;
pub(crate) use run::run;
