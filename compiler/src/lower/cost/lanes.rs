//! What the kernels do that put positions into the lanes of a word: they make a tile in parts, one for each branch and as many
//! positions as there is room for, and go through the channels for each.

use picoae::plan::params::swar16::{Packing, Swar16Params};
use picoae::plan::params::swar21::{GROUP, Swar21Params};
use picoae::plan::{Kernel, Stage};

use super::sliding::{share, tile_rows};

/// Positions in the lanes of `swar16`, and in two words of `swar21`.
const PAIR: usize = 2;
const TRIPLE: usize = 3;

/// What all parts of a stage do in one inference.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Lanes {
    /// Parts.
    pub(super) parts: f64,
    /// Positions of all parts, before a pooling.
    pub(super) positions: f64,
    /// The same, lanes without a position counted.
    pub(super) filled: f64,
    /// Output channels that each part goes through, channels that are not there counted.
    pub(super) channels: f64,
    /// 1 where outputs are requantized by the definition, else 0.
    pub(super) defined: f64,
}

impl Lanes {
    /// What `stage` does.
    pub(super) fn of(stage: &Stage) -> Self {
        let (conv, out) = (stage.conv(), usize::from(stage.out_channels));
        let (room, lanes, channels, merged, defined) = match Kernel::from_code(stage.kernel) {
            Some(Kernel::Swar21) => {
                let params = Swar21Params::of(&stage.parameters);
                let packed = params.activations == 0;
                let (lanes, channels) = if packed { (TRIPLE, out.next_multiple_of(GROUP)) } else { (1, out) };
                (usize::from(params.positions), lanes, channels, 1, params.mulh.bytes == 0)
            }
            _ => {
                let params = Swar16Params::of(&stage.parameters);
                // Two branches lie in the lanes, so that a position is a pair.
                let dual = Packing::from_code(params.packing) == Some(Packing::DualPhase);
                let (lanes, merged) = if dual { (1, 2) } else { (PAIR, 1) };
                (usize::from(params.pairs) * if dual { 1 } else { PAIR }, lanes, out, merged, params.digits == 0)
            }
        };
        let (branches_h, branches_w) = (usize::from(conv.branches_h).max(1), usize::from(conv.branches_w).max(1));
        let pool = (usize::from(conv.pool_h) * usize::from(conv.pool_w)).max(1);
        let most = (room / pool).max(1);
        let mut sum = Self { channels: channels as f64, defined: f64::from(u8::from(defined)), ..Self::default() };
        for (count, rows) in tile_rows(stage) {
            for branch in (0..branches_h * branches_w).step_by(merged) {
                let (rows, columns) = (
                    share(rows, branches_h, branch / branches_w),
                    share(usize::from(stage.out_width), branches_w, branch % branches_w),
                );
                let (all, lines, in_line) =
                    (rows * columns, if columns == 1 { 1 } else { rows }, if columns == 1 { rows } else { columns });
                // All at once where there is room, else line by line.
                let parts: Vec<usize> = if all <= most {
                    vec![all]
                } else {
                    let whole = std::iter::repeat_n(most, in_line / most).chain([in_line % most]);
                    std::iter::repeat_n(whole.collect::<Vec<_>>(), lines).flatten().collect()
                };
                for part in parts.into_iter().filter(|part| *part > 0) {
                    let positions = part * pool;
                    sum.parts += count as f64;
                    sum.positions += (count * merged * positions) as f64;
                    sum.filled += (count * merged * positions.next_multiple_of(lanes)) as f64;
                }
            }
        }
        sum
    }
}
