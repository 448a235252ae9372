//! Packs the convolution of an image of few channels; see `picoae`'s `forms::gather` for what it can do.

use super::slide::{NOTHING, numbers_fit, plain};
use crate::error::Result;
use crate::lower::stage::{self, Data};
use crate::lower::{Choice, ConvNode, Node};
use picoae::Form;
use picoae::plan::{Phase, Stage, gathered_bytes};

/// The record of a convolution in this form, if that can compute it.
pub(super) fn stage(nodes: &[Node], conv: &ConvNode, data: &mut Data, choice: Choice) -> Result<Option<Stage>> {
    let node = &nodes[0];
    let t = &conv.taps[0];
    let channels = node.input[2];
    let single = conv.phases == [1, 1] && conv.step[1] == 1 && conv.pool == [1, 1] && plain(conv);
    let taps = (1..=4).contains(&(t.taps[0] * channels)) && (1..=3).contains(&t.taps[1]);
    // Outputs of a column lie 4 bytes apart only in images.
    let image = node.output[1] > 1;
    if !(single && taps && image && numbers_fit(node, conv)) {
        return Ok(None);
    }
    let mut apart = Data::default();
    let mut stage = stage::stage(node, choice.rows(1).clamp(1, node.output[0]), &mut apart)?;
    let raw = &apart.bytes[stage.phases.offset as usize..][..stage.phases.bytes as usize];
    let mut phases: Vec<Phase> = raw.chunks_exact(size_of::<Phase>()).map(bytemuck::pod_read_unaligned).collect();
    phases[0].weights = 0;
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
    stage.form = Form::Gather.code();
    stage.weight_bits = 16;
    stage.phases = data.push(&phases);
    stage.weights = data.push(&packed);
    (stage.bias, stage.scales, stage.table) = (NOTHING, NOTHING, NOTHING);
    stage.scratch_bytes = gathered_bytes(&stage.input) as u32;
    Ok(Some(stage))
}
