//! ARMv6-M: two positions in a word.

use super::selector::{Selector, tiles};
use crate::error::Result;
use crate::lower::cost::{self, RateTable};
use crate::lower::data::Data;
use crate::lower::kernels::swar16;
use crate::lower::node::{Node, NodeOp};
use crate::lower::option::{PlanOption, WeightStorage};
use picoae::plan::Stage;

pub(super) struct CortexM0;

impl Selector for CortexM0 {
    fn stage(&self, nodes: &[Node], _: Option<&Stage>, data: &mut Data, option: PlanOption) -> Result<Option<Stage>> {
        match &nodes[0].op {
            NodeOp::Conv(conv) => swar16::stage(&nodes[0], conv, data, option),
            _ => Ok(None),
        }
    }

    fn options(&self) -> Vec<PlanOption> {
        tiles(&[WeightStorage::Wide, WeightStorage::Narrow, WeightStorage::Fewest])
    }

    fn rates(&self) -> &'static RateTable {
        &cost::ARMV6M
    }
}
