//! Any processor: portable kernels only.

use super::selector::Selector;
use crate::error::Result;
use crate::lower::cost::{self, RateTable};
use crate::lower::data::Data;
use crate::lower::node::Node;
use crate::lower::option::PlanOption;
use picoae::plan::Stage;

pub(super) struct Portable;

impl Selector for Portable {
    fn stage(&self, _: &[Node], _: Option<&Stage>, _: &mut Data, _: PlanOption) -> Result<Option<Stage>> {
        Ok(None)
    }

    fn options(&self) -> Vec<PlanOption> {
        Vec::new()
    }

    fn rates(&self) -> &'static RateTable {
        &cost::ARMV7EM
    }
}
