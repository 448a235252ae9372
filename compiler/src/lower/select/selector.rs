//! What a processor's file says.

use crate::error::Result;
use crate::lower::cost::{self, Class, Features, RateTable};
use crate::lower::data::Data;
use crate::lower::node::Node;
use crate::lower::option::{PlanOption, WeightStorage};
use picoae::plan::Stage;

/// What selection and planning ask of a processor.
pub(crate) trait Selector {
    /// The stage of the first of `nodes` in the best kernel for it behind the stage `writer`, without what depends on the next
    /// stage; `None`: the portable kernel.
    ///
    /// # Errors
    /// [`crate::Error::Invalid`] when a number is beyond what a plan can say.
    fn stage(
        &self,
        nodes: &[Node],
        writer: Option<&Stage>,
        data: &mut Data,
        option: PlanOption,
    ) -> Result<Option<Stage>>;

    /// How memory can be spent for instructions, beside the portable kernels.
    fn options(&self) -> Vec<PlanOption>;

    /// Estimated instructions of a stage in one inference.
    fn cost(&self, stage: &Stage, data: &[u8]) -> f64 {
        cost::of_stage_with(stage, data, self.rates(), self.rates_apart())
    }

    /// Rates of classes that stand apart from the fitted ones.
    fn rates_apart(&self) -> &'static [(Class, Features)] {
        &[]
    }

    /// Whether there is a kernel for depthwise convolutions.
    fn has_depthwise(&self) -> bool {
        false
    }

    /// Instructions for what a stage does.
    fn rates(&self) -> &'static RateTable;
}

/// Tiles of growing length with each way to store weights.
pub(super) fn tiles(storage: &[WeightStorage]) -> Vec<PlanOption> {
    let option = |tile, weights: &WeightStorage| PlanOption { kernels: true, weights: *weights, tile };
    (0..8).flat_map(|tile| storage.iter().map(move |weights| option(tile, weights))).collect()
}
