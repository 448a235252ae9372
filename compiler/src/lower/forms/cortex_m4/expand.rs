//! Packs an expanding linear layer; see `picoae`'s `forms::expand` for what it can do.

use super::doubled;
use crate::error::Result;
use crate::lower::stage::{self, Data};
use crate::lower::{Finish, Node};
use picoae::Form;
use picoae::plan::{Span, Stage};

/// The record of the layer in this form, if that can compute it.
pub(super) fn stage(
    node: &Node,
    weights: &[i8],
    bias: &[i32],
    finish: &Finish,
    data: &mut Data,
) -> Result<Option<Stage>> {
    let same = finish.scales.iter().all(|s| *s == finish.scales[0]);
    let n = weights.len() / bias.len();
    let small = bias.iter().zip(weights.chunks_exact(n)).all(|(b, w)| {
        let sum: i64 = w.iter().map(|w| i64::from(*w).abs() * 128).sum();
        i64::from(*b).abs() + sum < 1 << 30
    });
    let Some(scale) = doubled(finish, 0, 0, false).filter(|_| same && small) else { return Ok(None) };
    let mut stage = stage::stage(node, 1, &mut Data::default())?;
    stage.form = Form::Expand.code();
    let twice: Vec<i32> = bias.iter().map(|b| 2 * b).collect();
    stage.weights = data.push(weights);
    stage.bias = data.push(&twice);
    stage.scales = data.push(&[scale]);
    stage.table = Span { offset: 0, bytes: 0 };
    Ok(Some(stage))
}
