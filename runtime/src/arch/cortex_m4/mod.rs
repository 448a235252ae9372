//! ARMv7E-M with the DSP extension: Cortex-M4, M7.
#![allow(unsafe_code)]

mod mono;
mod slide;

pub(crate) use mono::make as mono;
pub(crate) use slide::{Calls, move_down, move_planes};
