//! What lowering is asked for.

use super::encoding::InputEncoding;
use super::score::ScoreOptions;
use super::select::Target;

/// What lowering may use and must put in.
#[derive(Debug, Clone)]
pub struct Options {
    /// Whether the optimizing passes run; without them each layer is a stage.
    pub optimize: bool,
    /// The processor to choose kernels for.
    pub target: Target,
    /// Most bytes of working memory, if there is a limit.
    pub ram_budget: Option<u32>,
    /// Most bytes of constant data, if there is a limit.
    pub flash_budget: Option<u32>,
    /// Consecutive steps in a segment of the score: a step is all channels of a signal, one value of an image.
    pub segment: u16,
    /// The parts of the score, with their limits.
    pub score: ScoreOptions,
    /// What raw samples are, and how they become the network's values.
    pub input: InputEncoding,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            optimize: true,
            target: Target::Portable,
            ram_budget: None,
            flash_budget: None,
            segment: 32,
            score: ScoreOptions::default(),
            input: InputEncoding::default(),
        }
    }
}

impl Options {
    /// The same for this machine, where neither memory nor the device's kernels matter: the fastest plan, with the same
    /// bits.
    pub fn on_host(&self) -> Self {
        Self { optimize: true, target: Target::Host, ram_budget: None, flash_budget: None, ..self.clone() }
    }
}
