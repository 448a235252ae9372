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
        if let Some((node, conv)) = block_dense::of_dense(&nodes[0]) {
            return block_dense::stage(&node, &conv, writer, data, option);
        }
        let NodeOp::Conv(conv) = &nodes[0].op else { return Ok(None) };
        match block_dense::stage(&nodes[0], conv, writer, data, option)? {
            Some(stage) => Ok(Some(stage)),
            None => swar16::stage(&nodes[0], conv, data, option),
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
