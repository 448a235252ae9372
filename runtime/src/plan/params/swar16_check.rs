//! Checks of `swar16`: behind them, nothing in this kernel can go out of bounds.

use super::swar16::{ChannelFlags, Packing, Streams, Swar16Params};
use super::swar16_streams::{Scratch, TapGrid, TapStreams, flags_at, slice_bytes};
use crate::arith::FusedRequant;
use crate::plan::branches::Branches;
use crate::plan::fault::Fault;
use crate::plan::geometry::taps;
use crate::plan::span::{check, ensure, entries, in_range, word};
use crate::plan::stage::Stage;

/// Checks a stage of this kernel.
pub(crate) const fn check(stage: &Stage, data: &[u8]) -> Result<(), Fault> {
    let (b, params, conv) = (&stage.input, Swar16Params::of(&stage.parameters), stage.conv());
    ensure!(b.is_bytes(), Fault::BufferLayout);
    let branches = check!(conv.check(stage, data));
    ensure!(conv.dilation_w == 1 && stage.tile > 0, Fault::GeometryForKernel);
    let Some(packing) = Packing::from_code(params.packing) else { return Err(Fault::PackingUnknown) };
    ensure!(params.streams <= 3, Fault::PackingUnknown);
    let streams = params.streams();
    ensure!(packing.is_words() || !streams.polynomial, Fault::PackingUnknown);
    let even = b.channels.is_multiple_of(2);
    ensure!(even || !streams.polynomial, Fault::PackingUnknown);
    // Taps fit in a signed word's worth of bytes, so that sums of their sizes stay small.
    let mut i = 0;
    while i < branches.len() {
        let values = taps(&branches.get(i)).saturating_mul(b.channels as u64);
        ensure!(values <= 1 << 20, Fault::BranchTaps);
        i += 1;
    }
    let pool = conv.pool_h as u64 * conv.pool_w as u64;
    let pairs = params.pairs as u64;
    ensure!(pool == 1 || conv.has_one_branch(), Fault::GeometryForKernel);
    ensure!(params.slice_rows > 0 && pairs > 0 && (pairs * 2).is_multiple_of(pool), Fault::TileBroken);
    let channels = stage.out_channels as usize;
    ensure!(
        check!(entries(data, params.bias, 4, 4)) as u64 == branches.len() as u64 * channels as u64,
        Fault::BiasCount
    );
    let weights = check!(entries(data, params.weights, 1, 4));
    if matches!(packing, Packing::DualPhase) {
        check!(dual_phase(stage, data, &branches, weights / 4));
    } else {
        check!(flags_fit(stage, data, &branches, streams));
        let mut i = 0;
        while i < branches.len() {
            check!(branch_fits(stage, data, &branches, i, packing, weights));
            i += 1;
        }
    }
    let needed = Scratch::of(stage, &branches).words().saturating_mul(4);
    ensure!(needed <= stage.scratch.bytes as usize, Fault::ScratchSmall);
    ensure!(check!(entries(data, params.table, 1, 1)) == 256, Fault::TableLength);
    requantization(params, data, channels)
}

/// Whether sums can be requantized.
const fn requantization(params: &Swar16Params, data: &[u8], channels: usize) -> Result<(), Fault> {
    let scales = check!(params.output.check(data));
    let fused = check!(entries(data, params.fused, size_of::<FusedRequant>(), 4));
    if params.digits == 0 {
        ensure!((scales == 1 || scales == channels) && fused == 0, Fault::ScaleCount);
        return Ok(());
    }
    ensure!(in_range(params.digits as i64, 2, 3), Fault::ScaleRange);
    let bits = params.digit_bits as i64;
    ensure!(in_range(bits, 1, FusedRequant::MOST_BITS as i64) && params.negative_bit < 32, Fault::ScaleRange);
    ensure!(fused == 1 || fused == channels, Fault::ScaleCount);
    Ok(())
}

const fn flags_fit(stage: &Stage, data: &[u8], branches: &Branches<'_>, streams: Streams) -> Result<(), Fault> {
    let params = Swar16Params::of(&stage.parameters);
    let all = branches.len() as u64 * stage.out_channels as u64;
    ensure!(check!(entries(data, params.flags, 2, 2)) as u64 == all, Fault::ChannelFlags);
    let raw = data.split_at(params.flags.offset as usize).1;
    let mut i = 0;
    while i < all as usize {
        let flags = flags_at(raw, i);
        let polynomial = flags & ChannelFlags::POLYNOMIAL != 0;
        let there = if polynomial { streams.polynomial } else { streams.plain };
        let [one, two] = ChannelFlags::excess(flags);
        ensure!(flags >> 15 == 0 && there && (polynomial || two == 0), Fault::ChannelFlags);
        let words = params.packing == Packing::Words.code();
        ensure!(one + two == 0 || words, Fault::ChannelFlags);
        i += 1;
    }
    Ok(())
}

/// Whether branch `i` has as many weights as taps. The flags must have been checked.
const fn branch_fits(
    stage: &Stage,
    data: &[u8],
    branches: &Branches<'_>,
    i: usize,
    packing: Packing,
    weights: usize,
) -> Result<(), Fault> {
    let params = Swar16Params::of(&stage.parameters);
    let (branch, channels) = (branches.get(i), stage.out_channels as usize);
    let flags = data.split_at(params.flags.offset as usize + i * channels * 2).1.split_at(channels * 2).0;
    let (start, taps_h, rows) = (branch.weights as usize, branch.taps_h as usize, params.slice_rows as usize);
    // Also where no tap has a weight.
    ensure!(start.is_multiple_of(4), Fault::SpanMisaligned);
    let streams = params.streams();
    // Whole slices, and a last one of the rows that are left.
    let full = if rows < taps_h { rows } else { taps_h };
    let whole = slice_bytes(packing, &TapGrid::new(stage, &branch, full).streams(packing, streams), flags);
    let left = taps_h % rows;
    let rest = if left == 0 {
        0
    } else {
        slice_bytes(packing, &TapGrid::new(stage, &branch, left).streams(packing, streams), flags)
    };
    let end = start.saturating_add(whole.saturating_mul(taps_h / rows)).saturating_add(rest);
    ensure!(end <= weights, Fault::BranchWeights);
    if matches!(packing, Packing::Words) {
        ensure!(rows >= taps_h, Fault::TileBroken);
        let lengths = TapGrid::new(stage, &branch, taps_h).streams(packing, streams);
        return excess_fits(flags, data, params.weights.offset as usize + start, &lengths);
    }
    Ok(())
}

/// Whether every excess tap belongs to one in its stream. `at` is where the weights start, which must be there.
const fn excess_fits(raw: &[u8], data: &[u8], mut at: usize, streams: &TapStreams) -> Result<(), Fault> {
    let mut i = 0;
    while i < raw.len() / 2 {
        let flags = flags_at(raw, i);
        let own =
            if flags & ChannelFlags::POLYNOMIAL != 0 { [streams.first, streams.second] } else { [streams.plain, 0] };
        let (excess, mut k) = (ChannelFlags::excess(flags), 0);
        while k < 2 {
            ensure!(own[k] > 0 || excess[k] == 0, Fault::ExcessOutside);
            at += own[k] * 4;
            let mut left = excess[k];
            while left > 0 {
                // A block of two pairs is four words for two, of which the first pair's are the first two.
                let offset = word(data, at).wrapping_add(own[k] as u32 * 8) as usize;
                ensure!(offset < own[k] * 8 && (offset % 16) & !4 == 0, Fault::ExcessOutside);
                at += 8;
                left -= 1;
            }
            k += 1;
        }
        i += 1;
    }
    Ok(())
}

/// Whether the branches are in pairs, and each pair's weights, `weights` words of them, are there.
const fn dual_phase(stage: &Stage, data: &[u8], branches: &Branches<'_>, weights: usize) -> Result<(), Fault> {
    let (map, params, conv) = (&stage.input, Swar16Params::of(&stage.parameters), stage.conv());
    let (pairs, even) = if stage.out_width == 1 {
        let even =
            stage.tile.is_multiple_of(2) && stage.first_tile.is_multiple_of(2) && stage.out_height.is_multiple_of(2);
        (conv.branches_h == 2 && conv.branches_w == 1, even)
    } else {
        (conv.branches_w == 2, stage.out_width.is_multiple_of(2))
    };
    ensure!(pairs && even && conv.pool_h == 1 && conv.pool_w == 1, Fault::GeometryForKernel);
    let whole = map.channels.is_multiple_of(8) && map.pitch.is_multiple_of(4) && map.left().is_multiple_of(4);
    let whole = whole && (stage.out_width > 1 || map.pitch == map.channels as u32);
    ensure!(stage.out_channels == 1 && conv.dilation_h == 1 && whole, Fault::GeometryForKernel);
    ensure!(params.flags.is_empty(), Fault::ChannelFlags);
    let mut i = 0;
    while i < branches.len() {
        let (a, b) = (branches.get(i), branches.get(i + 1));
        ensure!(a.taps_h > 0 && a.taps_w > 0 && b.taps_h > 0 && b.taps_w > 0, Fault::BranchTaps);
        let grid = TapGrid::of_both(stage, &a, &b);
        let (start, excess) = (a.weights as usize / 4, b.weights as usize);
        let values = grid.lines.saturating_mul(grid.run);
        ensure!(a.weights.is_multiple_of(4) && values <= 1 << 20, Fault::BranchTaps);
        let end = start.saturating_add(values).saturating_add(excess.saturating_mul(2));
        ensure!(end <= weights, Fault::BranchWeights);
        let reach = (grid.lines - 1) * grid.line_step + grid.run;
        let mut k = 0;
        while k < excess {
            let offset = word(data, params.weights.offset as usize + (start + values + k * 2) * 4) as usize;
            ensure!(offset < reach, Fault::ExcessOutside);
            k += 1;
        }
        i += 2;
    }
    Ok(())
}
