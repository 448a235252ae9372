//! From sums to stored values: the largest of each pooling window, requantization, range, table.

use super::abi::{LANES, LaneRequant, PoolWindows};
use super::body;
use crate::arith::Scale;
use crate::kernels::output_stage::OutputStage;
use crate::plan::params::output::OutputParams;
use crate::plan::row_layout::RowLayout;

/// Where the values of a tile go.
pub(super) struct TileOutput<'a> {
    pub(super) stage: OutputStage<'a>,
    pub(super) params: &'a OutputParams,
    pub(super) layout: &'a RowLayout,
    pub(super) pool: PoolWindows,
}

impl TileOutput<'_> {
    /// Calls `put` with the number of each position and where its outputs start.
    #[inline]
    fn each(&self, mut put: impl FnMut(usize, usize)) {
        for i in 0..self.pool.rows {
            for x in 0..self.pool.width {
                put(i * self.pool.width + x, i * self.layout.pitch + x * self.layout.column);
            }
        }
    }

    /// Output `o`, one of few.
    pub(super) fn few(&self, o: usize, sums: &mut [i32], outputs: &mut [u8]) {
        if self.pool.window != [1, 1] {
            self.pool.largest::<1>(bytemuck::cast_slice_mut(sums));
        }
        self.each(|k, to| outputs[to + o] = self.stage.value(sums[k], o) as u8);
    }

    /// Sixteen outputs from `first` on, or as many as there are.
    pub(super) fn lanes(&self, first: usize, sums: &mut [i32], outputs: &mut [u8]) {
        let count = (self.layout.channels - first).min(LANES);
        if self.pool.window != [1, 1] {
            body::pool(&self.pool, bytemuck::cast_slice_mut(sums));
        }
        let scales: [Scale; LANES] = core::array::from_fn(|i| self.stage.scale(first + i));
        let Some(lanes) = LaneRequant::new(self.params, &scales) else {
            return self.each(|k, to| {
                for (i, out) in outputs[to + first..][..count].iter_mut().enumerate() {
                    *out = self.stage.value(sums[k * LANES + i], first + i) as u8;
                }
            });
        };
        body::narrow(&mut sums[..self.pool.rows * self.pool.width * LANES], &lanes);
        let values = bytemuck::cast_slice::<i32, [u8; LANES]>(sums);
        let table: Option<&[u8; 256]> = self.stage.table().map(bytemuck::cast_ref);
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
    use crate::kernels::simd16::portable;
    use crate::requantize;
    use bytemuck::Zeroable;

    #[test]
    fn narrows_as_requantize_does() {
        let mut state = 1_u32;
        let mut random = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state
        };
        for round in 0..if cfg!(miri) { 60 } else { 60_000 } {
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
            let params = OutputParams { zero_point, act_min: -120, act_max: 127, ..OutputParams::zeroed() };
            let lanes = LaneRequant::new(&params, &scales).unwrap();
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
                crate::kernels::simd16::x86_64::without_avx2::narrow,
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
