//! How long the lists of words are that the inner loops run through, and how the weights are packed.
//!
//! A *cell* is a run of values that belongs to one tap along the direction in which a line's outputs follow each other:
//! a kernel column's channels, or for a map of one column a whole kernel row.

use super::{Activations, Packing};
use crate::plan::{Phase, Stage};

/// Words of one pair of positions, and of one output channel's weights.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Lists {
    /// One word a tap.
    pub(super) plain: usize,
    /// The first list of the polynomial.
    pub(super) first: usize,
    /// Its second list.
    pub(super) second: usize,
}

/// The cells under a kernel.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cells {
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

impl Cells {
    /// Those of `rows` kernel rows of `phase`.
    pub(in crate::forms) const fn new(stage: &Stage, phase: &Phase, rows: usize) -> Self {
        let row_step = stage.dilation_h as usize * stage.input.pitch as usize;
        let channels = stage.input.channels as usize;
        let columns = phase.taps_w as usize;
        if stage.out_width == 1 {
            Self { lines: 1, line_step: 0, cells: rows, cell_step: row_step, run: columns * channels }
        } else {
            Self { lines: rows, line_step: row_step, cells: columns, cell_step: channels, run: channels }
        }
    }

    /// The same values in as few and as long runs as there are.
    pub(in crate::forms) const fn merged(mut self) -> Self {
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

    /// How many times three cells there are. The processor has no division.
    pub(super) const fn triples(&self) -> usize {
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

    /// The lists for them.
    pub(super) const fn lists(&self, packing: Packing, activations: Activations) -> Lists {
        let mut lists = Lists { plain: 0, first: 0, second: 0 };
        if activations.plain {
            let values = self.values();
            // Bytes and halves are expanded a few at a time.
            lists.plain = if packing.is_words() { (values + 1) & !1 } else { (values + 3) & !3 };
        }
        if activations.polynomial {
            let triples = self.triples();
            lists.first = self.lines * (self.cells - 2 * triples) * self.run;
            lists.second = self.lines * triples * self.run;
        }
        lists
    }
}

/// Bytes of weights in lists of `words` words.
pub(super) const fn weight_bytes(packing: Packing, words: usize) -> usize {
    words.saturating_mul(1 << packing.shift())
}
