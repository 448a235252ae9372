//! Finds out which processor's kernels can be used: stable Rust does not show a target's DSP extension as a `cfg`.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(picoae_armv6m)");
    println!("cargo::rustc-check-cfg=cfg(picoae_dsp)");
    let target = std::env::var("TARGET").unwrap_or_default();
    if target.starts_with("thumbv7em-") {
        println!("cargo::rustc-cfg=picoae_dsp");
    }
    if target.starts_with("thumbv6m-") {
        println!("cargo::rustc-cfg=picoae_armv6m");
    }
}
