//! Outputs of one branch at equal distances, in what is read and in what is written.

use crate::kernel_set::KernelSet;
use crate::plan::row_layout::RowLayout;
use crate::plan::{Branch, Stage};

/// Rows of outputs at equal distances. Offsets count from the start of the line buffer and of the tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line {
    /// Rows; 1 where the map is one column wide, whose outputs below each other are one row here.
    pub(super) rows: usize,
    /// Outputs of a row.
    pub(super) outputs: usize,
    /// First value under the kernel of the first output.
    pub(super) source: usize,
    /// From output to output.
    pub(super) source_step: usize,
    /// From row to row.
    pub(super) source_down: usize,
    /// First channel of the first output.
    pub(super) out: usize,
    /// From output to output.
    pub(super) out_step: usize,
    /// From row to row.
    pub(super) out_down: usize,
    /// Rows and columns of a pooling window.
    pub(super) pool: [usize; 2],
    /// Bytes between its rows and columns.
    pub(super) pool_step: [usize; 2],
}

/// Walks over the positions of a line: for each output, those of its pooling window.
pub(super) struct Sources<'a> {
    line: &'a Line,
    start: usize,
    output: usize,
    left: usize,
    row: usize,
    r: usize,
    c: usize,
}

impl Line {
    pub(super) const fn sources(&self) -> Sources<'_> {
        let (start, left) = (self.source, self.outputs);
        Sources { line: self, start, output: start, left, row: 0, r: 0, c: 0 }
    }

    /// From position to position, where they are all at the same distance.
    pub(super) fn distance<K: KernelSet>(&self) -> Option<usize> {
        let [pool_h, pool_w] = self.pool;
        let signal = if pool_h == 1 { self.source_step } else { self.pool_step[0] };
        if !K::SWAR16_IMAGE {
            return Some(signal);
        }
        let step = if pool_w == 1 { signal } else { self.pool_step[1] };
        let even = pool_h == 1 || pool_w == 1;
        let follow = self.outputs == 1 || self.source_step == step * pool_h * pool_w;
        (self.rows == 1 && even && follow).then_some(step)
    }

    /// Whether the same values lie under the kernels of both.
    pub(super) fn reads_like(&self, other: &Self) -> bool {
        *self == Self { out: self.out, out_step: self.out_step, out_down: self.out_down, ..*other }
    }
}

impl Sources<'_> {
    /// Offset of the first value under the kernel of the next position.
    #[inline]
    pub(super) fn next(&mut self) -> usize {
        let at = self.output + self.row + self.c * self.line.pool_step[1];
        self.c += 1;
        if self.c == self.line.pool[1] {
            self.c = 0;
            self.r += 1;
            self.row += self.line.pool_step[0];
            if self.r == self.line.pool[0] {
                (self.r, self.row) = (0, 0);
                self.output += self.line.source_step;
                self.left -= 1;
                if self.left == 0 {
                    self.start += self.line.source_down;
                    (self.output, self.left) = (self.start, self.line.outputs);
                }
            }
        }
        at
    }
}

/// Walks over the branches of a tile. Division is slow where this runs, so the numbers are counted up.
pub(super) struct BranchLines<'a> {
    stage: &'a Stage,
    /// Number of the line buffer's first row.
    base: usize,
    /// Rows of the tile.
    rows: usize,
    /// Row of the first output among those of its branch, and the number of that branch.
    first: [usize; 2],
    /// The next branch.
    py: usize,
    px: usize,
}

impl<'a> BranchLines<'a> {
    /// Of `rows` rows from row `y` on.
    pub(super) fn new(stage: &'a Stage, base: usize, y: usize, rows: usize) -> Self {
        let branches_h = usize::from(stage.conv().branches_h);
        let i = match branches_h {
            1 => y,
            2 => y / 2,
            _ => y.checked_div(branches_h).unwrap_or(0),
        };
        Self { stage, base, rows, first: [i, y - i * branches_h], py: 0, px: 0 }
    }

    /// The tile's outputs that belong to the next branch, `branch`, if there are any.
    pub(super) fn next(&mut self, branch: &Branch, layout: &RowLayout) -> Option<Line> {
        let (stage, conv) = (self.stage, self.stage.conv());
        let (branches_h, branches_w) = (usize::from(conv.branches_h), usize::from(conv.branches_w));
        let (py, px) = (self.py, self.px);
        self.px += 1;
        if self.px == branches_w {
            (self.px, self.py) = (0, py + 1);
        }
        let [mut i, own] = self.first;
        let mut skipped = py.wrapping_sub(own);
        if py < own {
            skipped = py + branches_h - own;
            i += 1;
        }
        let width = usize::from(stage.out_width);
        if skipped >= self.rows || px >= width {
            return None;
        }
        let pitch = stage.input.pitch as usize;
        let (channels, out_channels) = (usize::from(stage.input.channels), usize::from(stage.out_channels));
        let (step_h, step_w) = (usize::from(conv.step_h) * pitch, usize::from(conv.step_w) * channels);
        let (pool_h, pool_w) = (usize::from(conv.pool_h), usize::from(conv.pool_w));
        let first = (i * pool_h * usize::from(conv.step_h) + usize::from(branch.row) - self.base) * pitch;
        let rows = share(self.rows - skipped, branches_h);
        let line = Line {
            rows,
            outputs: share(width - px, branches_w),
            source: first + usize::from(branch.column) * channels,
            source_step: step_w * pool_w,
            source_down: step_h * pool_h,
            out: skipped * layout.pitch + px * out_channels,
            out_step: branches_w * out_channels,
            out_down: branches_h * layout.pitch,
            pool: [pool_h, pool_w],
            pool_step: [step_h, step_w],
        };
        Some(if width == 1 {
            let (source_step, out_step) = (line.source_down, line.out_down);
            Line { rows: 1, outputs: rows, source_step, out_step, ..line }
        } else {
            line
        })
    }
}

/// Outputs of one of the branches among `all` in a row, the first included.
fn share(all: usize, branches: usize) -> usize {
    match branches {
        1 => all,
        2 => all.div_ceil(2),
        _ => (all + branches).wrapping_sub(1).checked_div(branches).unwrap_or(0),
    }
}
