//! What the example programs share.
//!
//! - [`compiled_model`]: the artifact, compiled in.
//! - [`machine`]: what is particular to the processor: start-up, executed instructions by a timer of its own, a guard that makes
//!   a stack overflow fault, a fault handler that ends the run as failed.
//! - [`stack`]: how deep the stack went.
//! - [`trace_marks`]: tells the emulator's counting plugin which stage is at work.
//! - [`host`]: files on the machine that debugs or emulates (semihosting).
//! - [`scoring_program`], [`harness`]: scores windows from a file and writes every result to another, for comparison bit by bit.
//! - [`raw`]: raw samples from a file to verdicts in another.
//! - `panic`: a panic prints what it was and ends the run as failed.
//!
//! A product needs only the first; `src/bin/sensor.rs` shows it.
#![no_std]

#[cfg(feature = "report")]
pub mod harness;
#[cfg(feature = "report")]
pub mod host;
#[cfg(target_arch = "arm")]
#[path = "cortex_m/mod.rs"]
pub mod machine;
#[cfg(target_arch = "riscv32")]
#[path = "riscv/mod.rs"]
pub mod machine;
#[cfg(feature = "report")]
mod panic;
#[cfg(feature = "report")]
pub mod raw;
pub mod stack;
pub mod trace_marks;

#[doc(hidden)]
#[cfg(feature = "report")]
pub use semihosting;

/// Compiles the model of `PICOAE_MODEL_DIR` in: `compiled_model!();` makes a module `model`.
///
/// The module has `load`, which gives the [`picoae::Model`], and the constants `ARENA_BYTES`, `INPUT`, `LATENT`, `OUTPUT`.
/// A macro, because only programs that have a model compiled in need that variable set.
#[cfg(not(feature = "const-model"))]
#[macro_export]
macro_rules! compiled_model {
    () => {
        /// The compiled-in model, from `device.safetensors`.
        #[allow(unreachable_pub, dead_code)] // a program uses what it needs
        mod model {
            use picoae::{Aligned, Model, ModelError};

            pub use picoae::NativeKernels as Kernels;

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
        #[allow(unreachable_pub, dead_code)] // a program uses what it needs
        mod model {
            use picoae::{Model, ModelError};

            include!(concat!(env!("OUT_DIR"), "/sizes.rs"));

            #[allow(dead_code, clippy::all)]
            mod device {
                include!(concat!(env!("OUT_DIR"), "/device.rs"));
            }

            pub use device::{Compiled, Detector, Kernels};
            #[cfg(feature = "settling")]
            pub use device::{FACTORY, PARTS, SiteDetector};

            /// The model; the compiler checked every record.
            pub fn load() -> Result<Model<'static, Kernels>, ModelError> {
                const { assert!(device::ARENA_BYTES == ARENA_BYTES, "device.rs and device.safetensors differ") };
                Ok(device::MODEL)
            }
        }
    };
}

/// Makes a program that scores the windows of a file with a compiled-in model. Arguments: file of int8 windows, file for
/// the results. `$first` is called with model, scorer, buffers and the file, opened, before anything is scored.
///
/// Needs the crate with the processor's start-up code in the program: `cortex-m-rt` or `riscv-rt`.
#[cfg(feature = "report")]
#[macro_export]
macro_rules! scoring_program {
    ($first:expr) => {
        $crate::compiled_model!();

        type Scorer = picoae::StreamScorer<'static, &'static mut [u8], model::Kernels>;

        /// The scorer, in static memory. In a function of its own, so that what it takes to make one is off the stack again
        /// before anything is scored.
        #[inline(never)]
        fn make_scorer(model: &picoae::Model<'static, model::Kernels>) -> &'static mut Scorer {
            use $crate::machine::singleton;
            use picoae::Aligned;
            let arena = singleton!(: Aligned<[u8; model::ARENA_BYTES]> = Aligned([0; model::ARENA_BYTES]));
            let arena = arena.expect("this is the first time");
            let made = $crate::harness::accept(Scorer::with_arena(model, &mut arena.0[..]));
            singleton!(: Scorer = made).expect("this is the first time")
        }

        #[$crate::machine::entry]
        fn main() -> ! {
            use $crate::harness::{Buffers, accept, examine};
            use $crate::host::{Arguments, File, succeed};
            use $crate::machine::singleton;
            use $crate::semihosting::println;

            $crate::machine::guard::forbid_below_stack();
            let arguments = Arguments::get();
            let model = accept(model::load());
            $crate::stack::paint();
            let scorer = make_scorer(&model);
            let mut buffers = Buffers {
                window: singleton!(: [i8; model::INPUT] = [0; model::INPUT]).expect("this is the first time"),
                output: singleton!(: [i8; model::OUTPUT] = [0; model::OUTPUT]).expect("this is the first time"),
                latents: singleton!(: [i8; model::LATENT] = [0; model::LATENT]).expect("this is the first time"),
            };
            let counter = $crate::machine::counter::Counter::new();
            println!("windows of {} values, arena {} bytes", model::INPUT, model::ARENA_BYTES);
            println!("{} instructions in 1000 ticks", counter.instructions_per_1000_ticks());

            let first = $first;
            first(&model, scorer, &mut buffers, &mut File::open(arguments.nth(1)));
            let mut input = File::open(arguments.nth(1));
            let mut results = File::create(arguments.nth(2));
            let figures = examine(&model, scorer, &counter, &mut buffers, &mut input, &mut results, 4);
            drop(results);
            figures.print();
            println!("figure arena_bytes {}", model::ARENA_BYTES);
            println!("figure program_stack_bytes {} of {}", $crate::stack::high_water(), $crate::stack::size());
            succeed()
        }
    };
}
