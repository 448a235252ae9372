//! Finds out which processor's kernels can be used. Stable Rust does not show a target's DSP extension as a `cfg`, so target
//! and compiler flags are read here.
//!
//! - `picoae_dsp`: the DSP extension of ARMv7E-M (Cortex-M4, M7) or of ARMv8-M with the main extension. Every `thumbv7em`
//!   target has it. For `thumbv8m.main` it is an option that the user names in `RUSTFLAGS` or `target.….rustflags`: by
//!   `--cfg picoae_dsp`, `-C target-cpu=cortex-m33` (or another processor with it) or `-C target-feature=+dsp`.
//! - `picoae_armv6m`: ARMv6-M.
//! - `picoae_riscv32`: RV32 with the extensions M and C.
//!
//! With `picoae_dsp` the variable `PICOAE_ASSEMBLER_CPU` has what the assembly starts with: with link-time optimization the
//! compiler does not tell its assembler of the flags (<https://github.com/rust-lang/rust/issues/80608>).

use std::env;

/// ARMv8-M processors that the compiler takes to have the DSP extension unless told otherwise.
const WITH_DSP: [&str; 5] = ["cortex-m33", "cortex-m35p", "cortex-m52", "cortex-m55", "cortex-m85"];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(picoae_armv6m)");
    println!("cargo::rustc-check-cfg=cfg(picoae_dsp)");
    println!("cargo::rustc-check-cfg=cfg(picoae_riscv32)");
    let target = env::var("TARGET").unwrap_or_default();
    let asked = env::var_os("CARGO_CFG_PICOAE_DSP").is_some();
    if target.starts_with("thumbv7em-") {
        use_dsp("");
    } else if target.starts_with("thumbv8m.main-") {
        if let Some(processor) = processor_with_dsp(asked) {
            use_dsp(&format!(".cpu {processor}"));
        }
    } else if asked {
        println!("cargo::error=`--cfg picoae_dsp` is for thumbv7em and thumbv8m.main, and this is {target}");
    }
    if target.starts_with("thumbv6m-") {
        println!("cargo::rustc-cfg=picoae_armv6m");
    }
    if target.starts_with("riscv32imac-") || target.starts_with("riscv32imc-") {
        println!("cargo::rustc-cfg=picoae_riscv32");
    }
}

fn use_dsp(assembler: &str) {
    println!("cargo::rustc-cfg=picoae_dsp");
    println!("cargo::rustc-env=PICOAE_ASSEMBLER_CPU={assembler}");
}

/// The processor, if it is `asked` for one with the DSP extension, or if the compiler's flags choose one or the extension
/// itself. As in the compiler, the last processor counts, and a feature that is named counts more than the processor.
fn processor_with_dsp(asked: bool) -> Option<&'static str> {
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    let (mut processor, mut feature) = (None, None);
    for flag in flags.split('\x1f') {
        // `-C`, `--codegen` and their setting may be one word or two.
        let setting =
            ["--codegen=", "-C"].into_iter().find_map(|option| flag.strip_prefix(option)).unwrap_or(flag).trim();
        if let Some(name) = setting.strip_prefix("target-cpu=") {
            processor = WITH_DSP.into_iter().find(|with_dsp| *with_dsp == name);
        }
        for change in setting.strip_prefix("target-feature=").into_iter().flat_map(|list| list.split(',')) {
            feature = match change.trim() {
                "+dsp" => Some(true),
                "-dsp" => Some(false),
                _ => feature,
            };
        }
    }
    if asked || feature.unwrap_or(processor.is_some()) { processor.or(Some(WITH_DSP[0])) } else { None }
}
