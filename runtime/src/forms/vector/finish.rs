//! From sums to stored values: the largest of each pooling window, requantization, range, table.

use super::{LANES, body};
use crate::ops::Finish;
use crate::place::Place;
use crate::plan::{Scale, Stage};

/// The requantization of sixteen outputs by multiplications alone, as vectors have no shift of their own for each lane.
///
/// After the rounding high multiplication h, with s the shift to the right, 1 at least: ⌊(h + 2³¹ + half − (h < 0)) / 2ˢ⌋
/// is the upper half of a product with 2³²⁻ˢ, from which 2³¹⁻ˢ is taken again.
pub(crate) struct Lanes {
    pub(crate) multipliers: [i32; LANES],
    /// 2³²⁻ˢ.
    pub(crate) powers: [u32; LANES],
    /// Zero point − 2³¹⁻ˢ.
    pub(crate) offsets: [i32; LANES],
    pub(crate) min: i16,
    pub(crate) max: i16,
}

impl Lanes {
    /// `None` where a shift is not to the right.
    pub(super) fn new(stage: &Stage, scales: &[Scale; LANES]) -> Option<Self> {
        if scales.iter().any(|s| s.shift >= 0) {
            return None;
        }
        Some(Self {
            multipliers: scales.map(|s| s.multiplier),
            powers: scales.map(|s| 1 << (32 + s.shift)),
            offsets: scales.map(|s| i32::from(stage.zero_point) - (1 << (31 + s.shift))),
            min: stage.act_min,
            max: stage.act_max,
        })
    }
}

/// Where the values of a tile go.
pub(super) struct To<'a> {
    pub(super) stage: &'a Stage,
    pub(super) place: &'a Place,
    /// Rows of the tile.
    pub(super) rows: usize,
    /// Columns of sums.
    pub(super) columns: usize,
    /// Which sixteen outputs, or which of few.
    pub(super) block: usize,
}

impl To<'_> {
    /// Calls `put` with the first sum and the first byte of each output position.
    #[inline(always)]
    fn each(&self, mut put: impl FnMut(usize, usize)) {
        let (pool_h, pool_w) = (self.stage.pool_h as usize, self.stage.pool_w as usize);
        for i in 0..self.rows {
            for x in 0..self.stage.out_width as usize {
                put(i * pool_h * self.columns + x * pool_w, i * self.place.pitch + x * self.place.column);
            }
        }
    }

    /// The largest sums of the pooling window whose first position is `at`.
    #[inline(always)]
    fn largest<const N: usize>(&self, sums: &[[i32; N]], at: usize) -> [i32; N] {
        let (pool_h, pool_w) = (self.stage.pool_h as usize, self.stage.pool_w as usize);
        let mut largest = sums[at];
        for r in 0..pool_h {
            for sums in &sums[at + r * self.columns..][..pool_w] {
                largest.iter_mut().zip(sums).for_each(|(largest, sum)| *largest = (*sum).max(*largest));
            }
        }
        largest
    }

    /// One of few outputs.
    pub(super) fn few(&self, finish: &Finish<'_>, sums: &[i32], outputs: &mut [u8]) {
        let sums: &[[i32; 1]] = bytemuck::cast_slice(sums);
        self.each(|from, to| {
            let [largest] = self.largest(sums, from);
            outputs[to + self.block] = finish.value(largest, self.block) as u8;
        });
    }

    /// Sixteen outputs.
    pub(super) fn lanes(&self, finish: &Finish<'_>, sums: &[[i32; LANES]], outputs: &mut [u8]) {
        let first = self.block * LANES;
        let count = (self.place.channels - first).min(LANES);
        let scales: [Scale; LANES] = core::array::from_fn(|i| finish.scale(first + i));
        let Some(lanes) = Lanes::new(self.stage, &scales) else {
            return self.each(|from, to| {
                let largest = self.largest(sums, from);
                for (i, out) in outputs[to + first..][..count].iter_mut().enumerate() {
                    *out = finish.value(largest[i], first + i) as u8;
                }
            });
        };
        self.each(|from, to| {
            let mut values = body::narrow(&self.largest(sums, from), &lanes);
            if let Some(table) = finish.table() {
                values = values.map(|v| table[v as u8 as usize]);
            }
            let to = &mut outputs[to + first..][..count];
            match <&mut [u8; LANES]>::try_from(&mut *to) {
                Ok(to) => *to = values.map(|v| v as u8),
                Err(_) => to.copy_from_slice(&bytemuck::bytes_of(&values)[..count]),
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forms::vector::portable;
    use crate::requantize;
    use bytemuck::Zeroable;

    #[test]
    fn narrows_as_requantize_does() {
        let mut state = 1_u32;
        let mut random = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state
        };
        for round in 0..60_000 {
            let scales = core::array::from_fn(|i| Scale {
                multiplier: match (round + i) % 5 {
                    0 => 1 << 30,
                    1 => i32::MAX,
                    2 => 0,
                    _ => (1 << 30) + (random() >> 2) as i32,
                },
                shift: -1 - (random() >> 8) as i32 % 31,
            });
            let zero_point = (random() >> 24) as i16 - 128;
            let stage = Stage { zero_point, act_min: -120, act_max: 127, ..Stage::zeroed() };
            let lanes = Lanes::new(&stage, &scales).unwrap();
            // Small accumulators and powers of two make many ties.
            let sums: [i32; LANES] = core::array::from_fn(|i| match (round + i) % 6 {
                0 => (random() >> 20) as i32 - 2048,
                1 => ((random() % 64) as i32 - 32) << (random() % 26),
                2 => [i32::MIN, i32::MAX, 0, -1][i % 4],
                _ => random() as i32,
            });
            let want: [i8; LANES] = core::array::from_fn(|i| {
                (requantize(sums[i], scales[i]) + i32::from(zero_point)).clamp(-120, 127) as i8
            });
            assert_eq!(body::narrow(&sums, &lanes), want, "{sums:?} {scales:?} {zero_point}");
            assert_eq!(portable::narrow(&sums, &lanes), want, "{sums:?} {scales:?} {zero_point}");
        }
    }
}
