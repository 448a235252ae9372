//! ARMv7E-M with the DSP extension: Cortex-M4, M7.
#![allow(unsafe_code)]

mod slide;

pub(crate) use slide::slide;
