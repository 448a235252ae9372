//! Looks for a fused function that requantizes as the definition does; see [`FusedRequant`].

use crate::lower::kernels::staircase::{Steps, reach, steps};
use crate::lower::node::ConvNode;
use picoae::plan::{FusedRequant, Scale};

/// Multipliers tried on either side of the nearest.
const TRIES: i64 = 4000;

/// Functions for all channels, in digits of so many bits.
pub(super) struct FusedScales {
    /// One a channel, or one for all.
    pub(super) each: Vec<FusedRequant>,
    /// Digits of a multiplier: 2 or 3.
    pub(super) digits: u32,
    /// Bits of a digit.
    pub(super) bits: u32,
    /// See [`picoae::plan::FusedRequant`].
    pub(super) negative_bit: u32,
}

/// Functions that give for every possible accumulator of `c` what the definition gives, with as few digits as possible.
/// `table`: what is stored for the requantized value + 128; steps between equal entries do not matter.
pub(super) fn fused(c: &ConvNode, table: &[i8]) -> Option<FusedScales> {
    let channels = c.taps.first()?.bias.len();
    let reach: Vec<[i64; 2]> = (0..channels).map(|o| reach(c, o)).collect();
    let all = reach.iter().copied().reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1])])?;
    let reach = if c.finish.scales.len() == 1 { vec![all] } else { reach };
    let largest = all[1].max(-all[0]);
    if !c.finish.scales.iter().all(|s| s.multiplier > 0 && (-20..0).contains(&s.shift)) {
        return None;
    }
    [2, 3].into_iter().find_map(|digits| {
        // No digit's product may overflow, with what the digit below adds; nor may the sum in front of the shift.
        let widest = if digits == 2 { FusedRequant::MOST_BITS } else { 9 };
        let bits = (2..=widest).rev().find(|bits| (largest << (bits - 1)) + largest < 1 << 31)?;
        let lower = bits * (digits - 1);
        let fits = |extra: u32, scale: &Scale, reach: &[i64; 2]| {
            let sum = ((reach[1].max(-reach[0]) + 1) * (i64::from(scale.multiplier) + 1)) >> (31 - extra);
            sum + (257 << (scale.shift.unsigned_abs() + extra)) < 1 << 31
        };
        let all_fit = |extra: &u32| c.finish.scales.iter().zip(&reach).all(|(s, reach)| fits(*extra, s, reach));
        let extra = (1..=27 - lower).rev().find(all_fit)?;
        let steps = |scale, reach| steps(scale, c.finish.zero_point, reach, table);
        let scales = c.finish.scales.iter();
        let each = scales.zip(&reach).map(|(s, reach)| find(*s, steps(*s, *reach), [lower, extra]));
        Some(FusedScales { each: each.collect::<Option<_>>()?, digits, bits, negative_bit: extra })
    })
}

/// The function for one scale that makes these steps; the sum in front of the shift has `extra` bits more than the
/// definition's, and `lower` less than the product.
fn find(scale: Scale, [from, up_to]: Steps, [lower, extra]: [u32; 2]) -> Option<FusedRequant> {
    let shift = scale.shift.unsigned_abs() + extra;
    let nearest = i64::from(scale.multiplier) >> (31 - lower - extra);
    let sum = |acc: i64, m: i64| ((acc * m) >> lower) - (i64::from(acc < 0) << extra);
    (0..2 * TRIES).find_map(|i| {
        let m = if i % 2 == 0 { nearest + i / 2 } else { nearest - i / 2 - 1 };
        if !(0..FusedRequant::LIMIT).contains(&m) {
            return None;
        }
        // Offsets that put every step in its place.
        let (mut least, mut most) = (-(256 << shift), 256 << shift);
        for (acc, value) in &from {
            least = least.max((value << shift) - sum(*acc, m));
        }
        for (acc, value) in &up_to {
            most = most.min((value << shift) - 1 - sum(*acc, m));
        }
        if least > most {
            return None;
        }
        let offset = i32::try_from((least + most) >> 1).ok()?;
        Some(FusedRequant { factor: (m as u32) << 5 | shift, offset })
    })
}
