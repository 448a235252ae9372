//! From sums to stored values: the largest of each pooling window, requantization, range, table.

use super::{LANES, body};
use crate::ops::Finish;
use crate::place::Place;
use crate::plan::{Scale, Stage};

/// The requantization of sixteen outputs by multiplications alone, as small vectors have no shift of their own for each
/// lane. It takes sums, sixteen a position, and leaves their values as bytes at the start of the same memory.
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
    fn new(stage: &Stage, scales: &[Scale; LANES]) -> Option<Self> {
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

/// The pooling windows of a tile.
pub(crate) struct Pool {
    /// Rows of windows.
    pub(super) rows: usize,
    /// Windows in a row.
    pub(super) width: usize,
    /// Rows and columns of a window.
    pub(super) window: [usize; 2],
}

impl Pool {
    /// Puts the largest sums of each window where the sums of as many positions lay first.
    #[inline(always)]
    pub(crate) fn largest<const N: usize>(&self, sums: &mut [[i32; N]]) {
        let [height, width] = self.window;
        let columns = self.width * width;
        for i in 0..self.rows {
            for x in 0..self.width {
                let at = i * height * columns + x * width;
                let mut largest = sums[at];
                for r in 0..height {
                    for sums in &sums[at + r * columns..][..width] {
                        largest.iter_mut().zip(sums).for_each(|(largest, sum)| *largest = (*sum).max(*largest));
                    }
                }
                // Never behind the first position of this window, so no other window misses what lay there.
                sums[i * self.width + x] = largest;
            }
        }
    }
}

/// Where the values of a tile go.
pub(super) struct To<'a> {
    pub(super) finish: Finish<'a>,
    pub(super) stage: &'a Stage,
    pub(super) place: &'a Place,
    pub(super) pool: Pool,
}

impl To<'_> {
    /// Calls `put` with the number of each position and where its outputs start.
    #[inline]
    fn each(&self, mut put: impl FnMut(usize, usize)) {
        for i in 0..self.pool.rows {
            for x in 0..self.pool.width {
                put(i * self.pool.width + x, i * self.place.pitch + x * self.place.column);
            }
        }
    }

    /// Output `o`, one of few.
    pub(super) fn few(&self, o: usize, sums: &mut [i32], outputs: &mut [u8]) {
        if self.pool.window != [1, 1] {
            self.pool.largest::<1>(bytemuck::cast_slice_mut(sums));
        }
        self.each(|k, to| outputs[to + o] = self.finish.value(sums[k], o) as u8);
    }

    /// Sixteen outputs from `first` on, or as many as there are.
    pub(super) fn lanes(&self, first: usize, sums: &mut [i32], outputs: &mut [u8]) {
        let count = (self.place.channels - first).min(LANES);
        if self.pool.window != [1, 1] {
            body::pool(&self.pool, bytemuck::cast_slice_mut(sums));
        }
        let scales: [Scale; LANES] = core::array::from_fn(|i| self.finish.scale(first + i));
        let Some(lanes) = Lanes::new(self.stage, &scales) else {
            return self.each(|k, to| {
                for (i, out) in outputs[to + first..][..count].iter_mut().enumerate() {
                    *out = self.finish.value(sums[k * LANES + i], first + i) as u8;
                }
            });
        };
        body::narrow(&mut sums[..self.pool.rows * self.pool.width * LANES], &lanes);
        let values = bytemuck::cast_slice::<i32, [u8; LANES]>(sums);
        let table: Option<&[u8; 256]> = self.finish.table().map(bytemuck::cast_ref);
        self.each(|k, to| {
            let values = match table {
                Some(table) => values[k].map(|v| table[v as usize]),
                None => values[k],
            };
            let to = &mut outputs[to + first..][..count];
            match <&mut [u8; LANES]>::try_from(&mut *to) {
                Ok(to) => *to = values,
                Err(_) => to.copy_from_slice(&values[..count]),
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
            let bodies = [
                body::narrow,
                portable::narrow,
                #[cfg(target_arch = "x86_64")]
                crate::arch::x86_64::without_avx2::narrow,
            ];
            for narrow in bodies {
                // A second position, where the bytes of the first do not lie.
                let mut twice = [[0; LANES], sums];
                narrow(bytemuck::cast_slice_mut(&mut twice), &lanes);
                let got: &[[i8; LANES]] = bytemuck::cast_slice(&twice);
                assert_eq!(got[1], want, "{sums:?} {scales:?} {zero_point}");
            }
        }
    }
}
