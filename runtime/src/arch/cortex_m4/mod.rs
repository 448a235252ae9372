//! The DSP extension of ARMv7E-M (Cortex-M4, M7) and ARMv8-M (Cortex-M33, M55).
#![allow(unsafe_code)]

mod mono;
mod slide;

pub(crate) use mono::make as mono;
pub(crate) use slide::{Calls, move_down, move_planes};
