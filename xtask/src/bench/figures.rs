//! What is measured, as it stands in the figures file and in `--format json`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::support::paths;

/// All figures: by model, then by core.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Figures {
    /// What compiled the programs; another compiler gives other figures.
    pub(crate) compiler: String,
    pub(crate) models: BTreeMap<String, BTreeMap<String, Model>>,
}

/// One model on one core: one inference, and the memory it takes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Model {
    /// Executed instructions of one inference, score included.
    pub(crate) instructions: u64,
    /// Its cycles, estimated by the plugin's model of the core, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cycles_estimate: Option<u64>,
    /// Multiply-accumulates that the plan makes, those with padding included.
    pub(crate) macs: u64,
    /// Working memory.
    pub(crate) arena_bytes: u64,
    /// Deepest stack of an inference.
    pub(crate) stack_bytes: u64,
    /// Machine code of the smallest program that scores, start-up and vector table included.
    pub(crate) flash_code_bytes: u64,
    /// Its constants: the artifact, and the few of the code.
    pub(crate) flash_data_bytes: u64,
    /// The same by stage, as far as it can be told apart; what happens between the stages comes last.
    pub(crate) stages: Vec<Stage>,
}

/// One stage of the plan.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Stage {
    pub(crate) name: String,
    pub(crate) instructions: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cycles_estimate: Option<u64>,
    pub(crate) macs: u64,
    /// Rows waiting in front of the stage, and its own working memory. Sections of a plan share memory, so the sum may be
    /// more than the arena.
    pub(crate) arena_bytes: u64,
    /// Weights, biases, requantizations, table.
    pub(crate) flash_data_bytes: u64,
}

impl Figures {
    /// Where the committed figures lie.
    pub(crate) fn path() -> PathBuf {
        paths::root().join("benches/device-figures.json")
    }

    /// Reads a figures file.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("{}: cannot read the figures", path.display()))?;
        serde_json::from_str(&text).with_context(|| format!("{}: not a figures file", path.display()))
    }

    /// The figures as JSON.
    pub(crate) fn json(&self) -> Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }
}
