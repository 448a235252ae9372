//! Packs a dense layer to a map with one scale; see the runtime's `dense_to_map` for what it can do.

use super::high_mul::{high_mul, output_table};
use crate::error::Result;
use crate::lower::data::Data;
use crate::lower::geometry::{Padding, head};
use crate::lower::node::{Node, OutputStage};
use picoae::plan::params::dense_to_map::DenseToMapParams;
use picoae::plan::{Kernel, Operator, Span, Stage};

/// The record of the layer for this kernel, if it can compute it.
pub(crate) fn stage(
    node: &Node,
    weights: &[i8],
    bias: &[i32],
    finish: &OutputStage,
    data: &mut Data,
) -> Result<Option<Stage>> {
    let same = finish.scales.iter().all(|s| *s == finish.scales[0]);
    let n = weights.len() / bias.len();
    let small = bias.iter().zip(weights.chunks_exact(n)).all(|(b, w)| {
        let sum: i64 = w.iter().map(|w| i64::from(*w).abs() * 128).sum();
        i64::from(*b).abs() + sum < 1 << 30
    });
    let Some(scale) = high_mul(finish, 0, 0, false).filter(|_| same && small) else { return Ok(None) };
    let twice: Vec<i32> = bias.iter().map(|b| 2 * b).collect();
    let params = DenseToMapParams {
        weights: data.push(weights),
        bias: data.push(&twice),
        scale: data.push(&[scale]),
        table: Span::EMPTY,
    };
    let head = head(node, Operator::DenseToMap, &Padding::default(), 1)?;
    Ok(Some(Stage { kernel: Kernel::DenseToMapOneScale.code(), parameters: params.words(), ..head }))
}

/// The table of what is stored.
pub(crate) fn connect(finish: &OutputStage, stage: &mut Stage, next: Option<&Stage>, data: &mut Data) {
    let table = data.push(&output_table(finish, next));
    stage.parameters = DenseToMapParams { table, ..*DenseToMapParams::of(&stage.parameters) }.words();
}
