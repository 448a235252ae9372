//! RISC-V: three positions in two words.

use super::selector::{Selector, tiles};
use crate::error::Result;
use crate::lower::cost::{self, RateTable};
use crate::lower::data::Data;
use crate::lower::kernels::{block_dense, swar21};
use crate::lower::node::{Node, NodeOp};
use crate::lower::option::{PlanOption, WeightStorage};
use picoae::plan::Stage;

pub(super) struct Riscv32;

impl Selector for Riscv32 {
    fn stage(
        &self,
        nodes: &[Node],
        writer: Option<&Stage>,
        data: &mut Data,
        option: PlanOption,
    ) -> Result<Option<Stage>> {
        let NodeOp::Conv(conv) = &nodes[0].op else { return Ok(None) };
        match block_dense::stage(&nodes[0], conv, writer, data, option)? {
            Some(stage) => Ok(Some(stage)),
            None => swar21::stage(&nodes[0], conv, data, option),
        }
    }

    fn options(&self) -> Vec<PlanOption> {
        tiles(&[WeightStorage::Narrow, WeightStorage::Fewest])
    }

    fn rates(&self) -> &'static RateTable {
        &cost::RV32IM
    }
}
