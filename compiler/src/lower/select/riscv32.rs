//! RISC-V: three positions in two words.

use super::selector::{Selector, tiles};
use crate::error::Result;
use crate::lower::cost::{self, RateTable};
use crate::lower::data::Data;
use crate::lower::kernels::swar21;
use crate::lower::node::{Node, NodeOp};
use crate::lower::option::{PlanOption, WeightStorage};
use picoae::plan::Stage;

pub(super) struct Riscv32;

impl Selector for Riscv32 {
    fn stage(&self, nodes: &[Node], _: Option<&Stage>, data: &mut Data, option: PlanOption) -> Result<Option<Stage>> {
        match &nodes[0].op {
            NodeOp::Conv(conv) => swar21::stage(&nodes[0], conv, data, option),
            _ => Ok(None),
        }
    }

    fn options(&self) -> Vec<PlanOption> {
        tiles(&[WeightStorage::Narrow, WeightStorage::Fewest])
    }

    fn rates(&self) -> &'static RateTable {
        &cost::RV32IM
    }
}
