//! From a node to the record that a device reads: typed data with offsets.

use super::{ConvNode, Finish, Node, NodeOp};
use crate::error::{Error, Result};
use bytemuck::{Pod, Zeroable};
use picoae::plan::{Buffer, Op, Phase, Span, Stage};
use std::collections::HashMap;

/// The constant data of a plan as it grows; the same bytes are stored once.
#[derive(Default, Clone)]
pub(super) struct Data {
    pub(super) bytes: Vec<u8>,
    known: HashMap<Vec<u8>, Span>,
}

impl Data {
    /// Appends `values` on a multiple of 4.
    pub(super) fn push<T: Pod>(&mut self, values: &[T]) -> Span {
        let raw: &[u8] = bytemuck::cast_slice(values);
        if let Some(span) = self.known.get(raw) {
            return *span;
        }
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
        let span = Span { offset: self.bytes.len() as u32, bytes: raw.len() as u32 };
        self.bytes.extend_from_slice(raw);
        self.known.insert(raw.to_vec(), span);
        span
    }
}

fn small(value: usize, what: &str) -> Result<u16> {
    u16::try_from(value).map_err(|_| Error::invalid(format!("{what} of {value} is beyond 65535")))
}

/// A table by value + 128, stored by bit pattern.
fn stored(table: &[i8]) -> Vec<i8> {
    (0..256).map(|bits: usize| table[(i32::from(bits as u8 as i8) + 128) as usize]).collect()
}

/// The record of `node`, its strip and working memory without a place yet. `tile` rows are made at a time.
pub(super) fn stage(node: &Node, tile: usize, data: &mut Data) -> Result<Stage> {
    let mut stage = Stage {
        weight_bits: 8,
        out_height: small(node.output[0], "a height")?,
        out_width: small(node.output[1], "a width")?,
        out_channels: small(node.output[2], "a number of channels")?,
        tile: small(tile, "a tile")?,
        step_h: 1,
        step_w: 1,
        kernel_h: 1,
        kernel_w: 1,
        dilation_h: 1,
        dilation_w: 1,
        phases_h: 1,
        phases_w: 1,
        groups: 1,
        pool_h: 1,
        pool_w: 1,
        act_min: -128,
        act_max: 127,
        ..Stage::zeroed()
    };
    let mut pad = Padding::default();
    match &node.op {
        NodeOp::Conv(c) => {
            pad = conv(&mut stage, c, node, data)?;
            finish(&mut stage, &c.finish, data);
        }
        NodeOp::MaxPool { kernel, stride, padding, range } => {
            stage.op = Op::MaxPool.code();
            window(&mut stage, *kernel, *stride)?;
            (stage.act_min, stage.act_max) = (range[0] as i16, range[1] as i16);
            let end = |d: usize| (node.output[d] - 1) * stride[d] + kernel[d];
            pad = Padding {
                top: padding[0],
                left: padding[1],
                bottom: end(0).saturating_sub(padding[0] + node.input[0]),
                right: end(1).saturating_sub(padding[1] + node.input[1]),
                value: i8::MIN,
            };
        }
        NodeOp::AvgPool { kernel, stride } => {
            stage.op = Op::AvgPool.code();
            window(&mut stage, *kernel, *stride)?;
        }
        NodeOp::Upsample(factor) => {
            stage.op = Op::Upsample.code();
            stage.step_h = small(factor[0], "an upsampling factor")?;
            stage.step_w = small(factor[1], "an upsampling factor")?;
        }
        NodeOp::Table(table) => {
            stage.op = Op::Table.code();
            stage.table = data.push(&stored(table));
        }
        NodeOp::Linear { weights, bias, finish: f } => {
            stage.op = Op::Linear.code();
            stage.weights = data.push(&by_rows(weights, bias.len(), node.input[0]));
            stage.bias = data.push(bias);
            stage.scratch_bytes = (bias.len() * 4) as u32;
            finish(&mut stage, f, data);
        }
        NodeOp::Expand { weights, bias, finish: f } => {
            stage.op = Op::Expand.code();
            stage.weights = data.push(weights);
            stage.bias = data.push(bias);
            finish(&mut stage, f, data);
        }
        NodeOp::Window { crop, border, zero_point } => {
            stage.op = Op::Window.code();
            stage.crop_top = small(crop[0], "a trim")?;
            stage.crop_left = small(crop[1], "a trim")?;
            stage.border_top = small(border[0], "a padding")?;
            stage.border_left = small(border[1], "a padding")?;
            stage.zero_point = *zero_point as i16;
        }
        NodeOp::Reshape => stage.op = Op::Reshape.code(),
    }
    stage.input = pad.buffer(node.input)?;
    Ok(stage)
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

#[derive(Default)]
struct Padding {
    top: usize,
    bottom: usize,
    left: usize,
    right: usize,
    value: i8,
}

impl Padding {
    fn buffer(&self, [height, width, channels]: [usize; 3]) -> Result<Buffer> {
        let row = (self.left + width + self.right) * channels;
        Ok(Buffer {
            pitch: row.next_multiple_of(4) as u32,
            rows: 1,
            column: small(channels, "a number of channels")?,
            height: small(height, "a height")?,
            width: small(width, "a width")?,
            channels: small(channels, "a number of channels")?,
            pad_top: small(self.top, "a padding")?,
            pad_bottom: small(self.bottom, "a padding")?,
            pad_left: small(self.left, "a padding")?,
            pad_right: small(self.right, "a padding")?,
            pad_value: self.value,
            ..Buffer::zeroed()
        })
    }
}

fn window(stage: &mut Stage, kernel: [usize; 2], stride: [usize; 2]) -> Result<()> {
    stage.kernel_h = small(kernel[0], "a window")?;
    stage.kernel_w = small(kernel[1], "a window")?;
    stage.step_h = small(stride[0], "a stride")?;
    stage.step_w = small(stride[1], "a stride")?;
    Ok(())
}

fn finish(stage: &mut Stage, f: &Finish, data: &mut Data) {
    stage.zero_point = f.zero_point as i16;
    (stage.act_min, stage.act_max) = (f.range[0] as i16, f.range[1] as i16);
    let same = f.scales.iter().all(|s| *s == f.scales[0]);
    stage.scales = data.push(if same { &f.scales[..1] } else { &f.scales });
    if let Some(table) = &f.table {
        stage.has_table = 1;
        stage.table = data.push(&stored(table));
    }
}

fn conv(stage: &mut Stage, c: &ConvNode, node: &Node, data: &mut Data) -> Result<Padding> {
    let rows = axis(c, node, 0, |t| t.row);
    let columns = axis(c, node, 1, |t| t.column);
    stage.op = Op::Conv.code();
    stage.kernel_h = small(c.taps.iter().map(|t| t.taps[0]).max().unwrap_or(1), "a kernel")?;
    stage.kernel_w = small(c.taps.iter().map(|t| t.taps[1]).max().unwrap_or(1), "a kernel")?;
    (stage.step_h, stage.step_w) = (small(c.step[0], "a stride")?, small(c.step[1], "a stride")?);
    (stage.dilation_h, stage.dilation_w) = (small(c.dilation[0], "a dilation")?, small(c.dilation[1], "a dilation")?);
    (stage.phases_h, stage.phases_w) = (small(c.phases[0], "a stride")?, small(c.phases[1], "a stride")?);
    (stage.pool_h, stage.pool_w) = (small(c.pool[0], "a window")?, small(c.pool[1], "a window")?);
    stage.groups = small(c.groups, "a number of groups")?;
    let mut weights: Vec<i16> = Vec::new();
    let mut phases = Vec::new();
    let mut bias = Vec::new();
    for t in &c.taps {
        phases.push(Phase {
            row: small((t.row + rows.0 as isize) as usize, "a padding")?,
            taps_h: small(t.taps[0], "a kernel")?,
            column: small((t.column + columns.0 as isize) as usize, "a padding")?,
            taps_w: small(t.taps[1], "a kernel")?,
            weights: weights.len() as u32,
        });
        weights.extend_from_slice(&t.weights);
        bias.extend_from_slice(&t.bias);
    }
    stage.phases = data.push(&phases);
    stage.bias = data.push(&bias);
    let bytes: std::result::Result<Vec<i8>, _> = weights.iter().map(|w| i8::try_from(*w)).collect();
    match bytes {
        Ok(bytes) => stage.weights = data.push(&bytes),
        Err(_) => {
            stage.weight_bits = 16;
            stage.weights = data.push(&weights);
        }
    }
    let value = c.input_zero_point as i8;
    Ok(Padding { top: rows.0, bottom: rows.1, left: columns.0, right: columns.1, value })
}

/// Padding before and behind the map along axis `d` that the taps reach.
fn axis(c: &ConvNode, node: &Node, d: usize, start: impl Fn(&super::PhaseTaps) -> isize) -> (usize, usize) {
    let stride = if d == 0 { c.phases[1] } else { 1 };
    let (mut before, mut behind) = (0, 0);
    for o in 0..node.output[d] * c.pool[d] {
        let t = &c.taps[o % c.phases[d] * stride];
        let first = (o / c.phases[d] * c.step[d]) as isize + start(t);
        let end = first + if t.taps[d] == 0 { 0 } else { ((t.taps[d] - 1) * c.dilation[d] + 1) as isize };
        before = before.max(-first);
        behind = behind.max(end - node.input[d] as isize);
    }
    // A phase without an output still has a record whose start must not be negative.
    before = before.max(c.taps.iter().map(|t| -start(t)).max().unwrap_or(0));
    (before.max(0) as usize, behind.max(0) as usize)
}
