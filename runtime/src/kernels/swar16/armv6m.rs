//! ARMv6-M: no DSP instructions, no 64-bit product, eight registers that everything works with.
//!
//! # Safety
//! Each wrapper checks what its procedure goes through and does nothing where that is not there, so no procedure touches memory beyond the slices that it is
//! given; the procedures keep all registers that AAPCS wants kept, use the stack only below where they found it, and call
//! nothing but their own parts. Words are aligned because the slices are of `i32` and the weights start on a multiple
//! of 4.
#![allow(unsafe_code)]

use super::abi::{ChannelLoop, DualPhase, LoopEnd, Packed};
use crate::arith::FusedRequant;
use crate::kernel_set::KernelSet;
use crate::plan::params::swar16::Packing;

core::arch::global_asm!(
    include_str!("armv6m_mac.s"),
    include_str!("armv6m_frame.s"),
    include_str!("armv6m_channel_loop.s"),
    include_str!("armv6m_requantize.s"),
    include_str!("armv6m_pack.s"),
    include_str!("armv6m_dual_phase.s"),
    options(raw)
);

unsafe extern "C" {
    fn picoae_m0_channel_loop(frame: *const Frame);
    fn picoae_m0_pack(p: *mut Pack);
    fn picoae_m0_dual_phase(p: *const Windows, sums: *mut i32, end: *mut i32);
    // Parts of the channel loop, whose addresses are wanted; nobody calls them.
    fn picoae_m0_duo_twice();
    fn picoae_m0_duo_each();
    fn picoae_m0_solo_twice();
    fn picoae_m0_duo_long();
    fn picoae_m0_solo_each();
    fn picoae_m0_sums();
    fn picoae_m0_pooled();
    fn picoae_m0_three();
    fn picoae_m0_two();
    fn picoae_m0_three_rectified();
    fn picoae_m0_two_rectified();
    fn picoae_m0_after_duo();
    fn picoae_m0_after_solo();
    fn picoae_m0_finish();
}

/// A place in the channel loop.
type Part = unsafe extern "C" fn();

/// The bytes of a stream of words, and where the inner loops start for it: for two pairs and for one, with one product a
/// split; then the same with two.
#[inline(always)]
fn stream<K: KernelSet>(words: usize, [duo, solo]: [usize; 2]) -> [usize; 6] {
    // Unrolled are 4 steps; of them the first are skipped that do not fill a round. Without words it leads behind the loop.
    let skipped = (words / 2).wrapping_neg() & 3;
    let entry = |start: Part, end: usize, step: usize| if words == 0 { end } else { address(start) + skipped * step };
    let each = [entry(picoae_m0_duo_each, duo, 38), entry(picoae_m0_solo_each, solo, 20)];
    let mut twice = [entry(picoae_m0_duo_twice, duo, 30), entry(picoae_m0_solo_twice, solo, 16)];
    if K::SWAR16_LONG && words > 0 {
        // Eight steps.
        twice[0] = address(picoae_m0_duo_long) + ((words / 2).wrapping_neg() & 7) * 30;
    }
    [words * 4, each[0], each[1], words * 4, twice[0], twice[1]]
}

fn address(part: Part) -> usize {
    part as *const () as usize
}

/// What packing reads: the order is in `pack.s`.
#[repr(C)]
struct Pack {
    a: *const i8,
    second: usize,
    next: usize,
    to: *mut i32,
    to_next: usize,
    to_after: usize,
    free: usize,
    pairs: usize,
    run: usize,
    cells: usize,
    cell_skip: usize,
    lines: usize,
    line_skip: usize,
}

/// What the kernel for two branches reads: the order is in `dual_phase.s`.
#[repr(C)]
struct Windows {
    weights: *const u8,
    end: *const u8,
    x: *const i8,
    step: usize,
    line: usize,
    line_skip: usize,
    lines: usize,
    c: i32,
    b: i32,
}

/// What a channel loop reads: the numbers are in `frame.s`.
#[repr(C)]
struct Frame {
    plain: *const i32,
    polynomial: *const i32,
    weights: *const u8,
    expanded: *mut i32,
    halves: usize,
    sums: *mut i32,
    sums_step: usize,
    duos: usize,
    solo: usize,
    bias: *const i32,
    fused: *const FusedRequant,
    affine_step: usize,
    flags: *const u16,
    channels: usize,
    resume: usize,
    largest: usize,
    pool: usize,
    finish: usize,
    out: *mut i8,
    rows: usize,
    out_down: usize,
    count: usize,
    out_step: usize,
    bits: u32,
    table: *const u8,
    plain_stream: [usize; 6],
    first_stream: [usize; 6],
    second_stream: [usize; 6],
    /// What is added to a negative sum's offset; what is copied is a multiple of 16 bytes.
    negative: i32,
}

const _: () = assert!(size_of::<Frame>() == 176);

/// As the portable body.
pub(crate) fn channel_loop<K: KernelSet>(s: &mut ChannelLoop<'_>) {
    if !s.fits() {
        return;
    }
    let pooled = s.end != LoopEnd::Sums;
    let largest = pooled && s.pool == 2;
    let is = |count: u32, rectified: bool| s.digits.count == count && s.rectified == rectified;
    let finish: Part = match s.end {
        LoopEnd::Written if K::SWAR16_TWO_DIGITS && is(2, false) => picoae_m0_two,
        LoopEnd::Written if K::SWAR16_TWO_DIGITS_RELU && is(2, true) => picoae_m0_two_rectified,
        LoopEnd::Written if K::SWAR16_THREE_DIGITS && is(3, false) => picoae_m0_three,
        LoopEnd::Written if K::SWAR16_THREE_DIGITS_RELU && is(3, true) => picoae_m0_three_rectified,
        LoopEnd::Pooled if K::SWAR16_EXACT && s.digits.count == 0 => picoae_m0_pooled,
        _ => picoae_m0_sums,
    };
    // Where the sums are there, nothing is left but to finish.
    let done = s.resume && s.streams[0] | s.streams[1] | s.streams[2] == 0;
    let end =
        if done { [address(picoae_m0_finish); 2] } else { [picoae_m0_after_duo, picoae_m0_after_solo].map(address) };
    let frame = Frame {
        plain: s.plain.as_ptr(),
        polynomial: s.polynomial.as_ptr(),
        weights: s.weights.as_ptr(),
        expanded: if s.packing.is_words() { core::ptr::null_mut() } else { s.expanded.as_mut_ptr() },
        halves: usize::from(s.packing == Packing::Halves),
        sums: s.sums.as_mut_ptr(),
        sums_step: s.sums_step * 4,
        duos: s.pairs / 2 * if largest { 8 } else { 16 },
        solo: s.pairs % 2,
        bias: s.bias.as_ptr(),
        fused: s.fused.as_ptr(),
        affine_step: if s.fused.len() > 1 { size_of::<FusedRequant>() } else { 0 },
        flags: s.flags.as_ptr(),
        channels: s.flags.len(),
        resume: usize::from(s.resume),
        largest: if largest { 2 } else { 0 },
        pool: if s.pool > 1 && !largest { s.pool } else { 0 },
        finish: address(finish),
        out: s.out.as_mut_ptr().wrapping_add(s.at),
        rows: s.rows,
        out_down: s.out_down,
        count: s.outputs * 4,
        out_step: s.out_step,
        bits: s.digits.bits,
        table: s.table.as_ptr(),
        plain_stream: stream::<K>(s.streams[0], end),
        first_stream: stream::<K>(s.streams[1], end),
        second_stream: stream::<K>(s.streams[2], end),
        negative: -1 << s.digits.negative_bit,
    };
    // SAFETY: `fits` is what the channel loop needs. A channel's weights are as long as its streams (bytes and halves: as its
    // plain stream, a multiple of four words), and what their excess taps read lies in the streams, which was checked with the plan; each
    // pair reads as many words of activations. A stream's length is even, and
    // one without words leads behind the loop, so the loops
    // end at its end. The sums of a channel are two words a pair, of
    // which pooling leaves no more than it reads. An output's index is the one checked, the table's is at most 255.
    unsafe { picoae_m0_channel_loop(&frame) }
}

/// As the portable body.
pub(crate) fn pack(p: &mut Packed<'_>) {
    let grid = &p.grid;
    let words = grid.values();
    if words == 0 || p.pairs == 0 {
        return;
    }
    let reach = (grid.lines - 1) * grid.line_step + (grid.cells - 1) * grid.cell_step + grid.run;
    let last = p.pairs - 1;
    for a in [p.a, p.a + last * p.next] {
        let b = a.wrapping_add(p.second);
        if a + reach > p.buffer.len() || b > p.buffer.len() || b + reach > p.buffer.len() {
            return;
        }
    }
    let step = p.lanes * 2;
    let reached = last / 2 * p.block + last % 2 * 2 + (words - 1) / 2 * step + 2 - words % 2;
    let blocks = p.lanes == 2 || (p.lanes == 1 && p.pairs == 1);
    if !blocks || p.block < 2 || reached > p.to.len() {
        return;
    }
    let cells_skip = grid.cell_step.wrapping_sub(grid.run);
    let mut frame = Pack {
        a: p.buffer.as_ptr().wrapping_add(p.a),
        second: p.second,
        next: p.next,
        to: p.to.as_mut_ptr(),
        to_next: 8,
        to_after: (p.block * 4).wrapping_sub(8),
        free: p.lanes * 8 - 8,
        pairs: p.pairs,
        run: grid.run,
        cells: grid.cells,
        cell_skip: cells_skip,
        lines: grid.lines,
        line_skip: grid.line_step.wrapping_sub(grid.cells * grid.cell_step),
    };
    // SAFETY: no value is read outside the line buffer, because first and last positions are inside with their reach, and those
    // between them lie between. Word i of a pair goes to i / 2 · step + i % 2 from the pair's start, inside as compared.
    unsafe { picoae_m0_pack(&mut frame) }
}

/// As the portable body.
pub(crate) fn dual_phase(t: &mut DualPhase<'_>) {
    let (grid, positions) = (&t.grid, t.sums.len() / 2);
    let reach = grid.lines.wrapping_sub(1) * grid.line_step + grid.run;
    let end = grid.lines * grid.run * 4 + t.excess * 8;
    let whole = positions > 0 && grid.lines > 0 && grid.run > 0 && grid.run % 8 == 0;
    if !whole || t.source + (positions - 1) * t.source_step + reach > t.buffer.len() || end > t.weights.len() {
        return;
    }
    let (x, weights) = (t.buffer.as_ptr().wrapping_add(t.source), t.weights.as_ptr());
    if (x as usize | weights as usize | t.source_step | grid.line_step) % 4 != 0 {
        return;
    }
    let p = Windows {
        weights,
        end: weights.wrapping_add(end),
        x,
        step: t.source_step,
        line: grid.run,
        line_skip: grid.line_step.wrapping_sub(grid.run),
        lines: grid.lines,
        c: t.bias[0].wrapping_add(t.bias[1] << 16),
        b: t.bias[1],
    };
    let sums = t.sums.as_mut_ptr();
    // SAFETY: as compared, the values of all windows lie in the line buffer, and so many weights are there; an offset behind
    // them lies in the window, which was checked with the plan. Two sums are written for each position. Weights and the
    // activations of a line start on a multiple of 4.
    unsafe { picoae_m0_dual_phase(&p, sums, sums.wrapping_add(positions * 2)) }
}
