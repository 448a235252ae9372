//! The table `[lower]`.

use picoae_compiler::lower::{Options, StreamOptions, Target};
use serde::{Deserialize, Serialize};

/// How the integer network becomes a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LowerConfig {
    /// Whether the optimizing passes run.
    pub optimize: bool,
    /// The processor to choose kernels for.
    pub target: Target,
    /// Most bytes of working memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ram_budget: Option<u32>,
    /// Most bytes of constants.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flash_budget: Option<u32>,
    /// Steps from one verdict to the next on an endless stream, a multiple of the network's stride and at most a window; where it is
    /// missing, windows are scored one behind the other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream_hop: Option<usize>,
}

impl Default for LowerConfig {
    fn default() -> Self {
        Self { optimize: true, target: Target::Portable, ram_budget: None, flash_budget: None, stream_hop: None }
    }
}

impl LowerConfig {
    /// The options of lowering, limits left open.
    pub fn options(&self) -> Options {
        Options {
            optimize: self.optimize,
            target: self.target,
            ram_budget: self.ram_budget,
            flash_budget: self.flash_budget,
            stream: self.stream_hop.map(|hop| StreamOptions { hop, window: 0 }),
            ..Options::default()
        }
    }
}
