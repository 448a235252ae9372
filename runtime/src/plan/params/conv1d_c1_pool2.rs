//! `conv1d_c1_pool2`: a convolution of a signal with one channel, up to five taps, the larger of two neighbours, rectified.
//!
//! Two positions lie in one word, so that two neighbouring outputs take their five taps from three words. Outputs are channel
//! pairs at a zero point of −128, or packed rows.

use crate::kernel_set::{Routine, Routines};
use crate::plan::fault::Fault;
use crate::plan::line_buffer::LineBuffer;
use crate::plan::span::{Span, check, ensure, entries, in_range, word};
use crate::plan::stage::{PARAMETER_WORDS, Stage};
use crate::record::{record, words};

/// Bytes of parameters of a channel.
pub(crate) const CHANNEL_BYTES: usize = 32;

record! {
    /// Convolution of a one-channel signal.
    #[derive(Eq)]
    pub struct Conv1dC1Params {
        /// For each output channel the int16 pairs of taps (0, 1), (2, 3), (1, 2), (3, 4), then its `HighMulRequant` record.
        pub channels: Span,
    }
}
words!(Conv1dC1Params in PARAMETER_WORDS);

/// Checks a stage of this kernel for itself.
pub(crate) const fn check(stage: &Stage, data: &[u8]) -> Result<(), Fault> {
    let (b, params, conv) = (&stage.input, Conv1dC1Params::of(&stage.parameters), stage.conv());
    ensure!(b.is_pairs() && b.channels == 1 && b.pitch == 2 && b.width == 1, Fault::BufferLayout);
    let branches = check!(conv.check(stage, data));
    let pools = conv.pool_h == 2 && conv.pool_w == 1 && stage.out_width == 1;
    let plain = conv.step_h == 1 && conv.dilation_h == 1 && conv.has_one_branch();
    ensure!(pools && plain, Fault::GeometryForKernel);
    let even = stage.tile > 0
        && stage.tile.is_multiple_of(2)
        && stage.first_tile.is_multiple_of(2)
        && stage.out_height.is_multiple_of(2);
    ensure!(even, Fault::TileBroken);
    let branch = branches.get(0);
    ensure!(in_range(branch.taps_h as i64, 1, 5) && branch.taps_w == 1, Fault::BranchTaps);
    let channels = stage.out_channels as usize;
    ensure!(check!(entries(data, params.channels, CHANNEL_BYTES, 4)) == channels, Fault::WeightCount);
    let mut i = 0;
    while i < channels {
        let start = params.channels.offset as usize + i * CHANNEL_BYTES;
        let shift = word(data, start + 28);
        ensure!(in_range(shift as i64, 1, 20), Fault::ScaleRange);
        ensure!(taps_end(branch.taps_h, data, start), Fault::BranchWeights);
        i += 1;
    }
    Ok(())
}

/// Whether the weights of taps `taps` and up are 0 in the channel whose record starts at `start`: the kernel multiplies by five
/// taps in any case, and what lies behind the window may never have been written.
const fn taps_end(taps: u16, data: &[u8], start: usize) -> bool {
    const TAPS: [u16; 8] = [0, 1, 2, 3, 1, 2, 3, 4];
    let mut i = 0;
    while i < TAPS.len() {
        let weight = data[start + 2 * i] | data[start + 2 * i + 1];
        if TAPS[i] >= taps && weight != 0 {
            return false;
        }
        i += 1;
    }
    true
}

/// Checks that the outputs find their layout behind the stage, and that the last words read lie in the arena.
pub(crate) const fn check_output(stage: &Stage, next: Option<&LineBuffer>, arena_bytes: u32) -> Result<(), Fault> {
    let fits = match next {
        // Where the first row behind the padding starts a word, each two rows share one.
        Some(n) if n.is_packed() => n.pad_top % 2 == 1,
        Some(n) => n.is_signal() && n.is_pairs() && n.pitch == 4,
        None => false,
    };
    ensure!(fits, Fault::OutputLayout);
    ensure!(stage.input.reads_inside(arena_bytes), Fault::Overread);
    Ok(())
}

/// The routine that stores rows for the line buffer `next`.
pub(crate) const fn routines(next: Option<&LineBuffer>) -> Routines {
    Routines::NONE.with(match next {
        Some(next) if next.is_packed() => Routine::Conv1dC1Packed,
        Some(next) if next.is_undoubled() => Routine::Conv1dC1Undoubled,
        _ => Routine::Conv1dC1Doubled,
    })
}
