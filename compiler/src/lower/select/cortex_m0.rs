//! ARMv6-M: two positions in a word.

use super::selector::{Selector, tiles};
use crate::error::Result;
use crate::lower::cost::{self, Class, Features, RateTable};
use crate::lower::data::Data;
use crate::lower::kernels::{block_dense, swar16};
use crate::lower::node::{Node, NodeOp};
use crate::lower::option::{PlanOption, WeightStorage};
use picoae::plan::Stage;

pub(super) struct CortexM0;

impl Selector for CortexM0 {
    fn stage(
        &self,
        nodes: &[Node],
        writer: Option<&Stage>,
        data: &mut Data,
        option: PlanOption,
    ) -> Result<Option<Stage>> {
        let dense = block_dense::of_dense(&nodes[0]);
        let block = dense.as_ref().unwrap_or(&nodes[0]);
        let NodeOp::Conv(conv) = &block.op else { return Ok(None) };
        match block_dense::stage(block, conv, writer, data, option)? {
            None if dense.is_none() => swar16::stage(block, conv, data, option),
            stage => Ok(stage),
        }
    }

    fn options(&self) -> Vec<PlanOption> {
        tiles(&[WeightStorage::Wide, WeightStorage::Narrow, WeightStorage::Fewest])
    }

    fn rates_apart(&self) -> &'static [(Class, Features)] {
        cost::apart::ARMV6M
    }

    fn rates(&self) -> &'static RateTable {
        &cost::ARMV6M
    }
}
