//! The compiler for the device: rustup's own targets where they are or can be added, else Debian's compiler, which comes
//! with the sources of `core`, so that cargo builds them.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail};

use super::apt;
use super::cores::{self, Core};
use crate::support::shell::Ended;
use crate::support::{paths, shell};

/// Chooses the way to a compiler: `auto` (the default), `rustup`, or `debian`.
pub(crate) const CHOICE: &str = "PICOAE_DEVICE_TOOLCHAIN";

const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_PACKAGES: [&str; 2] = ["rustc-web", "rust-web-src"];
const RUSTUP_PATIENCE: Duration = Duration::from_secs(60);

/// A compiler that makes code for the target of every core.
pub(crate) struct Toolchain {
    /// First line of `rustc --version`.
    pub(crate) version: String,
    /// Compiler to use in place of cargo's own, with `core` built from its sources.
    from_source: Option<PathBuf>,
    linker: Option<PathBuf>,
}

impl Toolchain {
    /// The compiler for the device, installed if it is missing.
    ///
    /// Rustup's targets are preferred, so that machines of one kind use one compiler; a refusal is remembered, so that
    /// only the first call waits for it.
    pub(crate) fn find_or_install() -> Result<Toolchain> {
        let choice = choice()?;
        let mut tried = Vec::new();
        if choice != "debian" {
            if let Some(found) = prebuilt() {
                return Ok(found);
            }
            match add_targets(choice == "rustup") {
                Ok(()) => tried.push("rustup added the targets, but this compiler does not have them".to_owned()),
                Err(error) => tried.push(format!("{error:#}")),
            }
            if let Some(found) = prebuilt() {
                return Ok(found);
            }
        }
        if choice != "rustup" {
            if let Some(found) = from_source() {
                return Ok(found);
            }
            match install_debian() {
                Ok(()) => {
                    tried.push("Debian's packages are installed, but compiler, sources or linker are missing".into())
                }
                Err(error) => tried.push(format!("{error:#}")),
            }
            if let Some(found) = from_source() {
                return Ok(found);
            }
        }
        bail!(
            "no compiler for {}: {}. Add the targets by hand (`rustup target add {}`) and run this again",
            cores::targets().join(", "),
            tried.join("; "),
            cores::targets().join(" ")
        )
    }

    /// Sets a cargo command up so that it compiles for `core`.
    pub(crate) fn configure(&self, cargo: &mut Command, core: &Core) {
        // These would replace the flags of the firmware's build script, or its target folder.
        for variable in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET", "CARGO_TARGET_DIR"] {
            cargo.env_remove(variable);
        }
        cargo.args(["--locked", "--target", core.target]);
        let of_target =
            |setting: &str| format!("CARGO_TARGET_{}_{setting}", core.target.to_uppercase().replace(['-', '.'], "_"));
        cargo.env(of_target("RUSTFLAGS"), core.rustc_flags.join(" "));
        if let Some(linker) = &self.linker {
            cargo.env(of_target("LINKER"), linker);
        }
        if let Some(rustc) = &self.from_source {
            cargo.env("RUSTC", rustc).env("RUSTC_BOOTSTRAP", "1").arg("-Zbuild-std=core");
        }
    }

    /// Whether the libraries came with the compiler, so that clippy of the same tool chain can use them.
    pub(crate) fn is_prebuilt(&self) -> bool {
        self.from_source.is_none()
    }

    /// One line for people: which compiler, and where `core` comes from.
    pub(crate) fn describe(&self) -> String {
        match &self.from_source {
            None => format!("{}, targets of rustup", self.version),
            Some(path) => format!("{} ({}), core built from its sources", self.version, path.display()),
        }
    }
}

fn choice() -> Result<String> {
    let choice = env::var(CHOICE).unwrap_or_else(|_| "auto".into());
    if !["auto", "rustup", "debian"].contains(&choice.as_str()) {
        bail!("{CHOICE}={choice}: expected auto, rustup or debian");
    }
    Ok(choice)
}

/// Cargo's own compiler, if it has the libraries of every target.
fn prebuilt() -> Option<Toolchain> {
    let rustc = Path::new("rustc");
    let libraries = sysroot(rustc)?.join("lib/rustlib");
    if !cores::targets().iter().all(|target| libraries.join(target).join("lib").is_dir()) {
        return None;
    }
    // The compiler finds the linker beside itself; a compiler packed without it takes another.
    let linker = if own_linker(rustc).is_some() { None } else { Some(linker()?) };
    Some(Toolchain { version: version(rustc)?, from_source: None, linker })
}

/// A compiler whose library sources are here: cargo's own or Debian's.
fn from_source() -> Option<Toolchain> {
    let complete = |rustc: &Path| {
        sysroot(rustc).is_some_and(|root| root.join("lib/rustlib/src/rust/library/core/src/lib.rs").is_file())
    };
    let rustc = [DEBIAN_RUSTC, "rustc"].map(PathBuf::from).into_iter().find(|rustc| complete(rustc))?;
    Some(Toolchain { version: version(&rustc)?, linker: Some(linker()?), from_source: Some(rustc) })
}

fn add_targets(again: bool) -> Result<()> {
    let refusal = paths::scratch("toolchain")?.join("rustup-refused");
    if !again && let Ok(reason) = fs::read_to_string(&refusal) {
        bail!("{reason} ({} remembers it)", refusal.display());
    }
    let mut rustup = Command::new("rustup");
    rustup.args(["target", "add"]).args(cores::targets());
    eprintln!("$ {}", shell::shown(&rustup));
    let reason = match shell::run_bounded(&mut rustup, RUSTUP_PATIENCE) {
        Ok(ended) if ended.success() => return Ok(()),
        Ok(Ended { status: None, .. }) => {
            format!("rustup had not added the targets after {} s", RUSTUP_PATIENCE.as_secs())
        }
        Ok(ended) => {
            format!("rustup could not add the targets: {}", ended.stderr.lines().last().unwrap_or("no reason given"))
        }
        Err(error) => format!("{error:#}"),
    };
    fs::write(&refusal, &reason)?;
    bail!("{reason}")
}

fn install_debian() -> Result<()> {
    let mut packages = DEBIAN_PACKAGES.to_vec();
    if linker().is_none() {
        packages.push("lld");
    }
    apt::install(&packages)
}

fn version(rustc: &Path) -> Option<String> {
    shell::ask(Command::new(rustc).arg("--version"))
}

fn sysroot(rustc: &Path) -> Option<PathBuf> {
    shell::ask(Command::new(rustc).args(["--print", "sysroot"])).map(PathBuf::from)
}

fn own_linker(rustc: &Path) -> Option<PathBuf> {
    let details = shell::ask(Command::new(rustc).arg("-vV"))?;
    let host = details.lines().find_map(|line| line.strip_prefix("host: "))?;
    let linker = sysroot(rustc)?.join("lib/rustlib").join(host).join("bin/rust-lld");
    linker.is_file().then_some(linker)
}

/// LLVM's linker, which links for every bare-metal target: the compiler's own, or one on the path.
fn linker() -> Option<PathBuf> {
    own_linker(Path::new("rustc")).or_else(|| {
        let names = ["rust-lld", "ld.lld"];
        let folders = env::var_os("PATH")?;
        env::split_paths(&folders).flat_map(|folder| names.map(|name| folder.join(name))).find(|path| path.is_file())
    })
}
