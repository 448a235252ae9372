//! How far the sums of a window's blocks are from normal.

use crate::lower::CoarseNumbers;

/// x / 2^bits, rounded to nearest, a half upwards.
fn shortened(x: i64, bits: u16) -> i64 {
    let half = (1_i64 << bits) / 2;
    (x + half).div_euclid(1 << bits)
}

/// The squared distance in sixteenths of a standard deviation squared.
pub(super) fn coarse(input: &[i8], step: usize, numbers: &CoarseNumbers) -> u64 {
    let sum = |i: usize| -> i64 {
        let (block, value) = (i / step, i % step);
        let steps = block * usize::from(numbers.block)..(block + 1) * usize::from(numbers.block);
        steps.map(|s| i64::from(input[s * step + value])).sum()
    };
    let distance = |i: usize| shortened(sum(i) - i64::from(numbers.means[i]), numbers.shift).clamp(-128, 127);
    let t: Vec<i64> = (0..numbers.means.len()).map(distance).collect();
    (0..t.len())
        .map(|i| {
            let row = &numbers.factor[i * (i + 1) / 2..][..=i];
            let product: i64 = row.iter().zip(&t).map(|(l, t)| i64::from(*l) * t).sum();
            let z = shortened(product * i64::from(numbers.multipliers[i]), numbers.fraction).clamp(-32_768, 32_767);
            (z * z) as u64
        })
        .sum()
}
