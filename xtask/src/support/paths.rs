//! Where things are: the workspace, the build folders, the scratch folders of device runs.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Root of the workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies inside the workspace").to_path_buf()
}

/// Build folder of the host, `target` unless `CARGO_TARGET_DIR` says otherwise.
pub(crate) fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// Build folder of the device. A folder of its own: host and device builds never invalidate each other.
pub(crate) fn device_target() -> PathBuf {
    target().join("device")
}

/// The firmware's workspace.
pub(crate) fn firmware() -> PathBuf {
    root().join("firmware-example")
}

/// The fuzz targets' workspace.
pub(crate) fn fuzz() -> PathBuf {
    root().join("fuzz")
}

/// Makes `target/device/NAME` if it is missing and returns it.
pub(crate) fn scratch(name: &str) -> Result<PathBuf> {
    let folder = device_target().join(name);
    std::fs::create_dir_all(&folder).with_context(|| format!("{}: cannot make this folder", folder.display()))?;
    Ok(folder)
}
