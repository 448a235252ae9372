//! Counted stages, as they stand in their file.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use picoae_compiler::lower::cost::{Class, Features};
use serde::{Deserialize, Serialize};

use crate::support::paths;

/// All counted stages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Samples {
    /// What compiled the program; another compiler gives other counts.
    pub(crate) compiler: String,
    pub(crate) stages: Vec<Sample>,
}

/// One stage of one plan on one core: what it does, and what it executed in one inference.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sample {
    pub(crate) set: InstructionSet,
    pub(crate) class: Class,
    /// The plan that it is the first of its kind in.
    pub(crate) plan: String,
    pub(crate) features: Features,
    pub(crate) instructions: u64,
}

/// Instruction sets with rates of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum InstructionSet {
    #[serde(rename = "ARMv7E-M")]
    Armv7em,
    #[serde(rename = "ARMv6-M")]
    Armv6m,
    #[serde(rename = "RV32IM")]
    Rv32im,
}

impl InstructionSet {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Armv7em, Self::Armv6m, Self::Rv32im];

    /// Its name for people.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Armv7em => "ARMv7E-M",
            Self::Armv6m => "ARMv6-M",
            Self::Rv32im => "RV32IM",
        }
    }

    /// The classes that plans for it are made of.
    pub(crate) fn classes(self) -> Vec<Class> {
        let own: &[Class] = match self {
            Self::Armv7em => &[
                Class::ConvDspSignalWide,
                Class::ConvDspSignal,
                Class::ConvDspStep2,
                Class::ConvDspImage,
                Class::KroneckerNear,
                Class::KroneckerApart,
                Class::KroneckerFar,
                Class::Conv1dC1,
                Class::Im2col,
                Class::DenseToMap,
                Class::DepthwiseDsp,
            ],
            Self::Armv6m => &[Class::Swar16DualPhase, Class::Swar16Words, Class::Swar16Expanded],
            Self::Rv32im => &[Class::Swar21, Class::Swar21Direct, Class::Swar21Sliding],
        };
        let everywhere =
            [Class::PortableConv, Class::PortableLinear, Class::PortablePool, Class::PortableMoves, Class::Between];
        own.iter().copied().chain(everywhere).collect()
    }
}

impl Samples {
    /// Where the committed ones lie.
    pub(crate) fn path() -> PathBuf {
        paths::root().join("benches/stage-costs.json")
    }

    /// Reads the file.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("{}: cannot read the counts", path.display()))?;
        serde_json::from_str(&text).with_context(|| format!("{}: not a file of counted stages", path.display()))
    }

    /// The samples as JSON, a line each.
    pub(crate) fn json(&self) -> Result<String> {
        let lines = self.stages.iter().map(serde_json::to_string).collect::<serde_json::Result<Vec<_>>>()?;
        let compiler = serde_json::to_string(&self.compiler)?;
        Ok(format!("{{\"compiler\": {compiler}, \"stages\": [\n{}\n]}}\n", lines.join(",\n")))
    }

    /// Adds a stage, unless one that does the same is there.
    pub(crate) fn push(&mut self, known: &mut BTreeSet<String>, sample: Sample) {
        if known.insert(format!("{:?} {:?} {:?}", sample.set, sample.class, sample.features)) {
            self.stages.push(sample);
        }
    }

    /// Features and counted instructions of a class on an instruction set.
    pub(crate) fn of(&self, set: InstructionSet, class: Class) -> Vec<(Features, f64)> {
        let own = self.stages.iter().filter(|sample| sample.set == set && sample.class == class);
        own.map(|sample| (sample.features, sample.instructions as f64)).collect()
    }
}
