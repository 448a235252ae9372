//! ARMv6-M: no DSP instructions, no 64-bit product, eight registers that everything works with.
//!
//! # Safety
//! Each wrapper takes slices and asserts the lengths that its procedure goes through, so no procedure touches memory
//! beyond them; the procedures keep all registers that AAPCS wants kept, use the stack only below where they found it,
//! and call nothing. Words are aligned because the slices are of `i32`.
#![allow(unsafe_code)]

use crate::forms::m0::Digits;

core::arch::global_asm!(include_str!("kernels.s"), options(raw));

unsafe extern "C" {
    fn picoae_m0_duo_twice(x: *const i32, w: *const i32, end: *const i32, sums: *mut i32, stop: *const i32, skip: u32);
    fn picoae_m0_duo_each(x: *const i32, w: *const i32, end: *const i32, sums: *mut i32, stop: *const i32, skip: u32);
    fn picoae_m0_solo_twice(x: *const i32, w: *const i32, end: *const i32, sums: *mut i32, skip: u32);
    fn picoae_m0_solo_each(x: *const i32, w: *const i32, end: *const i32, sums: *mut i32, skip: u32);
    fn picoae_m0_pack(a: *const i8, b: *const i8, to: *mut i32, step: usize, length: usize);
    fn picoae_m0_expand(from: *const i8, to: *mut i32, end: *const i32);
    fn picoae_m0_start(sums: *mut i32, end: *const i32, both: i32, bias: i32);
    fn picoae_m0_separate(sums: *mut i32, end: *const i32);
    fn picoae_m0_separate_largest(sums: *mut i32, end: *const i32);
    fn picoae_m0_requantize_three(sums: *const i32, end: *const i32, out: *mut i8, p: *const Parameters);
    fn picoae_m0_requantize_four(sums: *const i32, end: *const i32, out: *mut i8, p: *const Parameters);
}

/// What the requantization reads.
#[repr(C)]
struct Parameters {
    digits: [i32; 4],
    shift: u32,
    zero: i32,
    table: *const u8,
    step: usize,
}

/// Bytes of code to skip so that `steps` is made up of whole rounds of `count` and the rest.
fn skip(steps: usize, count: usize, bytes: usize) -> u32 {
    ((count - 1 - (steps - 1) % count) * bytes) as u32
}

/// See `forms::m0::kernels`.
pub(crate) fn mac(x: &[i32], w: &[i32], sums: &mut [i32], pairs: usize, twice: bool) {
    if w.is_empty() {
        return;
    }
    let (blocks, n) = (pairs / 2, w.len());
    assert!(n.is_multiple_of(2) && x.len() >= pairs * n && sums.len() >= pairs * 2);
    let range = w.as_ptr_range();
    let (x, sums) = (x.as_ptr(), sums.as_mut_ptr());
    // SAFETY: `blocks` blocks read 2n words of `x` and 4 of `sums` each, a last pair n and 2: all inside, as asserted.
    // n is even and not 0, so the loop that starts `skip` bytes in ends at the end of the weights.
    unsafe {
        if blocks > 0 {
            let stop = sums.add(blocks * 4);
            if twice {
                picoae_m0_duo_twice(x, range.start, range.end, sums, stop, skip(n / 2, 8, 30));
            } else {
                picoae_m0_duo_each(x, range.start, range.end, sums, stop, skip(n / 2, 4, 38));
            }
        }
        if pairs % 2 == 1 {
            let (x, sums) = (x.add(blocks * 2 * n), sums.add(blocks * 4));
            if twice {
                picoae_m0_solo_twice(x, range.start, range.end, sums, skip(n / 2, 8, 16));
            } else {
                picoae_m0_solo_each(x, range.start, range.end, sums, skip(n / 2, 4, 20));
            }
        }
    }
}

/// See `forms::m0::kernels`.
pub(crate) fn start(sums: &mut [i32], both: i32, bias: i32) {
    assert!(sums.len().is_multiple_of(4));
    if !sums.is_empty() {
        // SAFETY: whole blocks of four, at least one, from the first sum to the last.
        unsafe { picoae_m0_start(sums.as_mut_ptr(), sums.as_ptr_range().end, both, bias) }
    }
}

/// See `forms::m0::kernels`.
pub(crate) fn separate(sums: &mut [i32], largest: bool) {
    assert!(sums.len().is_multiple_of(4));
    if !sums.is_empty() {
        // SAFETY: as in `start`; what is written lies at or in front of what was read.
        unsafe {
            if largest {
                picoae_m0_separate_largest(sums.as_mut_ptr(), sums.as_ptr_range().end);
            } else {
                picoae_m0_separate(sums.as_mut_ptr(), sums.as_ptr_range().end);
            }
        }
    }
}

/// See `forms::m0::kernels`.
pub(crate) fn pack(a: &[i8], b: &[i8], to: &mut [i32], step: usize) {
    let n = a.len();
    assert!(n.is_multiple_of(2) && b.len() == n && to.len() >= (n / 2).saturating_sub(1) * step + n.min(2));
    // SAFETY: both runs are n long, and the last two words start at (n / 2 − 1) · step.
    unsafe { picoae_m0_pack(a.as_ptr(), b.as_ptr(), to.as_mut_ptr(), step * 4, n) }
}

/// See `forms::m0::kernels`.
pub(crate) fn expand(from: &[i8], to: &mut [i32]) {
    if from.is_empty() || from.len() % 4 != 0 || from.as_ptr().align_offset(4) != 0 {
        for (to, from) in to.iter_mut().zip(from) {
            *to = i32::from(*from);
        }
        return;
    }
    let to = &mut to[..from.len()];
    // SAFETY: as many words as bytes, a multiple of 4, not none, aligned.
    unsafe { picoae_m0_expand(from.as_ptr(), to.as_mut_ptr(), to.as_ptr_range().end) }
}

/// See `forms::m0::kernels`.
pub(crate) fn requantize(sums: &[i32], out: &mut [i8], step: usize, digits: &Digits, zero: i32, table: &[u8; 256]) {
    if sums.is_empty() {
        return;
    }
    assert!((sums.len() - 1) * step < out.len());
    let p = Parameters { digits: digits.digits, shift: digits.shift, zero, table: table.as_ptr(), step };
    let range = sums.as_ptr_range();
    // SAFETY: value i goes to i · step, inside as asserted; the table index is at most 255.
    unsafe {
        if digits.three {
            picoae_m0_requantize_three(range.start, range.end, out.as_mut_ptr(), &p);
        } else {
            picoae_m0_requantize_four(range.start, range.end, out.as_mut_ptr(), &p);
        }
    }
}
