//! Finds out which processor's kernels can be used: stable Rust does not show a target's DSP extension as a `cfg`.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(picoae_cortex_m0)");
    println!("cargo::rustc-check-cfg=cfg(picoae_cortex_m4)");
    let target = std::env::var("TARGET").unwrap_or_default();
    if target.starts_with("thumbv7em-") {
        println!("cargo::rustc-cfg=picoae_cortex_m4");
    }
    if target.starts_with("thumbv6m-") {
        println!("cargo::rustc-cfg=picoae_cortex_m0");
    }
}
