//! ARMv6-M: no DSP instructions, no 64-bit product, eight registers that everything works with.
//!
//! # Safety
//! Each wrapper asserts what its procedure goes through, so no procedure touches memory beyond the slices that it is
//! given; the procedures keep all registers that AAPCS wants kept, use the stack only below where they found it, and call
//! nothing but their own parts. Words are aligned because the slices are of `i32` and the weights start on a multiple
//! of 4.
#![allow(unsafe_code)]

use crate::forms::m0::{Affine, Finish, LONG, Packed, Packing, Sweep, Twins};
use crate::kernels::{TWO_LANES, has};

core::arch::global_asm!(
    include_str!("mac.s"),
    include_str!("frame.s"),
    include_str!("sweep.s"),
    include_str!("requantize.s"),
    include_str!("pack.s"),
    include_str!("move.s"),
    include_str!("twins.s"),
    options(raw)
);

unsafe extern "C" {
    fn picoae_m0_sweep(frame: *const Frame);
    fn picoae_m0_move(to: *mut u32, from: *const u32, words: usize);
    fn picoae_m0_pack(p: *mut Pack);
    fn picoae_m0_twins(p: *const Windows, sums: *mut i32, end: *mut i32);
    // Parts of the sweep, whose addresses are wanted; nobody calls them.
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

/// A place in the sweep.
type Part = unsafe extern "C" fn();

/// The bytes of a list of words, and where the inner loops start for it: for two pairs and for one, with one product a
/// split; then the same with two.
#[inline(always)]
fn list<const K: u64>(words: usize, [duo, solo]: [usize; 2]) -> [usize; 6] {
    // Unrolled are 4 steps; of them the first are skipped that do not fill a round. Without words it leads behind the loop.
    let skipped = (words / 2).wrapping_neg() & 3;
    let entry = |start: Part, end: usize, step: usize| if words == 0 { end } else { address(start) + skipped * step };
    let each = [entry(picoae_m0_duo_each, duo, 38), entry(picoae_m0_solo_each, solo, 20)];
    let mut twice = [entry(picoae_m0_duo_twice, duo, 30), entry(picoae_m0_solo_twice, solo, 16)];
    if has(K, LONG) && words > 0 {
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

/// What the kernel for two phases reads: the order is in `twins.s`.
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

/// What a sweep reads: the numbers are in `frame.s`.
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
    affine: *const Affine,
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
    plain_list: [usize; 6],
    first_list: [usize; 6],
    second_list: [usize; 6],
    /// What is added to a negative sum's offset; what is copied is a multiple of 16 bytes.
    negative: i32,
}

const _: () = assert!(size_of::<Frame>() == 176);

/// Moves `count` words of `words` from index `from` on to its start.
pub(crate) fn move_down(words: &mut [u32], from: usize, count: usize) {
    if from.checked_add(count).is_some_and(|end| end <= words.len()) {
        let start = words.as_mut_ptr();
        // SAFETY: source and destination lie in `words`; the destination is below, and words move in rising order.
        unsafe { picoae_m0_move(start, start.add(from), count) }
    }
}

/// See `forms::m0::kernels`.
pub(crate) fn sweep<const K: u64>(s: &mut Sweep<'_>) {
    assert!(s.fits());
    let pooled = s.finish != Finish::Sums;
    let largest = pooled && s.pool == 2;
    let kernel = s.requantization.kernel();
    let is = |bit: u32| has(K, TWO_LANES + bit) && kernel == TWO_LANES + bit;
    let finish: Part = match s.finish {
        Finish::Written if is(1) => picoae_m0_two,
        Finish::Written if is(2) => picoae_m0_two_rectified,
        Finish::Written if is(3) => picoae_m0_three,
        Finish::Written if is(4) => picoae_m0_three_rectified,
        Finish::Pooled if is(0) => picoae_m0_pooled,
        _ => picoae_m0_sums,
    };
    // Where the sums are there, nothing is left but to finish.
    let done = s.resume && s.lists[0] | s.lists[1] | s.lists[2] == 0;
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
        affine: s.affine.as_ptr(),
        affine_step: if s.affine.len() > 1 { size_of::<Affine>() } else { 0 },
        flags: s.flags.as_ptr(),
        channels: s.flags.len(),
        resume: usize::from(s.resume),
        largest: if largest { 2 } else { 0 },
        pool: if s.pool > 1 && !largest { s.pool } else { 0 },
        finish: address(finish),
        out: s.out[s.at..].as_mut_ptr(),
        rows: s.rows,
        out_down: s.out_down,
        count: s.outputs * 4,
        out_step: s.out_step,
        bits: s.requantization.bits,
        table: s.table.as_ptr(),
        plain_list: list::<K>(s.lists[0], end),
        first_list: list::<K>(s.lists[1], end),
        second_list: list::<K>(s.lists[2], end),
        negative: -1 << s.requantization.extra,
    };
    // SAFETY: `fits` is what the sweep needs. A channel's weights are as long as its lists (bytes and halves: as its
    // plain list, a multiple of four words), and what their rests read lies in the lists, which was checked with the plan; each
    // pair reads as many words of activations. A list's length is even, and
    // one without words leads behind the loop, so the loops
    // end at its end. The sums of a channel are two words a pair, of
    // which pooling leaves no more than it reads. An output's index is the one checked, the table's is at most 255.
    unsafe { picoae_m0_sweep(&frame) }
}

/// See `forms::m0::kernels`.
pub(crate) fn pack(p: &mut Packed<'_>) {
    let cells = &p.cells;
    let words = cells.values();
    if words == 0 || p.pairs == 0 {
        return;
    }
    let reach = (cells.lines - 1) * cells.line_step + (cells.cells - 1) * cells.cell_step + cells.run;
    let last = p.pairs - 1;
    for a in [p.a, p.a + last * p.next] {
        let b = a.wrapping_add(p.second);
        assert!(a + reach <= p.strip.len() && b <= p.strip.len() && b + reach <= p.strip.len());
    }
    let step = p.lanes * 2;
    let reached = last / 2 * p.block + last % 2 * 2 + (words - 1) / 2 * step + 2 - words % 2;
    assert!((p.lanes == 2 || (p.lanes == 1 && p.pairs == 1)) && p.block >= 2 && reached <= p.to.len());
    let cells_skip = cells.cell_step.wrapping_sub(cells.run);
    let mut frame = Pack {
        a: p.strip.as_ptr().wrapping_add(p.a),
        second: p.second,
        next: p.next,
        to: p.to.as_mut_ptr(),
        to_next: 8,
        to_after: (p.block * 4).wrapping_sub(8),
        free: p.lanes * 8 - 8,
        pairs: p.pairs,
        run: cells.run,
        cells: cells.cells,
        cell_skip: cells_skip,
        lines: cells.lines,
        line_skip: cells.line_step.wrapping_sub(cells.cells * cells.cell_step),
    };
    // SAFETY: no value is read outside the strip, because first and last positions are inside with their reach, and those
    // between them lie between. Word i of a pair goes to i / 2 · step + i % 2 from the pair's start, inside as asserted.
    unsafe { picoae_m0_pack(&mut frame) }
}

/// See `forms::m0::kernels`.
pub(crate) fn twins(t: &mut Twins<'_>) {
    let (cells, positions) = (&t.cells, t.sums.len() / 2);
    let reach = (cells.lines - 1) * cells.line_step + cells.run;
    assert!(positions > 0 && cells.lines > 0 && cells.run > 0 && cells.run % 8 == 0);
    assert!(t.source + (positions - 1) * t.source_step + reach <= t.strip.len());
    let (x, weights) = (t.strip[t.source..].as_ptr(), t.weights.as_ptr());
    let end = cells.lines * cells.run * 4 + t.rest * 8;
    assert!(end <= t.weights.len() && (x as usize | weights as usize | t.source_step | cells.line_step) % 4 == 0);
    let p = Windows {
        weights,
        end: weights.wrapping_add(end),
        x,
        step: t.source_step,
        line: cells.run,
        line_skip: cells.line_step.wrapping_sub(cells.run),
        lines: cells.lines,
        c: t.bias[0].wrapping_add(t.bias[1] << 16),
        b: t.bias[1],
    };
    let sums = t.sums.as_mut_ptr();
    // SAFETY: as asserted, the values of all windows lie in the strip, and so many weights are there; an offset behind
    // them lies in the window, which was checked with the plan. Two sums are written for each position. Weights and the
    // activations of a line start on a multiple of 4.
    unsafe { picoae_m0_twins(&p, sums, sums.wrapping_add(positions * 2)) }
}
