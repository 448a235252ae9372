//! What the calls of the sliding kernels do: they make whole tiles of a few positions and whole groups of channel pairs, so
//! they multiply more than the convolution asks for.

use picoae::plan::params::conv_dsp::ConvDspParams;
use picoae::plan::params::conv_kronecker::{LAG, ROWS};
use picoae::plan::{Branches, Kernel, Stage};

/// Positions of a signal, or columns of an image, that a call makes.
const POSITIONS: usize = 6;
const COLUMNS: usize = 7;
const FEW_COLUMNS: usize = 4;

/// Rows of a signal's line buffer that the kernel has inner loops for.
const NEAR_ROWS: [usize; 3] = [8, 14, 15];

/// What all calls of a stage do in one inference.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Sliding {
    /// Calls.
    pub(super) calls: f64,
    /// How often a call makes outputs of the accumulators of a channel.
    pub(super) finishes: f64,
    /// Passes of an inner loop over a channel pair (in packed rows: a channel).
    pub(super) rounds: f64,
    /// Multiply-accumulates, those included that come to nothing.
    pub(super) products: f64,
    /// Activations that are brought into another form first.
    pub(super) moved: f64,
    /// Those rounds in which going on to the next channel pair takes instructions of its own.
    pub(super) apart: f64,
}

impl Sliding {
    /// What `stage` does; `data`: the plan's constants.
    pub(super) fn of(stage: &Stage, data: &[u8]) -> Self {
        match Kernel::from_code(stage.kernel) {
            Some(Kernel::ConvKronecker) => Self::packed_rows(stage),
            Some(Kernel::Im2colFewChannels) => Self::gathered(stage),
            _ if stage.input.is_signal() => Self::signal(stage),
            _ => Self::image(stage, data),
        }
    }

    /// Three taps, whatever the convolution has; where even outputs are made of odd ones, two more over the differences.
    fn signal(stage: &Stage) -> Self {
        let (conv, params) = (stage.conv(), ConvDspParams::of(&stage.parameters));
        let (branches, pool) = (usize::from(conv.branches_h).max(1), usize::from(conv.pool_h).max(1));
        let (first, twice) = if params.even_outputs > 0 { (1, 2.0) } else { (0, 1.0) };
        let of_rows = |rows: usize| -> usize {
            (first..branches).map(|p| share(rows, branches, p).div_ceil(POSITIONS / pool)).sum()
        };
        let calls = tile_rows(stage).map(|(count, rows)| count * of_rows(rows)).sum::<usize>() as f64;
        let finishes = twice * calls * f64::from(stage.out_channels);
        let rounds = calls * f64::from(stage.out_channels) * pairs(stage);
        let (taps, differences) = if twice > 1.0 { (5.0, calls * pairs(stage) * 7.0) } else { (3.0, 0.0) };
        let products = rounds * 2.0 * taps * POSITIONS as f64;
        let apart = if is_near(stage, params) { 0.0 } else { rounds };
        Self { calls, finishes, rounds, products, moved: differences, apart }
    }

    /// Here rounds are no number of their own: each has the same products.
    fn packed_rows(stage: &Stage) -> Self {
        let positions = usize::from(stage.out_height) * usize::from(stage.conv().pool_h) + LAG;
        let calls = positions.div_ceil(ROWS) as f64;
        let finishes = calls * f64::from(stage.out_channels);
        let products = finishes * f64::from(stage.input.channels) * 3.0 * ROWS as f64;
        Self { calls, finishes, products, ..Self::default() }
    }

    /// Rows of padding above and below are passed over, columns of padding are not, unless they are not stored.
    fn image(stage: &Stage, data: &[u8]) -> Self {
        let (conv, b) = (stage.conv(), &stage.input);
        let (branches_h, branches_w) = (usize::from(conv.branches_h).max(1), usize::from(conv.branches_w).max(1));
        let Ok(branches) = Branches::read(conv.branches, data) else { return Self::default() };
        let mut sum = Self::default();
        for y in 0..usize::from(stage.out_height) {
            for q in 0..branches_w {
                let branch = branches.get(y % branches_h * branches_w + q);
                let top = y / branches_h * usize::from(conv.step_h) + usize::from(branch.row);
                let stored = usize::from(b.pad_top)..usize::from(b.pad_top) + usize::from(b.height);
                let end = (top + usize::from(branch.taps_h)).min(stored.end);
                let rows = end.saturating_sub(top.max(stored.start)) as f64;
                let width = share(usize::from(stage.out_width), branches_w, q);
                let most = if conv.step_w == 1 && width <= FEW_COLUMNS { FEW_COLUMNS } else { COLUMNS };
                let left_out = if b.is_unpadded() { 2 } else { 0 };
                let taps = (usize::from(branch.taps_w) * most - left_out) as f64;
                let calls = width.div_ceil(most) as f64;
                let finishes = calls * f64::from(stage.out_channels);
                let rounds = finishes * rows * pairs(stage);
                sum.calls += calls;
                sum.finishes += finishes;
                sum.rounds += rounds;
                sum.products += rounds * 2.0 * taps;
            }
        }
        sum
    }

    /// Two channel pairs hold all that is under the kernel.
    fn gathered(stage: &Stage) -> Self {
        let calls = f64::from(stage.out_height) * usize::from(stage.out_width).div_ceil(COLUMNS) as f64;
        let finishes = calls * f64::from(stage.out_channels);
        let (rounds, moved) = (2.0 * finishes, f64::from(stage.out_height) * 4.0 * stage.input.padded_width() as f64);
        Self { calls, finishes, rounds, products: rounds * 2.0 * 3.0 * COLUMNS as f64, moved, apart: 0.0 }
    }
}

/// Whether the inner loop of a signal is one for its distance between channel pairs. Before memory is planned, the line buffer
/// is as long as a tile's window.
fn is_near(stage: &Stage, params: &ConvDspParams) -> bool {
    let (input, conv) = (&stage.input, stage.conv());
    let positions = usize::from(stage.tile) * usize::from(conv.pool_h) / usize::from(conv.branches_h).max(1);
    let rows = if input.size > 0 { input.plane as usize / 4 } else { positions + 2 };
    params.weight_bits == 16 && params.any_distance == 0 && pairs(stage) % 8.0 == 0.0 && NEAR_ROWS.contains(&rows)
}

/// Channel pairs of an input, which the kernels take four at a time; how many there is room for is known later.
fn pairs(stage: &Stage) -> f64 {
    usize::from(stage.input.channels).div_ceil(2).next_multiple_of(4) as f64
}

/// Outputs of branch `branch` among `all` in a row of `branches`.
pub(super) fn share(all: usize, branches: usize, branch: usize) -> usize {
    (all + branches - 1).saturating_sub(branch) / branches
}

/// How many tiles of how many rows.
pub(super) fn tile_rows(stage: &Stage) -> impl Iterator<Item = (usize, usize)> {
    let (all, tile) = (usize::from(stage.out_height), usize::from(stage.tile.max(1)));
    let first = usize::from(stage.first_tile).min(all);
    let left = all - first;
    [(1, first), (left / tile, tile), (1, left % tile)].into_iter()
}
