//! Cores with the DSP extension: kernels on channel pairs and packed rows.

use super::selector::{Selector, tiles};
use crate::error::Result;
use crate::lower::cost::{self, Class, Features, RateTable};
use crate::lower::data::Data;
use crate::lower::kernels::{
    block_dense, conv_dsp, conv_kronecker, conv1d_c1_pool2, dense_to_map, depthwise_dsp, im2col_few_channels,
};
use crate::lower::node::{Node, NodeOp};
use crate::lower::option::{PlanOption, WeightStorage};
use bytemuck::Zeroable;
use picoae::plan::Stage;

pub(super) struct CortexM4;

impl Selector for CortexM4 {
    fn stage(
        &self,
        nodes: &[Node],
        writer: Option<&Stage>,
        data: &mut Data,
        option: PlanOption,
    ) -> Result<Option<Stage>> {
        let dense = block_dense::of_dense(&nodes[0]);
        let block = dense.as_ref().unwrap_or(&nodes[0]);
        // It stores bytes, which not every kernel behind it reads.
        if let NodeOp::Conv(conv) = &block.op
            && block_dense::is_block(block, conv)
            && self.reads_bytes(&nodes[1..], option)?
            && let Some(stage) = block_dense::stage(block, conv, writer, data, option)?
        {
            return Ok(Some(stage));
        }
        if let NodeOp::DenseToMap { weights, bias, finish } = &nodes[0].op {
            return dense_to_map::stage(&nodes[0], weights, bias, finish, data);
        }
        let NodeOp::Conv(conv) = &nodes[0].op else { return Ok(None) };
        if let Some(stage) = depthwise_dsp::stage(&nodes[0], conv, data, option)? {
            return Ok(Some(stage));
        }
        let mut sliding_data = data.clone();
        let sliding = conv_dsp::stage(nodes, conv, &mut sliding_data, option)?;
        if option.weights == WeightStorage::Packed {
            let mut packed_data = data.clone();
            if let Some(packed) = conv_kronecker::stage(nodes, conv, writer, &mut packed_data, option)? {
                let cost = |stage: &Stage, data: &Data| self.cost(stage, &data.bytes);
                if sliding.is_none_or(|sliding| cost(&packed, &packed_data) < cost(&sliding, &sliding_data)) {
                    *data = packed_data;
                    return Ok(Some(packed));
                }
            }
        }
        if sliding.is_some() {
            *data = sliding_data;
            return Ok(sliding);
        }
        if let Some(stage) = conv1d_c1_pool2::stage(nodes, conv, data, option)? {
            return Ok(Some(stage));
        }
        im2col_few_channels::stage(nodes, conv, data, option)
    }

    fn has_depthwise(&self) -> bool {
        true
    }

    fn options(&self) -> Vec<PlanOption> {
        tiles(&[WeightStorage::Packed, WeightStorage::Wide, WeightStorage::Narrow])
    }

    fn rates_apart(&self) -> &'static [(Class, Features)] {
        cost::apart::ARMV7EM
    }

    fn rates(&self) -> &'static RateTable {
        &cost::ARMV7EM
    }
}

impl CortexM4 {
    /// Whether the first of `nodes`, if there is one, reads bytes.
    fn reads_bytes(&self, nodes: &[Node], option: PlanOption) -> Result<bool> {
        if nodes.is_empty() {
            return Ok(true);
        }
        // Weights of one width are as good as those of another here, and those in packed rows depend on the stage in front.
        let option = PlanOption { weights: WeightStorage::Wide, ..option };
        // There is a stage in front, whatever it is.
        let writer = Stage::zeroed();
        let stage = self.stage(nodes, Some(&writer), &mut Data::default(), option)?;
        Ok(stage.is_none_or(|stage| stage.input.is_bytes()))
    }
}
