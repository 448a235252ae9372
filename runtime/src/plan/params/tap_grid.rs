//! Where the values lie that a kernel's taps multiply.
//!
//! A *cell* is a run of values that belongs to one tap along the direction in which a line's outputs follow each other:
//! a kernel column's channels, or for a map of one column a whole kernel row.

use crate::plan::branches::Branch;
use crate::plan::stage::Stage;

/// The cells under a kernel.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TapGrid {
    /// Kernel rows, or 1 where the cells are the rows.
    pub(crate) lines: usize,
    /// From line to line, in bytes.
    pub(crate) line_step: usize,
    /// Cells of a line.
    pub(crate) cells: usize,
    /// From cell to cell, in bytes.
    pub(crate) cell_step: usize,
    /// Values of a cell.
    pub(crate) run: usize,
}

impl TapGrid {
    /// That of `rows` kernel rows of `branch`.
    pub(crate) const fn new(stage: &Stage, branch: &Branch, rows: usize) -> Self {
        let row_step = stage.conv().dilation_h as usize * stage.input.pitch as usize;
        let channels = stage.input.channels as usize;
        let columns = branch.taps_w as usize;
        if stage.out_width == 1 {
            Self { lines: 1, line_step: 0, cells: rows, cell_step: row_step, run: columns * channels }
        } else {
            Self { lines: rows, line_step: row_step, cells: columns, cell_step: channels, run: channels }
        }
    }

    /// The window that two branches side by side have together: one cell a line.
    pub(crate) const fn of_both(stage: &Stage, a: &Branch, b: &Branch) -> Self {
        let signal = stage.out_width == 1;
        let [from, taps, other, other_taps] = if signal {
            [a.row as usize, a.taps_h as usize, b.row as usize, b.taps_h as usize]
        } else {
            [a.column as usize, a.taps_w as usize, b.column as usize, b.taps_w as usize]
        };
        let (end, other_end) = (from + taps, other + other_taps);
        let from = if from < other { from } else { other };
        let end = if end > other_end { end } else { other_end };
        let across = end - from;
        let (rows, columns) = if signal { (across, 1) } else { (a.taps_h as usize, across) };
        let run = columns * stage.input.channels as usize;
        Self { lines: rows, line_step: stage.input.pitch as usize, cells: 1, cell_step: run, run }
    }

    /// How many times three cells there are. The processor has no division.
    pub(crate) const fn triples(&self) -> usize {
        let (mut triples, mut whole) = (0, 0);
        while whole + 3 <= self.cells {
            whole += 3;
            triples += 1;
        }
        triples
    }

    /// Values under the kernel.
    pub(crate) const fn values(&self) -> usize {
        self.lines * self.cells * self.run
    }

    /// The same values in as few and as long runs as there are.
    pub(crate) const fn merged(mut self) -> Self {
        if self.cells == 1 || self.cell_step == self.run {
            self.run *= self.cells;
            (self.cells, self.cell_step) = (1, self.run);
            if self.lines == 1 || self.line_step == self.run {
                self.run *= self.lines;
                (self.lines, self.line_step, self.cell_step) = (1, self.run, self.run);
            }
        }
        self
    }

    /// From the first value under the kernel to behind the last; there must be one.
    pub(crate) const fn reach(&self) -> usize {
        (self.lines - 1) * self.line_step + (self.cells - 1) * self.cell_step + self.run
    }
}
