//! The portable kernels' records: any node, any geometry.

use crate::error::Result;
use crate::lower::data::Data;
use crate::lower::geometry::{ConvDraft, Padding, head, small};
use crate::lower::node::{ConvNode, Node, NodeOp, OutputStage};
use picoae::plan::geometry::{CropPadGeometry, UpsampleGeometry, WindowGeometry};
use picoae::plan::params::output::OutputParams;
use picoae::plan::params::portable::{ConvParams, CropPadParams, DenseParams, LutParams, PoolParams};
use picoae::plan::{Operator, Span, Stage};

/// The stage of `node`, its line buffer and working memory without a place yet. `tile` rows are made at a time.
///
/// # Errors
/// [`crate::Error::Invalid`] when a number is beyond what a plan can say.
pub(crate) fn stage(node: &Node, tile: usize, data: &mut Data) -> Result<Stage> {
    let plain = |operator| head(node, operator, &Padding::default(), tile);
    Ok(match &node.op {
        NodeOp::Conv(conv) => return self::conv(node, conv, tile, data),
        NodeOp::MaxPool { kernel, stride, padding, range } => {
            let end = |d: usize| (node.output[d] - 1) * stride[d] + kernel[d];
            let around = Padding {
                top: padding[0],
                left: padding[1],
                bottom: end(0).saturating_sub(padding[0] + node.input[0]),
                right: end(1).saturating_sub(padding[1] + node.input[1]),
                value: i8::MIN,
            };
            let params = PoolParams { act_min: range[0] as i8, act_max: range[1] as i8, reserved: 0 };
            let geometry = window(*kernel, *stride)?.words();
            Stage { geometry, parameters: params.words(), ..head(node, Operator::MaxPool, &around, tile)? }
        }
        NodeOp::AvgPool { kernel, stride } => {
            let params = PoolParams { act_min: -128, act_max: 127, reserved: 0 };
            let geometry = window(*kernel, *stride)?.words();
            Stage { geometry, parameters: params.words(), ..plain(Operator::AvgPool)? }
        }
        NodeOp::Upsample(factor) => {
            let what = "an upsampling factor";
            let geometry = UpsampleGeometry { factor_h: small(factor[0], what)?, factor_w: small(factor[1], what)? };
            Stage { geometry: geometry.words(), ..plain(Operator::Upsample)? }
        }
        NodeOp::Lut(table) => {
            let params = LutParams { table: data.push(&by_bits(table)) };
            Stage { parameters: params.words(), ..plain(Operator::Lut)? }
        }
        NodeOp::Linear { weights, bias, finish } => {
            let scratch = Span { offset: 0, bytes: (bias.len() * 4) as u32 };
            let weights = by_rows(weights, bias.len(), node.input[0]);
            let params = dense(&weights, bias, finish, data);
            Stage { parameters: params.words(), scratch, ..plain(Operator::Linear)? }
        }
        NodeOp::DenseToMap { weights, bias, finish } => {
            let params = dense(weights, bias, finish, data);
            Stage { parameters: params.words(), ..plain(Operator::DenseToMap)? }
        }
        NodeOp::CropPad { crop, border, zero_point } => {
            let geometry = CropPadGeometry {
                crop_top: small(crop[0], "a trim")?,
                crop_left: small(crop[1], "a trim")?,
                border_top: small(border[0], "a padding")?,
                border_left: small(border[1], "a padding")?,
            };
            let params = CropPadParams { zero_point: *zero_point as i16, reserved: 0 };
            Stage { geometry: geometry.words(), parameters: params.words(), ..plain(Operator::CropPad)? }
        }
        NodeOp::Reshape => plain(Operator::Reshape)?,
    })
}

fn conv(node: &Node, conv: &ConvNode, tile: usize, data: &mut Data) -> Result<Stage> {
    let mut draft = ConvDraft::new(node, conv, tile)?;
    let mut weights: Vec<i16> = Vec::new();
    let mut bias = Vec::new();
    for (branch, taps) in draft.branches.iter_mut().zip(&conv.taps) {
        branch.weights = weights.len() as u32;
        weights.extend_from_slice(&taps.weights);
        bias.extend_from_slice(&taps.bias);
    }
    let bias = data.push(&bias);
    let bytes: std::result::Result<Vec<i8>, _> = weights.iter().map(|w| i8::try_from(*w)).collect();
    let (weight_bits, weights) = match bytes {
        Ok(bytes) => (8, data.push(&bytes)),
        Err(_) => (16, data.push(&weights)),
    };
    let output = output(&conv.finish, data);
    let params = ConvParams {
        weights,
        bias,
        output,
        groups: small(conv.groups, "a number of groups")?,
        weight_bits,
        reserved: 0,
    };
    draft.stage.parameters = params.words();
    Ok(draft.finish(data))
}

fn dense(weights: &[i8], bias: &[i32], finish: &OutputStage, data: &mut Data) -> DenseParams {
    DenseParams { weights: data.push(weights), bias: data.push(bias), output: output(finish, data) }
}

/// What becomes of an accumulator, by the definition.
pub(crate) fn output(finish: &OutputStage, data: &mut Data) -> OutputParams {
    let same = finish.scales.iter().all(|s| *s == finish.scales[0]);
    OutputParams {
        scales: data.push(if same { &finish.scales[..1] } else { &finish.scales }),
        table: finish.table.as_ref().map_or(Span::EMPTY, |table| data.push(&by_bits(table))),
        zero_point: finish.zero_point as i16,
        act_min: finish.range[0] as i8,
        act_max: finish.range[1] as i8,
    }
}

/// A table by value + 128, stored by bit pattern.
fn by_bits(table: &[i8]) -> Vec<i8> {
    (0..256).map(|bits: usize| table[(i32::from(bits as u8 as i8) + 128) as usize]).collect()
}

/// `[out][in]` to `[row][out][values of the row]`.
fn by_rows(weights: &[i8], outputs: usize, rows: usize) -> Vec<i8> {
    let n = weights.len() / outputs / rows;
    let mut out = Vec::with_capacity(weights.len());
    for y in 0..rows {
        for o in 0..outputs {
            out.extend_from_slice(&weights[(o * rows + y) * n..][..n]);
        }
    }
    out
}

fn window(kernel: [usize; 2], stride: [usize; 2]) -> Result<WindowGeometry> {
    Ok(WindowGeometry {
        kernel_h: small(kernel[0], "a window")?,
        kernel_w: small(kernel[1], "a window")?,
        step_h: small(stride[0], "a stride")?,
        step_w: small(stride[1], "a stride")?,
    })
}
