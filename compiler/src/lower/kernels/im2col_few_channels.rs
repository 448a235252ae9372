//! Packs the convolution of an image of few channels; see the runtime's `im2col_few_channels` for what it can do.

use super::conv_dsp::{numbers_fit, plain, scales, stored_as};
use super::high_mul::is_plain_relu;
use crate::error::Result;
use crate::lower::data::Data;
use crate::lower::geometry::ConvDraft;
use crate::lower::node::{ConvNode, Node};
use crate::lower::option::PlanOption;
use picoae::plan::params::im2col_few_channels::{Im2colParams, scratch_bytes};
use picoae::plan::{Kernel, Span, Stage};

/// The record of a convolution for this kernel, if it can compute it.
pub(crate) fn stage(nodes: &[Node], conv: &ConvNode, data: &mut Data, option: PlanOption) -> Result<Option<Stage>> {
    let node = &nodes[0];
    let t = &conv.taps[0];
    let channels = node.input[2];
    let single = conv.branches == [1, 1] && conv.step[1] == 1 && conv.pool == [1, 1] && plain(conv);
    let taps = (1..=4).contains(&(t.taps[0] * channels)) && (1..=3).contains(&t.taps[1]);
    // Outputs of a column lie 4 bytes apart only in images.
    let image = node.output[1] > 1;
    if !(single && taps && image && numbers_fit(node, conv)) {
        return Ok(None);
    }
    let mut draft = ConvDraft::new(node, conv, option.rows(1).clamp(1, node.output[0]))?;
    let mut packed: Vec<i16> = Vec::new();
    for o in 0..node.output[2] {
        for pair in 0..2 {
            for kx in 0..3 {
                for v in [2 * pair, 2 * pair + 1] {
                    let (ky, c) = (v / channels, v % channels);
                    let there = ky < t.taps[0] && kx < t.taps[1];
                    let at = ((o * t.taps[0] + ky) * t.taps[1] + kx) * channels + c;
                    packed.push(if there { t.weights[at] } else { 0 });
                }
            }
        }
    }
    let params = Im2colParams { weights: data.push(&packed), scales: Span::EMPTY, table: Span::EMPTY, stored: 0 };
    let stage = &mut draft.stage;
    stage.kernel = Kernel::Im2colFewChannels.code();
    stage.parameters = params.words();
    stage.scratch.bytes = scratch_bytes(&stage.input) as u32;
    Ok(Some(draft.finish(data)))
}

/// Scales, and the table of what is stored.
pub(crate) fn connect(conv: &ConvNode, stage: &mut Stage, next: Option<&Stage>, data: &mut Data) {
    let rectified = is_plain_relu(&conv.finish, next);
    let scales = data.push(&scales(conv, stage.out_channels as usize, rectified));
    let (stored, table) = stored_as(conv, rectified, next, data);
    let params = Im2colParams::of(&stage.parameters);
    stage.parameters = Im2colParams { scales, table, stored, ..*params }.words();
}
