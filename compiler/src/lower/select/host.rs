//! The workstation: convolutions in vectors.

use super::{Selector, tiles};
use crate::error::Result;
use crate::lower::cost;
use crate::lower::data::Data;
use crate::lower::kernels::simd16;
use crate::lower::node::{Node, NodeOp};
use crate::lower::option::{PlanOption, WeightStorage};
use picoae::plan::Stage;

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

    fn cost(&self, stage: &Stage, data: &[u8]) -> f64 {
        cost::of_stage(stage, data, &cost::ARMV7EM)
    }
}
