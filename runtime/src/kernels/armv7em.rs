//! The assembly of the DSP extension (ARMv7E-M: Cortex-M4 and M7; ARMv8-M with it: Cortex-M33, M55): one text, because each file
//! uses the macros of those in front of it. Who calls a procedure declares it.
#![allow(unsafe_code)]

core::arch::global_asm!(
    env!("PICOAE_ASSEMBLER_CPU"), // see build.rs
    include_str!("conv_dsp/armv7em.s"),
    include_str!("conv_dsp/armv7em_loops.s"),
    include_str!("conv_dsp/armv7em_differences.s"),
    include_str!("../rows/armv7em.s"),
    include_str!("conv1d_c1_pool2/armv7em.s"),
    include_str!("conv_kronecker/armv7em.s"),
    include_str!("depthwise_dsp/armv7em.s"),
    include_str!("block_dense/armv7em.s"),
    include_str!("../score/parts/armv7em.s"),
    options(raw)
);
