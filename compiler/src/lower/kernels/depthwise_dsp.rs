//! Packs convolutions of each channel by itself; see the runtime's `depthwise_dsp` for what it can do.

use super::conv_dsp::numbers_fit;
use super::high_mul::{high_mul, output_table};
use crate::error::{Error, Result};
use crate::lower::data::Data;
use crate::lower::geometry::ConvDraft;
use crate::lower::node::{ConvNode, Node, OutputStage};
use crate::lower::option::PlanOption;
use picoae::plan::params::depthwise_dsp::{
    DepthwiseDspParams, GROUP, MAX_TAPS, group_bytes, group_count, group_start, tap_offset,
};
use picoae::plan::{HighMulRequant, Kernel, Span, Stage};

/// Rows of a signal that are made at a time.
const ROWS: usize = 8;

/// The record of a depthwise convolution, if the kernel can compute it.
///
/// # Errors
/// [`crate::Error::Invalid`] when a number is beyond what a plan can say.
pub(crate) fn stage(node: &Node, conv: &ConvNode, data: &mut Data, option: PlanOption) -> Result<Option<Stage>> {
    let Some(requants) = requants(node, conv) else { return Ok(None) };
    let rows = if node.output[1] == 1 { option.rows(ROWS) } else { option.rows(1) };
    let mut draft = ConvDraft::new(node, conv, rows.clamp(1, node.output[0]))?;
    draft.stage.kernel = Kernel::DepthwiseDsp.code();
    draft.stage.geometry = draft.geometry.words();
    let (taps, [_, columns]) = (&conv.taps[0], conv.taps[0].taps);
    let (channels, count) = (node.input[2], taps.taps[0] * columns);
    let mut packed: Vec<u8> = Vec::with_capacity(group_count(channels) * group_bytes(count));
    for group in 0..group_count(channels) {
        let own = group_start(channels, group)..group_start(channels, group) + GROUP;
        own.clone().for_each(|o| packed.extend(requants[o].bias.to_ne_bytes()));
        for tap in 0..count {
            for channel in [0, 2, 1, 3] {
                packed.extend((2 * taps.weights[(own.start + channel) * count + tap]).to_ne_bytes());
            }
            let offset = tap_offset(&draft.stage, tap / columns, tap % columns);
            let offset = u32::try_from(offset).map_err(|_| Error::invalid("a layer is too wide for a plan"))?;
            packed.extend(offset.to_ne_bytes());
        }
        for HighMulRequant { multiplier, rounding, shift, .. } in &requants[own] {
            for word in [*multiplier, *rounding, *shift as i32] {
                packed.extend(word.to_ne_bytes());
            }
        }
    }
    draft.stage.parameters = DepthwiseDspParams { groups: data.push(&packed), table: Span::EMPTY }.words();
    Ok(Some(draft.finish(data)))
}

/// The requantization of every channel, the input's zero point in its bias; `None` where the kernel cannot compute `node`.
fn requants(node: &Node, conv: &ConvNode) -> Option<Vec<HighMulRequant>> {
    let channels = node.input[2];
    let depthwise = conv.groups == channels && node.output[2] == channels && channels >= GROUP;
    let plain = conv.branches == [1, 1] && conv.pool == [1, 1];
    let taps = &conv.taps[0];
    let narrow =
        (1..=MAX_TAPS).contains(&(taps.taps[0] * taps.taps[1])) && taps.weights.iter().all(|w| w.abs() < 1 << 14);
    if !(depthwise && plain && narrow && numbers_fit(node, conv)) {
        return None;
    }
    taps.bias.iter().enumerate().map(|(o, bias)| high_mul(&conv.finish, o, i64::from(*bias), false)).collect()
}

/// The table of what is stored, where values are not stored as they are.
pub(crate) fn connect(finish: &OutputStage, stage: &mut Stage, next: Option<&Stage>, data: &mut Data) {
    let table = output_table(finish, next);
    let table = if next.is_some_and(|n| n.input.is_pairs()) {
        data.push(&table)
    } else if finish.table.is_some() || finish.range != [-128, 127] {
        data.push(&table.iter().map(|v| *v as i8).collect::<Vec<i8>>())
    } else {
        Span::EMPTY
    };
    let params = DepthwiseDspParams::of(&stage.parameters);
    stage.parameters = DepthwiseDspParams { table, ..*params }.words();
}
