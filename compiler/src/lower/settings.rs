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
    /// An endless stream instead of windows one by one.
    pub stream: Option<StreamOptions>,
    /// What raw samples are, and how they become the network's values.
    pub input: InputEncoding,
}

/// An endless stream: the window of the last steps is scored every hop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StreamOptions {
    /// Steps from one verdict to the next: a multiple of the network's stride, at most a window.
    pub hop: usize,
    /// Steps of the window; 0: those of the network's input.
    pub window: usize,
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
            stream: None,
            input: InputEncoding::default(),
        }
    }
}

impl Options {
    /// With the steps of the window that a stream's verdicts are of.
    pub(super) fn of_window(&self, window: usize) -> Self {
        let stream = self.stream.map(|stream| StreamOptions { window, ..stream });
        Self { stream, ..self.clone() }
    }

    /// The same for this machine, where neither memory nor the device's kernels matter: the fastest plan, with the same
    /// bits.
    pub fn on_host(&self) -> Self {
        Self { optimize: true, target: Target::Host, ram_budget: None, flash_budget: None, ..self.clone() }
    }
}
