//! What the example programs share.
//!
//! - [`compiled_model`]: the artifact, compiled in.
//! - [`counter`]: executed instructions, by a timer of the processor.
//! - [`stack`]: how deep the stack went.
//! - [`marks`]: tells the emulator's counting plugin which stage is at work.
//! - [`guard`]: makes a stack overflow fault.
//! - [`host`]: files on the machine that debugs or emulates (semihosting).
//! - [`exam`]: scores windows from a file and writes every result to another, for comparison bit by bit.
//! - `fault`: a panic or a processor fault prints what it was and ends the run as failed.
//!
//! A product needs only the first; `src/bin/sensor.rs` shows it.
#![no_std]

pub mod counter;
#[cfg(feature = "report")]
pub mod exam;
#[cfg(feature = "report")]
mod fault;
pub mod guard;
#[cfg(feature = "report")]
pub mod host;
pub mod marks;
pub mod stack;

/// Compiles the model of `PICOAE_MODEL_DIR` in: `compiled_model!();` makes a module `model`.
///
/// The module has `load`, which gives the [`picoae::Model`], and the constants `ARENA_BYTES`, `INPUT`, `LATENT`, `OUTPUT`.
/// A macro, because only programs that have a model compiled in need that variable set.
#[cfg(not(feature = "const-model"))]
#[macro_export]
macro_rules! compiled_model {
    () => {
        /// The compiled-in model, from `device.safetensors`.
        #[allow(unreachable_pub)]
        mod model {
            use picoae::{Aligned, Model, ModelError};

            include!(concat!(env!("OUT_DIR"), "/sizes.rs"));

            const FILE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/device.safetensors"));
            static ARTIFACT: Aligned<[u8; FILE.len()]> =
                Aligned(*include_bytes!(concat!(env!("OUT_DIR"), "/device.safetensors")));

            /// The model; checksum and every record are checked.
            pub fn load() -> Result<Model<'static>, ModelError> {
                Model::from_bytes(&ARTIFACT.0)
            }
        }
    };
}

/// Compiles the model of `PICOAE_MODEL_DIR` in: `compiled_model!();` makes a module `model`.
///
/// The module has `load`, which gives the [`picoae::Model`], and the constants `ARENA_BYTES`, `INPUT`, `LATENT`, `OUTPUT`.
/// A macro, because only programs that have a model compiled in need that variable set.
#[cfg(feature = "const-model")]
#[macro_export]
macro_rules! compiled_model {
    () => {
        /// The compiled-in model, from the generated `device.rs`.
        #[allow(unreachable_pub)]
        mod model {
            use picoae::{Model, ModelError};

            include!(concat!(env!("OUT_DIR"), "/sizes.rs"));

            #[allow(dead_code, clippy::all)]
            mod device {
                include!(concat!(env!("OUT_DIR"), "/device.rs"));
            }

            /// The model; every record is checked.
            pub fn load() -> Result<Model<'static>, ModelError> {
                const { assert!(device::ARENA_BYTES == ARENA_BYTES, "device.rs and device.safetensors differ") };
                Model::from_parts(&device::MODEL)
            }
        }
    };
}
