//! Looks for requantization by the upper half of one product that does as the definition; see [`MulhRequant`].

use crate::lower::kernels::staircase::{reach, steps};
use crate::lower::node::ConvNode;
use picoae::plan::{MulhRequant, Scale};
use picoae::requantize;

/// Multipliers tried on either side of the nearest.
const TRIES: i64 = 4000;
/// The product of a sum, times 2⁹, is shifted down by 32.
const LOWER: u32 = 32 - MulhRequant::SCALED;

/// Functions for all channels, or one for all, and their shift, that give for every possible accumulator of `c` what the
/// definition gives. `table`: what is stored for the requantized value + 128; steps between equal entries do not matter.
pub(super) fn find(c: &ConvNode, table: &[i8]) -> Option<(Vec<MulhRequant>, u32)> {
    let channels = c.taps.first()?.bias.len();
    let reaches: Vec<[i64; 2]> = (0..channels).map(|o| reach(c, o)).collect();
    let all = reaches.iter().copied().reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1])])?;
    let reaches = if c.finish.scales.len() == 1 { vec![all] } else { reaches };
    if !c.finish.scales.iter().all(|s| s.multiplier > 0 && (-20..0).contains(&s.shift)) {
        return None;
    }
    // The more the shift, the finer the steps; products and sums must have no more than 32 bits.
    let fits = |shift: u32, scale: &Scale, reach: &[i64; 2]| {
        let value = ((reach[1].max(-reach[0]) + 1) * (i64::from(scale.multiplier) + 1)) >> 31;
        let value = (value >> scale.shift.unsigned_abs()) + 514;
        value << shift < 1 << 31 && nearest(scale, shift).is_some()
    };
    let pairs = || c.finish.scales.iter().zip(&reaches);
    (1..=22).rev().filter(|shift| pairs().all(|(scale, reach)| fits(*shift, scale, reach))).take(4).find_map(|shift| {
        let each = pairs().map(|(scale, reach)| of_channel(*scale, *reach, c.finish.zero_point, table, shift));
        Some((each.collect::<Option<_>>()?, shift))
    })
}

/// The multiplier that comes nearest to `scale`, if it has no more than 31 bits.
fn nearest(scale: &Scale, shift: u32) -> Option<i64> {
    let right = 31 + scale.shift.unsigned_abs() as i64 - i64::from(LOWER) - i64::from(shift);
    let multiplier = i64::from(scale.multiplier);
    let found = if right >= 0 { multiplier >> right.min(40) } else { multiplier.checked_shl((-right).min(8) as u32)? };
    (right >= -8 && (TRIES..(1 << 31) - TRIES).contains(&found)).then_some(found)
}

/// The function for one scale.
fn of_channel(scale: Scale, reach: [i64; 2], zero_point: i32, table: &[i8], shift: u32) -> Option<MulhRequant> {
    let [mut from, mut up_to] = steps(scale, zero_point, reach, table);
    // Each sign has its own offset, so its end needs a value, too.
    let value = |acc: i64| i64::from(requantize(acc as i32, scale)) + i64::from(zero_point) + 128;
    for acc in [-1, 0] {
        let value = value(acc);
        if value > 0 {
            from.push((acc, value.min(255)));
        }
        if value < 255 {
            up_to.push((acc, value.max(0) + 1));
        }
    }
    // Where nothing but the first value comes of them, negative sums need no function.
    let rectified = zero_point == -128;
    let nearest = nearest(&scale, shift)?;
    (0..2 * TRIES).find_map(|i| {
        let m = if i % 2 == 0 { nearest + i / 2 } else { nearest - i / 2 - 1 };
        let high = |acc: i64| (acc * m) >> LOWER;
        let offset = |negative: bool| {
            let own = |acc: i64| (acc < 0) == negative;
            let (mut least, mut most) = (-(256 << shift), 256 << shift);
            for (acc, value) in from.iter().filter(|(acc, _)| own(*acc)) {
                least = least.max((value << shift) - high(*acc));
            }
            for (acc, value) in up_to.iter().filter(|(acc, _)| own(*acc)) {
                most = most.min((value << shift) - 1 - high(*acc));
            }
            if least > most { None } else { i32::try_from((least + most) >> 1).ok() }
        };
        let negative_offset = if rectified { 0 } else { offset(true)? };
        Some(MulhRequant { multiplier: i32::try_from(m).ok()?, offset: offset(false)?, negative_offset })
    })
}
