//! Outputs of one phase at equal distances, in what is read and in what is written.

use crate::place::Place;
use crate::plan::{Phase, Stage};

/// Rows of outputs at equal distances. Offsets count from the start of the strip and of the tile.
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

/// The outputs of `rows` rows from row `y` on that belong to phase `number`, if there are any. `base` is the number of
/// the strip's first row.
pub(super) fn line(
    stage: &Stage,
    phase: &Phase,
    number: usize,
    base: usize,
    y: usize,
    rows: usize,
    place: &Place,
) -> Option<Line> {
    let (phases_h, phases_w) = (usize::from(stage.phases_h), usize::from(stage.phases_w));
    // Division is slow where this runs; most stages have one phase.
    let (py, px) = if phases_h * phases_w == 1 { (0, 0) } else { (number / phases_w, number % phases_w) };
    let (i, skipped) = if phases_h == 1 {
        (y, 0)
    } else {
        let skipped = (py + phases_h - y % phases_h) % phases_h;
        ((y + skipped) / phases_h, skipped)
    };
    let width = usize::from(stage.out_width);
    if skipped >= rows || px >= width {
        return None;
    }
    let pitch = stage.input.pitch as usize;
    let (channels, out_channels) = (usize::from(stage.input.channels), usize::from(stage.out_channels));
    let (step_h, step_w) = (usize::from(stage.step_h) * pitch, usize::from(stage.step_w) * channels);
    let (pool_h, pool_w) = (usize::from(stage.pool_h), usize::from(stage.pool_w));
    let first = (i * pool_h * usize::from(stage.step_h) + usize::from(phase.row) - base) * pitch;
    let own = if phases_h == 1 { rows } else { (rows - skipped).div_ceil(phases_h) };
    let line = Line {
        rows: own,
        outputs: if phases_w == 1 { width } else { (width - px).div_ceil(phases_w) },
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
        Line { rows: 1, outputs: own, source_step, out_step, ..line }
    } else {
        line
    })
}
