//! Finds out which processor's kernels can be used. Stable Rust does not show a target's DSP extension as a `cfg`, so target
//! and compiler flags are read here.
//!
//! - `picoae_dsp`: the DSP extension of ARMv7E-M (Cortex-M4, M7) or of ARMv8-M with the main extension. Every `thumbv7em`
//!   target has it. For `thumbv8m.main` it is an option that the user names: `-C target-cpu=cortex-m33` (or another with it)
//!   or `-C target-feature=+dsp` in `RUSTFLAGS` or `target.….rustflags`.
//! - `picoae_cortex_m0`: ARMv6-M.

use std::env;

/// ARMv8-M processors that the compiler takes to have the DSP extension unless told otherwise.
const WITH_DSP: [&str; 5] = ["cortex-m33", "cortex-m35p", "cortex-m52", "cortex-m55", "cortex-m85"];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(picoae_cortex_m0)");
    println!("cargo::rustc-check-cfg=cfg(picoae_dsp)");
    let target = env::var("TARGET").unwrap_or_default();
    if target.starts_with("thumbv7em-") || target.starts_with("thumbv8m.main-") && flags_have_dsp() {
        println!("cargo::rustc-cfg=picoae_dsp");
    }
    if target.starts_with("thumbv6m-") {
        println!("cargo::rustc-cfg=picoae_cortex_m0");
    }
}

/// Whether the compiler's flags choose a processor with the DSP extension, or the extension itself. As in the compiler, the
/// last processor counts, and a feature that is named counts more than the processor.
fn flags_have_dsp() -> bool {
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    let (mut processor, mut feature) = (false, None);
    for flag in flags.split('\x1f') {
        // `-C`, `--codegen` and their setting may be one word or two.
        let setting = ["--codegen=", "-C"].into_iter().find_map(|option| flag.strip_prefix(option)).unwrap_or(flag).trim();
        if let Some(name) = setting.strip_prefix("target-cpu=") {
            processor = WITH_DSP.contains(&name);
        }
        for change in setting.strip_prefix("target-feature=").into_iter().flat_map(|list| list.split(',')) {
            feature = match change.trim() {
                "+dsp" => Some(true),
                "-dsp" => Some(false),
                _ => feature,
            };
        }
    }
    feature.unwrap_or(processor)
}
