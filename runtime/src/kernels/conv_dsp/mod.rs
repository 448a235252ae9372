//! `conv_dsp`: the sliding convolution, up to seven neighbouring outputs of a channel at a time, on channel pairs.
//!
//! Every activation that is loaded serves all the outputs that have a tap over it: a word of two channels meets a word of two
//! weights in one dual multiply-accumulate. With doubled activations (or doubled weights) the rounding high multiplication
//! requantizes in one instruction. Exact where |accumulator| < 2³⁰ (checked when the plan is made) and shifts are to the right by
//! 1 to 20 (checked when it is loaded).
//!
//! `abi`: what a body is asked for; `run`: which calls make a tile; `portable`: the body for any machine; `armv7em`: that in
//! the instructions of the DSP extension. `conv_kronecker` and `im2col_few_channels` are other ways to call the same bodies.

pub(crate) mod abi;
#[cfg(picoae_dsp)]
mod armv7em;
#[cfg(not(picoae_dsp))]
mod kronecker_sums;
#[cfg(not(picoae_dsp))]
mod portable;
mod run;

#[cfg(picoae_dsp)]
pub(crate) use armv7em::Calls;
#[cfg(not(picoae_dsp))]
pub(crate) use portable::Calls;
pub(crate) use run::run;
