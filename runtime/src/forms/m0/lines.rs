//! Outputs of one phase at equal distances, in what is read and in what is written.

use super::IMAGES;
use crate::kernels::has;
use crate::place::Place;
use crate::plan::{Phase, Stage};

/// Rows of outputs at equal distances. Offsets count from the start of the strip and of the tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::forms) struct Line {
    /// Rows; 1 where the map is one column wide, whose outputs below each other are one row here.
    pub(in crate::forms) rows: usize,
    /// Outputs of a row.
    pub(in crate::forms) outputs: usize,
    /// First value under the kernel of the first output.
    pub(in crate::forms) source: usize,
    /// From output to output.
    pub(in crate::forms) source_step: usize,
    /// From row to row.
    pub(in crate::forms) source_down: usize,
    /// First channel of the first output.
    pub(in crate::forms) out: usize,
    /// From output to output.
    pub(in crate::forms) out_step: usize,
    /// From row to row.
    pub(in crate::forms) out_down: usize,
    /// Rows and columns of a pooling window.
    pub(in crate::forms) pool: [usize; 2],
    /// Bytes between its rows and columns.
    pub(in crate::forms) pool_step: [usize; 2],
}

/// Walks over the positions of a line: for each output, those of its pooling window.
pub(in crate::forms) struct Sources<'a> {
    line: &'a Line,
    start: usize,
    output: usize,
    left: usize,
    row: usize,
    r: usize,
    c: usize,
}

impl Line {
    pub(in crate::forms) const fn sources(&self) -> Sources<'_> {
        let (start, left) = (self.source, self.outputs);
        Sources { line: self, start, output: start, left, row: 0, r: 0, c: 0 }
    }

    /// From position to position, where they are all at the same distance.
    pub(in crate::forms) fn distance<const K: u64>(&self) -> Option<usize> {
        let [pool_h, pool_w] = self.pool;
        let signal = if pool_h == 1 { self.source_step } else { self.pool_step[0] };
        if !has(K, IMAGES) {
            return Some(signal);
        }
        let step = if pool_w == 1 { signal } else { self.pool_step[1] };
        let even = pool_h == 1 || pool_w == 1;
        let follow = self.outputs == 1 || self.source_step == step * pool_h * pool_w;
        (self.rows == 1 && even && follow).then_some(step)
    }

    /// Whether the same values lie under the kernels of both.
    pub(in crate::forms) fn reads_like(&self, other: &Self) -> bool {
        *self == Self { out: self.out, out_step: self.out_step, out_down: self.out_down, ..*other }
    }
}

impl Sources<'_> {
    /// Offset of the first value under the kernel of the next position.
    #[inline]
    pub(in crate::forms) fn next(&mut self) -> usize {
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

/// Walks over the phases of a tile. Division is slow where this runs, so the numbers are counted up.
pub(in crate::forms) struct Remainders<'a> {
    stage: &'a Stage,
    /// Number of the strip's first row.
    base: usize,
    /// Rows of the tile.
    rows: usize,
    /// Row of the first output among those of its phase, and the number of that phase.
    first: [usize; 2],
    /// The next phase.
    py: usize,
    px: usize,
}

impl<'a> Remainders<'a> {
    /// Of `rows` rows from row `y` on.
    pub(in crate::forms) fn new(stage: &'a Stage, base: usize, y: usize, rows: usize) -> Self {
        let phases_h = usize::from(stage.phases_h);
        let i = match phases_h {
            1 => y,
            2 => y / 2,
            _ => y / phases_h,
        };
        Self { stage, base, rows, first: [i, y - i * phases_h], py: 0, px: 0 }
    }

    /// The tile's outputs that belong to the next phase, `phase`, if there are any.
    pub(in crate::forms) fn next(&mut self, phase: &Phase, place: &Place) -> Option<Line> {
        let stage = self.stage;
        let (phases_h, phases_w) = (usize::from(stage.phases_h), usize::from(stage.phases_w));
        let (py, px) = (self.py, self.px);
        self.px += 1;
        if self.px == phases_w {
            (self.px, self.py) = (0, py + 1);
        }
        let [mut i, own] = self.first;
        let mut skipped = py.wrapping_sub(own);
        if py < own {
            skipped = py + phases_h - own;
            i += 1;
        }
        let width = usize::from(stage.out_width);
        if skipped >= self.rows || px >= width {
            return None;
        }
        let pitch = stage.input.pitch as usize;
        let (channels, out_channels) = (usize::from(stage.input.channels), usize::from(stage.out_channels));
        let (step_h, step_w) = (usize::from(stage.step_h) * pitch, usize::from(stage.step_w) * channels);
        let (pool_h, pool_w) = (usize::from(stage.pool_h), usize::from(stage.pool_w));
        let first = (i * pool_h * usize::from(stage.step_h) + usize::from(phase.row) - self.base) * pitch;
        let rows = share(self.rows - skipped, phases_h);
        let line = Line {
            rows,
            outputs: share(width - px, phases_w),
            source: first + usize::from(phase.column) * channels,
            source_step: step_w * pool_w,
            source_down: step_h * pool_h,
            out: skipped * place.pitch + px * out_channels,
            out_step: phases_w * out_channels,
            out_down: phases_h * place.pitch,
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

/// Every how manieth of `all`, the first included.
const fn share(all: usize, phases: usize) -> usize {
    match phases {
        1 => all,
        2 => all.div_ceil(2),
        _ => all.div_ceil(phases),
    }
}
