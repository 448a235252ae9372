//! From a node to the geometry of its stage: shapes, padding, branches. Pure: nothing is packed here.

use super::data::Data;
use super::node::{BranchTaps, ConvNode, Node};
use crate::error::{Error, Result};
use bytemuck::Zeroable;
use picoae::plan::geometry::ConvGeometry;
use picoae::plan::{Branch, LineBuffer, Operator, Span, Stage};

/// A number of a record.
pub(crate) fn small(value: usize, what: &str) -> Result<u16> {
    u16::try_from(value).map_err(|_| Error::invalid(format!("{what} of {value} is beyond 65535")))
}

/// Rows and columns of padding around a map, and what they read as.
#[derive(Default)]
pub(crate) struct Padding {
    pub(crate) top: usize,
    pub(crate) bottom: usize,
    pub(crate) left: usize,
    pub(crate) right: usize,
    pub(crate) value: i8,
}

/// The head of the stage for `node`, its rows in bytes, line buffer and working memory without a place yet. `tile` rows are
/// made at a time.
pub(crate) fn head(node: &Node, operator: Operator, padding: &Padding, tile: usize) -> Result<Stage> {
    let [height, width, channels] = node.input;
    let row = (padding.left + width + padding.right) * channels;
    let input = LineBuffer {
        pitch: row.next_multiple_of(4) as u32,
        rows: 1,
        column: small(channels, "a number of channels")?,
        height: small(height, "a height")?,
        width: small(width, "a width")?,
        channels: small(channels, "a number of channels")?,
        pad_top: small(padding.top, "a padding")?,
        pad_bottom: small(padding.bottom, "a padding")?,
        pad_left: small(padding.left, "a padding")?,
        pad_right: small(padding.right, "a padding")?,
        pad_value: padding.value,
        ..LineBuffer::zeroed()
    };
    Ok(Stage {
        operator: operator.code(),
        out_height: small(node.output[0], "a height")?,
        out_width: small(node.output[1], "a width")?,
        out_channels: small(node.output[2], "a number of channels")?,
        tile: small(tile, "a tile")?,
        input,
        ..Stage::zeroed()
    })
}

/// The stage of a convolution before its kernel has packed anything: branches whose weights start nowhere yet.
#[derive(Debug, Clone)]
pub(crate) struct ConvDraft {
    pub(crate) stage: Stage,
    pub(crate) geometry: ConvGeometry,
    pub(crate) branches: Vec<Branch>,
}

impl ConvDraft {
    /// That of `node`, made `tile` rows at a time.
    ///
    /// # Errors
    /// Where a number is beyond what a record can say.
    pub(crate) fn new(node: &Node, conv: &ConvNode, tile: usize) -> Result<Self> {
        let rows = axis(conv, node, 0, |t| t.row);
        let columns = axis(conv, node, 1, |t| t.column);
        let value = conv.input_zero_point as i8;
        let padding = Padding { top: rows.0, bottom: rows.1, left: columns.0, right: columns.1, value };
        let geometry = ConvGeometry {
            step_h: small(conv.step[0], "a stride")?,
            step_w: small(conv.step[1], "a stride")?,
            dilation_h: small(conv.dilation[0], "a dilation")?,
            dilation_w: small(conv.dilation[1], "a dilation")?,
            branches_h: small(conv.branches[0], "a stride")?,
            branches_w: small(conv.branches[1], "a stride")?,
            pool_h: small(conv.pool[0], "a pooling window")?,
            pool_w: small(conv.pool[1], "a pooling window")?,
            branches: Span::EMPTY,
        };
        let branch = |t: &BranchTaps| -> Result<Branch> {
            Ok(Branch {
                row: small((t.row + rows.0 as isize) as usize, "a padding")?,
                taps_h: small(t.taps[0], "a kernel")?,
                column: small((t.column + columns.0 as isize) as usize, "a padding")?,
                taps_w: small(t.taps[1], "a kernel")?,
                weights: 0,
            })
        };
        let branches = conv.taps.iter().map(branch).collect::<Result<_>>()?;
        Ok(Self { stage: head(node, Operator::Conv, &padding, tile)?, geometry, branches })
    }

    /// The stage, its branches stored.
    pub(crate) fn finish(self, data: &mut Data) -> Stage {
        let geometry = ConvGeometry { branches: data.push(&self.branches), ..self.geometry };
        Stage { geometry: geometry.words(), ..self.stage }
    }
}

/// Padding before and behind the map along axis `d` that the taps reach.
fn axis(c: &ConvNode, node: &Node, d: usize, start: impl Fn(&BranchTaps) -> isize) -> (usize, usize) {
    let stride = if d == 0 { c.branches[1] } else { 1 };
    let (mut before, mut behind) = (0, 0);
    for o in 0..node.output[d] * c.pool[d] {
        let t = &c.taps[o % c.branches[d] * stride];
        let first = (o / c.branches[d] * c.step[d]) as isize + start(t);
        let end = first + if t.taps[d] == 0 { 0 } else { ((t.taps[d] - 1) * c.dilation[d] + 1) as isize };
        before = before.max(-first);
        behind = behind.max(end - node.input[d] as isize);
    }
    // A branch without an output still has a record whose start must not be negative.
    before = before.max(c.taps.iter().map(|t| -start(t)).max().unwrap_or(0));
    (before.max(0) as usize, behind.max(0) as usize)
}
