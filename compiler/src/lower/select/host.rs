//! The workstation: convolutions in vectors.

use super::selector::{Selector, tiles};
use crate::error::Result;
use crate::lower::cost::{self, RateTable};
use crate::lower::data::Data;
use crate::lower::kernels::simd16;
use crate::lower::node::{Node, NodeOp};
use crate::lower::option::{PlanOption, WeightStorage};
use picoae::plan::{Kernel, Stage};

/// Nothing counts the workstation's instructions, and no budget makes plans for it compete: a vector is taken to do the work
/// of as many steps of the portable kernel as it has lanes.
const LANES: f64 = 8.0;

pub(super) struct Host;

impl Selector for Host {
    fn stage(&self, nodes: &[Node], _: Option<&Stage>, data: &mut Data, option: PlanOption) -> Result<Option<Stage>> {
        match &nodes[0].op {
            NodeOp::Conv(conv) => simd16::stage(&nodes[0], conv, data, option),
            _ => Ok(None),
        }
    }

    fn options(&self) -> Vec<PlanOption> {
        tiles(&[WeightStorage::Wide, WeightStorage::Narrow])
    }

    fn rates(&self) -> &'static RateTable {
        &cost::ARMV7EM
    }

    fn cost(&self, stage: &Stage, data: &[u8]) -> f64 {
        let portable = cost::of_stage(stage, data, self.rates());
        if stage.kernel == Kernel::Simd16.code() { portable / LANES } else { portable }
    }
}
