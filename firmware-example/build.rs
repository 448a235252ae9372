//! Puts the chosen part's memory layout and the chosen run's model where the programs find them.
//! Sets the `cfg` `stack_limit` for processors that compare the stack pointer with a limit (ARMv8-M with the main extension).
//!
//! - `PICOAE_PART`: a file of `memory/` without its ending; `stm32f373xc` if unset.
//! - `PICOAE_MODEL_DIR`: a folder with `device.safetensors` and `device.rs`, for instance the run folder of a training.
//!   Only `vectors` does without one: it reads its models while it runs.

use std::env;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use picoae::Model;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=PICOAE_PART");
    println!("cargo:rerun-if-env-changed=PICOAE_MODEL_DIR");
    println!("cargo:rustc-check-cfg=cfg(stack_limit)");
    if env::var("TARGET")?.starts_with("thumbv8m.main-") {
        println!("cargo:rustc-cfg=stack_limit");
    }
    let out = PathBuf::from(env::var("OUT_DIR")?);

    let part = env::var("PICOAE_PART").unwrap_or_else(|_| "stm32f373xc".into());
    copy(Path::new(&format!("memory/{part}.x")), &out.join("memory.x"))?;
    println!("cargo:rustc-link-search={}", out.display());
    if env::var("CARGO_CFG_TARGET_ARCH")? == "riscv32" {
        // Its start-up code does not ask for the memory layout by itself.
        copy(Path::new("memory/regions.x"), &out.join("regions.x"))?;
        println!("cargo:rustc-link-arg-bins=-Tmemory.x");
    }
    println!("cargo:rustc-link-arg-bins=-Tlink.x");

    match env::var_os("PICOAE_MODEL_DIR") {
        Some(folder) => {
            let folder = PathBuf::from(folder);
            copy(&folder.join("device.safetensors"), &out.join("device.safetensors"))?;
            copy(&folder.join("device.rs"), &out.join("device.rs"))?;
            fs::write(out.join("sizes.rs"), sizes(&out.join("device.safetensors"))?)?;
        }
        None => {
            for (name, text) in [
                ("device.safetensors", ""),
                ("device.rs", "compile_error!(\"set PICOAE_MODEL_DIR to a run folder with device.rs\");"),
                ("sizes.rs", "compile_error!(\"set PICOAE_MODEL_DIR to a run folder with device.safetensors\");"),
            ] {
                fs::write(out.join(name), text)?;
            }
        }
    }
    Ok(())
}

/// The sizes of arena and buffers, as constants, out of the checked artifact.
fn sizes(artifact: &Path) -> Result<String, Box<dyn Error>> {
    let bytes = fs::read(artifact)?;
    // The artifact must lie on a multiple of 8.
    let mut words = vec![0_u64; bytes.len().div_ceil(8)];
    let aligned = &mut bytemuck::cast_slice_mut::<u64, u8>(&mut words)[..bytes.len()];
    aligned.copy_from_slice(&bytes);
    let model = Model::from_bytes(aligned).map_err(|error| format!("{}: {error}", artifact.display()))?;
    let channels = usize::from(model.input().channels).max(1);
    let hop = if model.header().hop > 0 { model.hop() } else { model.input().len() / channels };
    let constant = |doc: &str, name: &str, value: usize| format!("/// {doc}\npub const {name}: usize = {value};\n");
    Ok([
        constant("Bytes of working memory.", "ARENA_BYTES", model.arena_bytes()),
        constant("Values of a window.", "INPUT", model.input().len()),
        constant("Channels of a step.", "CHANNELS", channels),
        constant("Steps from one verdict to the next.", "HOP", hop),
        constant("Values that the encoder makes of it.", "LATENT", model.latent().len()),
        constant("Values of the reconstruction.", "OUTPUT", model.output().len()),
    ]
    .concat())
}

fn copy(from: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed={}", from.display());
    fs::copy(from, to).map_err(|error| format!("{}: {error}", from.display()))?;
    Ok(())
}
