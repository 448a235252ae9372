//! The portable bodies: loops over sixteen lanes, which a compiler can turn into vectors.

use super::abi::{LANES, LaneRequant, LineTaps, STEP};

/// Sums of sixteen outputs at each position of a line.
pub(super) fn lanes(call: &LineTaps<'_>, bias: &[i32; LANES], sums: &mut [[i32; LANES]]) {
    let LineTaps { line, runs, values, weights } = *call;
    let pairs = runs.values.div_ceil(2) as usize;
    for i in 0..line.count {
        let mut acc = *bias;
        for run in 0..runs.count as usize {
            let x = &values[line.at + i * line.step + run * runs.gap as usize..][..pairs * 2];
            let w = &weights[run * pairs * 2 * LANES..][..pairs * 2 * LANES];
            for (x, w) in x.as_chunks::<2>().0.iter().zip(w.as_chunks::<{ 2 * LANES }>().0) {
                let x = x.map(i32::from);
                for (acc, w) in acc.iter_mut().zip(w.as_chunks::<2>().0) {
                    *acc = acc.wrapping_add(x[0] * i32::from(w[0]) + x[1] * i32::from(w[1]));
                }
            }
        }
        sums[line.to + i * line.to_step] = acc;
    }
}

/// Sums of one output at each position of a line.
pub(super) fn dots(call: &LineTaps<'_>, bias: i32, sums: &mut [i32]) {
    let LineTaps { line, runs, values, weights } = *call;
    let length = (runs.values as usize).next_multiple_of(STEP);
    for i in 0..line.count {
        let mut acc = bias;
        for run in 0..runs.count as usize {
            let x = &values[line.at + i * line.step + run * runs.gap as usize..][..length];
            let w = &weights[run * length..][..length];
            acc = x.iter().zip(w).fold(acc, |acc, (x, w)| acc.wrapping_add(i32::from(*x) * i32::from(*w)));
        }
        sums[line.to + i * line.to_step] = acc;
    }
}

/// As [`PoolWindows::largest`].
#[cfg(not(target_arch = "x86_64"))]
pub(super) fn pool(pool: &super::abi::PoolWindows, sums: &mut [[i32; LANES]]) {
    pool.largest(sums);
}

/// As [`LaneRequant`] says.
pub(super) fn narrow(sums: &mut [i32], lanes: &LaneRequant) {
    for k in 0..sums.len() / LANES {
        let bytes: [i8; LANES] = core::array::from_fn(|i| {
            let product = i64::from(sums[k * LANES + i]) * i64::from(lanes.multipliers[i]);
            let high = ((product + (1 << 30)) >> 31) as i32;
            let unsigned = (high as u32 ^ 1 << 31).wrapping_sub(u32::from(high < 0));
            let shifted = (u64::from(unsigned) * u64::from(lanes.powers[i]) + (1 << 31)) >> 32;
            let value = (shifted as i32).wrapping_add(lanes.offsets[i]);
            value.clamp(i32::from(lanes.min), i32::from(lanes.max)) as i8
        });
        sums[k * 4..k * 4 + 4].copy_from_slice(&bytemuck::cast::<_, [i32; 4]>(bytes));
    }
}
