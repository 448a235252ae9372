//! Forms for ARMv7E-M: convolutions on doubled channel pairs.

mod expand;
mod gather;
mod kronecker;
mod mono;
mod slide;

use crate::error::Result;
use crate::lower::stage::Data;
use crate::lower::{Choice, Finish, Node, NodeOp, Target, Weights, cost};
use picoae::Form;
use picoae::plan::{Doubled, Stage};

/// The record of the first of `nodes` in the best form for it behind the stage `writer`, without what depends on the next
/// stage; `None`: the portable one.
///
/// # Errors
/// [`crate::Error::Invalid`] when a number is beyond what a plan can say.
pub(super) fn stage(nodes: &[Node], writer: Option<&Stage>, data: &mut Data, choice: Choice) -> Result<Option<Stage>> {
    if let NodeOp::Expand { weights, bias, finish } = &nodes[0].op {
        return expand::stage(&nodes[0], weights, bias, finish, data);
    }
    let NodeOp::Conv(conv) = &nodes[0].op else { return Ok(None) };
    let mut with_slide = data.clone();
    let slide = slide::stage(nodes, conv, &mut with_slide, choice)?;
    if choice.weights == Weights::Packed {
        let mut packed = data.clone();
        if let Some(stage) = kronecker::stage(nodes, conv, writer, &mut packed, choice)? {
            let cost = |stage: &Stage, data: &Data| cost::of_stage(stage, &data.bytes, Target::CortexM4);
            if slide.is_none_or(|slide| cost(&stage, &packed) < cost(&slide, &with_slide)) {
                *data = packed;
                return Ok(Some(stage));
            }
        }
    }
    if let Some(stage) = slide {
        *data = with_slide;
        return Ok(Some(stage));
    }
    if let Some(stage) = mono::stage(nodes, conv, data, choice)? {
        return Ok(Some(stage));
    }
    gather::stage(nodes, conv, data, choice)
}

/// Puts in what depends on the strip that `stage` writes to.
pub(super) fn connect(node: &Node, stage: &mut Stage, next: Option<&Stage>, data: &mut Data) {
    match (Form::from_code(stage.form), &node.op) {
        (Some(Form::Slide | Form::Gather), NodeOp::Conv(conv)) => slide::connect(conv, stage, next, data),
        (Some(Form::Kronecker), NodeOp::Conv(conv)) => kronecker::connect(conv, stage, next, data),
        (Some(Form::Mono), NodeOp::Conv(conv)) => mono::connect(conv, stage, next, data),
        (Some(Form::Expand), NodeOp::Expand { finish, .. }) => {
            stage.has_table = 0;
            stage.table = data.push(&output_table(finish, next));
        }
        _ => {}
    }
}

/// What is stored for each output value −128…127: the table and the range applied, doubled and without the zero point
/// where the next strip is of channel pairs.
fn output_table(finish: &Finish, next: Option<&Stage>) -> Vec<i16> {
    (-128..=127)
        .map(|v: i32| {
            let v = v.clamp(finish.range[0], finish.range[1]);
            let v = finish.table.as_ref().map_or(v, |t| i32::from(t[(v + 128) as usize]));
            match next {
                Some(n) if n.input.is_single() => (v - i32::from(n.input.pad_value)) as i16,
                Some(n) if n.input.is_pairs() => (2 * (v - i32::from(n.input.pad_value))) as i16,
                _ => v as i16,
            }
        })
        .collect()
}

/// Whether outputs can be stored without a table: rectified at a zero point of −128, which the next strip's pairs share.
fn is_plain_relu(finish: &Finish, next: Option<&Stage>) -> bool {
    let next_agrees = next.is_some_and(|n| n.input.is_pairs() && n.input.pad_value == -128);
    finish.table.is_none() && finish.zero_point == -128 && finish.range == [-128, 127] && next_agrees
}

/// The requantization of channel `o`; `None` where the doubled form cannot express it.
fn doubled(finish: &Finish, o: usize, bias: i64, rectified: bool) -> Option<Doubled> {
    let scale = finish.scales[if finish.scales.len() > 1 { o } else { 0 }];
    // A multiplier of 0 gives 0 whatever the shift.
    let shift = if scale.multiplier == 0 { 1 } else { -scale.shift };
    if !(1..=20).contains(&shift) || scale.multiplier < 0 {
        return None;
    }
    let zero_point = if rectified { 0 } else { finish.zero_point };
    Some(Doubled {
        bias: i32::try_from(2 * bias).ok()?,
        multiplier: scale.multiplier,
        rounding: (1 << (shift - 1)) + (zero_point << shift),
        shift: shift as u32,
    })
}
