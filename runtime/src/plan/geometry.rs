//! Which input rows an output row is made of: one statement an operator, which the scheduler, the checks and the planner share.

use super::branches::{Branch, Branches};
use super::codes::{Kernel, Operator};
use super::fault::Fault;
use super::span::{Span, check, ensure};
use super::stage::{GEOMETRY_WORDS, Stage};
use crate::kernel_set::{KernelSet, any_block_dense, any_fast_conv};
use crate::record::{record, words};

record! {
    /// Geometry of a convolution. For an output row y (before pooling), `i = y / branches_h` and `p = y % branches_h`; its
    /// input rows are those from `i · step_h + branch[p].row` on. Columns likewise.
    #[derive(Eq)]
    pub struct ConvGeometry {
        /// Input rows from one output of a branch to the next.
        pub step_h: u16,
        /// Input columns from one output of a branch to the next.
        pub step_w: u16,
        /// Rows between two taps.
        pub dilation_h: u16,
        /// Columns between two taps.
        pub dilation_w: u16,
        /// Vertical polyphase branches.
        pub branches_h: u16,
        /// Horizontal polyphase branches.
        pub branches_w: u16,
        /// Convolution rows whose largest makes one output row.
        pub pool_h: u16,
        /// Convolution columns whose largest makes one output column.
        pub pool_w: u16,
        /// `Branch` records, `branches_h · branches_w` of them, row branches outermost. None for `block_dense`: an output reads the
        /// `step_h` rows of its block where there is one branch, else the row of its block.
        pub branches: Span,
    }
}
words!(ConvGeometry in GEOMETRY_WORDS);

record! {
    /// Geometry of a pooling operator.
    #[derive(Eq)]
    pub struct WindowGeometry {
        /// Rows of a window.
        pub kernel_h: u16,
        /// Columns of a window.
        pub kernel_w: u16,
        /// Input rows from window to window.
        pub step_h: u16,
        /// Input columns from window to window.
        pub step_w: u16,
    }
}
words!(WindowGeometry in GEOMETRY_WORDS);

record! {
    /// Geometry of a nearest-neighbour upsampling.
    #[derive(Eq)]
    pub struct UpsampleGeometry {
        /// How often a row is repeated.
        pub factor_h: u16,
        /// How often a column is repeated.
        pub factor_w: u16,
    }
}
words!(UpsampleGeometry in GEOMETRY_WORDS);

record! {
    /// Geometry of a trim with padding.
    #[derive(Eq)]
    pub struct CropPadGeometry {
        /// Rows cut off the top.
        pub crop_top: u16,
        /// Columns cut off the left.
        pub crop_left: u16,
        /// Rows of zero points put above.
        pub border_top: u16,
        /// Columns of zero points put left.
        pub border_left: u16,
    }
}
words!(CropPadGeometry in GEOMETRY_WORDS);

impl ConvGeometry {
    /// Whether nothing is pooled, dilated or in branches.
    pub(crate) const fn has_one_branch(&self) -> bool {
        self.branches_h == 1 && self.branches_w == 1
    }

    /// Rows from the first to the last of `taps` taps.
    const fn reach(&self, taps: u16) -> usize {
        if taps == 0 { 0 } else { (taps as usize - 1) * self.dilation_h as usize + 1 }
    }

    /// First and last-plus-one input row (padding counted) that output row `y` reads.
    #[inline(always)]
    const fn rows(&self, y: usize, branches: &Branches<'_>) -> (usize, usize) {
        let step = self.step_h as usize;
        if branches.len() == 1 {
            let (pool, branch) = (self.pool_h as usize, branches.get(0));
            let start = y * pool * step + branch.row as usize;
            let reach = self.reach(branch.taps_h);
            return (start, start + if reach == 0 { 0 } else { (pool - 1) * step + reach });
        }
        let (h, w) = (self.branches_h as usize, self.branches_w as usize);
        let (mut first, mut end) = (usize::MAX, 0);
        let (mut r, mut left) = (y * self.pool_h as usize, self.pool_h);
        // Division is slow where this runs, so the numbers are counted up. Never 0 in a checked plan.
        let Some(mut group) = r.checked_div(h) else { return (0, 0) };
        r -= group * h;
        while left > 0 {
            let branch = branches.get(r * w);
            let start = group * step + branch.row as usize;
            let reach = self.reach(branch.taps_h);
            if start < first {
                first = start;
            }
            if reach > 0 && start + reach > end {
                end = start + reach;
            }
            r += 1;
            if r == h {
                (r, group) = (0, group + 1);
            }
            left -= 1;
        }
        (first, if end > first { end } else { first })
    }

    /// The same without branch records: a block of rows for each output, or a row for a block of outputs.
    #[inline(always)]
    const fn block_rows(&self, y: usize) -> (usize, usize) {
        if self.branches_h == 1 {
            let step = self.step_h as usize;
            return (y * step, (y + 1) * step);
        }
        // Never 0 in a checked plan.
        match y.checked_div(self.branches_h as usize) {
            Some(row) => (row, row + 1),
            None => (y, y + 1),
        }
    }

    /// What every convolution's checks have in common; gives the branches. Behind it, steps are not 0, the branches are there
    /// and agree row by row, and no window reaches right of the padded map.
    pub(crate) const fn check<'a>(&self, stage: &Stage, data: &'a [u8]) -> Result<Branches<'a>, Fault> {
        let extents = stage.out_height > 0 && stage.out_width > 0 && stage.out_channels > 0;
        ensure!(extents, Fault::Extent);
        let positive = self.step_h > 0 && self.step_w > 0 && self.dilation_h > 0 && self.dilation_w > 0;
        let grouped = self.branches_h > 0 && self.branches_w > 0 && self.pool_h > 0 && self.pool_w > 0;
        ensure!(positive && grouped, Fault::Geometry);
        // Row and column numbers of the convolution stay small.
        let rows = stage.out_height as u64 * self.pool_h as u64;
        let columns = stage.out_width as u64 * self.pool_w as u64;
        ensure!(rows <= u16::MAX as u64 && columns <= u16::MAX as u64, Fault::Geometry);
        let branches = check!(Branches::read(self.branches, data));
        let (h, w) = (self.branches_h as usize, self.branches_w as usize);
        ensure!(branches.len() as u64 == h as u64 * w as u64, Fault::BranchCount);
        let mut i = 0;
        while i < branches.len() {
            // Rows are looked up in the first branch of a row of branches, so all of that row must agree.
            let (branch, first) = (branches.get(i), branches.get(i / w * w));
            ensure!(branch.row == first.row && branch.taps_h == first.taps_h, Fault::BranchRows);
            // The last column of this branch among the convolution's columns.
            let q = (i % w) as u64;
            if branch.taps_w > 0 && columns > q {
                let last = (columns - 1 - q) / w as u64 * self.step_w as u64 + branch.column as u64;
                let end = last + (branch.taps_w as u64 - 1) * self.dilation_w as u64 + 1;
                ensure!(end <= stage.input.padded_width() as u64, Fault::WindowOutside);
            }
            i += 1;
        }
        Ok(branches)
    }

    /// Multiply-accumulates of a window, those with padding included; `u64::MAX` where they are more.
    pub(crate) const fn multiply_accumulates(&self, stage: &Stage, data: &[u8], groups: u64) -> u64 {
        let Ok(branches) = Branches::read(self.branches, data) else { return u64::MAX };
        let rows = stage.out_height as u64 * self.pool_h as u64;
        let columns = stage.out_width as u64 * self.pool_w as u64;
        let Some(per_group) = (stage.input.channels as u64).checked_div(groups) else { return u64::MAX };
        let channels = per_group * stage.out_channels as u64;
        if branches.is_empty() {
            let terms = if self.branches_h == 1 { self.step_h as u64 } else { 1 };
            return (rows * columns).saturating_mul(terms).saturating_mul(channels);
        }
        let (h, w) = (self.branches_h as u64, self.branches_w as u64);
        let (mut sum, mut i) = (0_u64, 0);
        while i < branches.len() && w > 0 && h > 0 {
            let positions = share(rows, h, i as u64 / w) * share(columns, w, i as u64 % w);
            let own = positions.saturating_mul(taps(&branches.get(i))).saturating_mul(channels);
            sum = sum.saturating_add(own);
            i += 1;
        }
        sum
    }
}

/// Outputs of a branch among `all` in a row of `branches`.
const fn share(all: u64, branches: u64, branch: u64) -> u64 {
    (all + branches - 1).saturating_sub(branch) / branches
}

impl Stage {
    /// Geometry of a convolution.
    #[inline(always)]
    pub const fn conv(&self) -> &ConvGeometry {
        ConvGeometry::of(&self.geometry)
    }

    /// Geometry of a pooling operator.
    #[inline(always)]
    pub const fn window(&self) -> &WindowGeometry {
        WindowGeometry::of(&self.geometry)
    }

    /// Geometry of an upsampling.
    #[inline(always)]
    pub const fn upsample(&self) -> &UpsampleGeometry {
        UpsampleGeometry::of(&self.geometry)
    }

    /// Geometry of a trim with padding.
    #[inline(always)]
    pub const fn crop_pad(&self) -> &CropPadGeometry {
        CropPadGeometry::of(&self.geometry)
    }

    /// The branches of a convolution, as the checks read them: none where there are none.
    pub const fn read_branches<'a>(&self, data: &'a [u8]) -> Branches<'a> {
        match Operator::from_code(self.operator) {
            Some(Operator::Conv) => match Branches::read(self.conv().branches, data) {
                Ok(branches) => branches,
                Err(_) => Branches::cast(&[]),
            },
            _ => Branches::cast(&[]),
        }
    }

    /// First and last-plus-one input row (padding counted) that output row `y` reads.
    pub const fn rows_for(&self, y: usize, branches: &Branches<'_>) -> (usize, usize) {
        self.row_window::<crate::kernel_set::AllKernels>(y, branches)
    }

    /// The same in a program with the kernels `K` only.
    #[inline(always)]
    pub(crate) const fn row_window<K: KernelSet>(&self, y: usize, branches: &Branches<'_>) -> (usize, usize) {
        let Some(operator) = Operator::from_code(self.operator) else { return (y, y + 1) };
        match operator {
            Operator::Conv if any_block_dense::<K>() && self.kernel == Kernel::BlockDense.code() => {
                self.conv().block_rows(y)
            }
            Operator::Conv if K::CONV_I8 || K::CONV_I16 || any_fast_conv::<K>() => self.conv().rows(y, branches),
            Operator::MaxPool | Operator::AvgPool if K::MAX_POOL || K::AVG_POOL => {
                let window = self.window();
                let first = y * window.step_h as usize;
                (first, first + window.kernel_h as usize)
            }
            Operator::Upsample if K::UPSAMPLE => {
                let row = match y.checked_div(self.upsample().factor_h as usize) {
                    Some(row) => row,
                    None => y,
                };
                (row, row + 1)
            }
            Operator::CropPad if K::CROP_PAD => {
                let geometry = self.crop_pad();
                let row = y.saturating_sub(geometry.border_top as usize) + geometry.crop_top as usize;
                let last = (self.input.height as usize).saturating_sub(1);
                let row = if row < last { row } else { last };
                (row, row + 1)
            }
            Operator::Linear if K::LINEAR => (0, self.input.height as usize),
            Operator::DenseToMap if K::DENSE_TO_MAP || K::DENSE_TO_MAP_ONE_SCALE => (0, 1),
            Operator::Reshape if K::RESHAPE => {
                let (own, row) = (self.out_width as usize * self.out_channels as usize, self.input.row_len());
                match ((y * own).checked_div(row), ((y + 1) * own + row).saturating_sub(1).checked_div(row)) {
                    (Some(first), Some(end)) => (first, end),
                    _ => (y, y + 1),
                }
            }
            _ => (y, y + 1),
        }
    }

    /// Values that come out.
    pub(crate) const fn outputs(&self) -> u64 {
        self.out_height as u64 * self.out_width as u64 * self.out_channels as u64
    }
}

/// The taps of a branch in rows and columns.
pub(crate) const fn taps(branch: &Branch) -> u64 {
    branch.taps_h as u64 * branch.taps_w as u64
}
