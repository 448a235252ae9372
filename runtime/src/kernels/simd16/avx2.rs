//! Processors with AVX2: as [`super::sse2`], eight sums in a register.

#![allow(unsafe_code)]

use super::abi::{LANES, LaneRequant, LineTaps, PoolWindows, pairs_at};
use bytemuck::cast;
use core::arch::x86_64::*;

/// Sixteen int32.
type Sums = [__m256i; 2];

/// The weights of sixteen outputs for a pair of values.
type Weights = [[i16; 16]; 2];

/// Positions that share the loaded weights.
const TOGETHER: usize = 4;

#[inline]
#[target_feature(enable = "avx2")]
fn add(sums: &mut Sums, pair: [i16; 2], weights: &Sums) {
    let pair = _mm256_set1_epi32(cast(pair));
    for (sum, weights) in sums.iter_mut().zip(weights) {
        *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(pair, *weights));
    }
}

/// Sums of sixteen outputs at each position of a line.
#[target_feature(enable = "avx2")]
pub(super) fn lanes(call: &LineTaps<'_>, bias: &[i32; LANES], sums: &mut [[i32; LANES]]) {
    let LineTaps { line, runs, values, weights } = *call;
    let weights: &[Weights] = bytemuck::cast_slice(weights);
    let (count, gap, pairs) = (runs.count as usize, runs.gap as usize, runs.values.div_ceil(2) as usize);
    let bias: Sums = cast(*bias);
    let mut i = 0;
    while i + TOGETHER <= line.count {
        let mut acc = [bias; TOGETHER];
        for run in 0..count {
            let at = line.at + i * line.step + run * gap;
            let (x0, x1) = (pairs_at(values, at, pairs), pairs_at(values, at + line.step, pairs));
            let at = at + 2 * line.step;
            let (x2, x3) = (pairs_at(values, at, pairs), pairs_at(values, at + line.step, pairs));
            let weights = weights[run * pairs..][..pairs].iter();
            for ((((w, x0), x1), x2), x3) in weights.zip(x0).zip(x1).zip(x2).zip(x3) {
                let w = cast(*w);
                add(&mut acc[0], *x0, &w);
                add(&mut acc[1], *x1, &w);
                add(&mut acc[2], *x2, &w);
                add(&mut acc[3], *x3, &w);
            }
        }
        for (p, acc) in acc.into_iter().enumerate() {
            sums[line.to + (i + p) * line.to_step] = cast(acc);
        }
        i += TOGETHER;
    }
    for i in i..line.count {
        let mut acc = bias;
        for run in 0..count {
            let x = pairs_at(values, line.at + i * line.step + run * gap, pairs);
            weights[run * pairs..][..pairs].iter().zip(x).for_each(|(w, x)| add(&mut acc, *x, &cast(*w)));
        }
        sums[line.to + i * line.to_step] = cast(acc);
    }
}

/// As [`PoolWindows::largest`].
#[target_feature(enable = "avx2")]
pub(super) fn pool(pool: &PoolWindows, sums: &mut [[i32; LANES]]) {
    pool.largest(sums);
}

/// As [`LaneRequant`] says.
#[target_feature(enable = "avx2")]
pub(super) fn narrow(sums: &mut [i32], lanes: &LaneRequant) {
    let (multipliers, powers): (Sums, Sums) = (cast(lanes.multipliers), cast(lanes.powers));
    let offsets: Sums = cast(lanes.offsets);
    let half = |by: i64| _mm256_set1_epi64x(1 << by);
    let odd = |v| _mm256_srli_epi64::<32>(v);
    let (min, max) = (_mm256_set1_epi16(lanes.min), _mm256_set1_epi16(lanes.max));
    for k in 0..sums.len() / LANES {
        let Some(sixteen) = sums[k * LANES..].first_chunk::<LANES>() else { return };
        let mut wide: Sums = cast(*sixteen);
        for (i, wide) in wide.iter_mut().enumerate() {
            let (a, m) = (*wide, multipliers[i]);
            let first = _mm256_add_epi64(_mm256_mul_epi32(a, m), half(30));
            let second = _mm256_add_epi64(_mm256_mul_epi32(odd(a), odd(m)), half(30));
            let (first, second) = (_mm256_srli_epi64::<31>(first), _mm256_slli_epi64::<1>(second));
            let high = _mm256_blend_epi32::<0b1010_1010>(first, second);

            let unsigned = _mm256_xor_si256(high, _mm256_set1_epi32(i32::MIN));
            let unsigned = _mm256_add_epi32(unsigned, _mm256_srai_epi32::<31>(high));
            let first = _mm256_add_epi64(_mm256_mul_epu32(unsigned, powers[i]), half(31));
            let second = _mm256_add_epi64(_mm256_mul_epu32(odd(unsigned), odd(powers[i])), half(31));
            let shifted = _mm256_blend_epi32::<0b1010_1010>(odd(first), second);
            *wide = _mm256_add_epi32(shifted, offsets[i]);
        }
        // Packing works in each half of a register.
        let halves = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packs_epi32(wide[0], wide[1]));
        let halves = _mm256_max_epi16(_mm256_min_epi16(halves, max), min);
        let bytes = _mm_packs_epi16(_mm256_castsi256_si128(halves), _mm256_extracti128_si256::<1>(halves));
        sums[k * 4..k * 4 + 4].copy_from_slice(&cast::<_, [i32; 4]>(bytes));
    }
}
