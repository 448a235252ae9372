//! What lowering is asked for.

use super::encoding::InputEncoding;
use super::select::Target;
use picoae::{ScoreReference, Threshold};

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
    /// The limits for the device.
    pub threshold: Threshold,
    /// Where normal scores lie. Its number of samples outside is the threshold's.
    pub reference: ScoreReference,
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
            threshold: Threshold::OPEN,
            reference: ScoreReference { median: [0.0; 3], log_low: [-1.0; 3], log_high: [1.0; 3], outside: u32::MAX },
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
