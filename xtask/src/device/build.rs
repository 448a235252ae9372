//! Builds the programs of `firmware-example`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result};

use super::cores::Part;
use super::toolchain::Toolchain;
use crate::support::{paths, shell};

/// Where a program takes its model from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// `device.safetensors`, included as bytes.
    Blob,
    /// `device.rs`, compiled.
    Const,
}

impl Form {
    /// Both.
    pub(crate) const ALL: [Form; 2] = [Form::Blob, Form::Const];

    /// The artifact's file name.
    pub(crate) fn file(self) -> &'static str {
        match self {
            Form::Blob => "device.safetensors",
            Form::Const => "device.rs",
        }
    }
}

/// One program to build.
pub(crate) struct Build<'a> {
    pub(crate) program: &'a str,
    pub(crate) part: Part,
    /// Folder with both artifacts; `None` for the program that reads its models while it runs.
    pub(crate) model: Option<&'a Path>,
    pub(crate) form: Form,
    /// Prints, files and exit codes through the emulator.
    pub(crate) report: bool,
    /// Marks for each stage.
    pub(crate) stages: bool,
}

impl Build<'_> {
    /// Builds the program, unless this process has, and puts a copy of it where the next build does not replace it.
    pub(crate) fn make(&self, toolchain: &Toolchain) -> Result<PathBuf> {
        static MADE: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
        let key = format!("{} {:?} {}", self.name(), self.model, self.features().join(","));
        if MADE.lock().unwrap_or_else(PoisonError::into_inner).contains(&key) {
            return Ok(paths::scratch("programs")?.join(self.name()));
        }
        let program = self.build(toolchain)?;
        MADE.lock().unwrap_or_else(PoisonError::into_inner).insert(key);
        Ok(program)
    }

    fn build(&self, toolchain: &Toolchain) -> Result<PathBuf> {
        let mut cargo = shell::cargo();
        cargo.current_dir(paths::firmware()).args(["build", "--release", "--quiet", "--bin", self.program]);
        toolchain.configure(&mut cargo, self.part.core);
        cargo.arg("--no-default-features");
        let features = self.features();
        if !features.is_empty() {
            cargo.args(["--features", &features.join(",")]);
        }
        cargo.arg("--target-dir").arg(paths::device_target()).env("PICOAE_PART", self.part.memory);
        match self.model {
            Some(folder) => cargo.env("PICOAE_MODEL_DIR", folder),
            None => cargo.env_remove("PICOAE_MODEL_DIR"),
        };
        shell::run(&mut cargo).with_context(|| format!("{} for {}", self.program, self.part.memory))?;
        let built = paths::device_target().join(self.part.core.target).join("release").join(self.program);
        let kept = paths::scratch("programs")?.join(self.name());
        std::fs::copy(&built, &kept).with_context(|| format!("{}: cannot copy this program", built.display()))?;
        Ok(kept)
    }

    fn features(&self) -> Vec<&'static str> {
        let mut features = Vec::new();
        if self.report {
            features.push("report");
        }
        if self.form == Form::Const {
            features.push("const-model");
        }
        if self.stages {
            features.push("stages");
        }
        if self.program == "settle" {
            features.push("settling");
        }
        features
    }

    fn name(&self) -> String {
        let model = self.model.and_then(Path::file_name).map(|name| format!("-{}", name.to_string_lossy()));
        let form = if self.form == Form::Const { "-const" } else { "" };
        let stages = if self.stages { "-stages" } else { "" };
        let bare = if self.report { "" } else { "-bare" };
        format!(
            "{}-{}-{}{}{form}{stages}{bare}",
            self.program,
            self.part.core.id,
            self.part.memory,
            model.unwrap_or_default()
        )
    }
}
