//! The instructions that every x86-64 processor has.

#![allow(unsafe_code)]

use super::abi::{LANES, LaneRequant, LineTaps, STEP, pairs_at};
use bytemuck::cast;
use core::arch::x86_64::*;

/// Sixteen int32.
type Sums = [__m128i; 4];

/// The weights of sixteen outputs for a pair of values.
type Weights = [[i16; 8]; 4];

#[inline]
#[target_feature(enable = "sse2")]
fn add(sums: &mut Sums, pair: [i16; 2], weights: &Weights) {
    let pair = _mm_set1_epi32(cast(pair));
    for (sum, weights) in sums.iter_mut().zip(weights) {
        *sum = _mm_add_epi32(*sum, _mm_madd_epi16(pair, cast(*weights)));
    }
}

/// Sums of sixteen outputs at each position of a line. Two positions share the loaded weights; for more there are too few
/// registers.
#[target_feature(enable = "sse2")]
pub(super) fn lanes(call: &LineTaps<'_>, bias: &[i32; LANES], sums: &mut [[i32; LANES]]) {
    let LineTaps { line, runs, values, weights } = *call;
    let weights: &[Weights] = bytemuck::cast_slice(weights);
    let (count, gap, pairs) = (runs.count as usize, runs.gap as usize, runs.values.div_ceil(2) as usize);
    let bias: Sums = cast(*bias);
    for i in (0..line.count / 2 * 2).step_by(2) {
        let (mut a, mut b) = (bias, bias);
        for run in 0..count {
            let at = line.at + i * line.step + run * gap;
            let (x, y) = (pairs_at(values, at, pairs), pairs_at(values, at + line.step, pairs));
            for ((w, x), y) in weights[run * pairs..][..pairs].iter().zip(x).zip(y) {
                add(&mut a, *x, w);
                add(&mut b, *y, w);
            }
        }
        sums[line.to + i * line.to_step] = cast(a);
        sums[line.to + (i + 1) * line.to_step] = cast(b);
    }
    if line.count % 2 == 1 {
        let i = line.count - 1;
        let mut a = bias;
        for run in 0..count {
            let x = pairs_at(values, line.at + i * line.step + run * gap, pairs);
            weights[run * pairs..][..pairs].iter().zip(x).for_each(|(w, x)| add(&mut a, *x, w));
        }
        sums[line.to + i * line.to_step] = cast(a);
    }
}

/// Sums of one output at each position of a line.
#[target_feature(enable = "sse2")]
pub(super) fn dots(call: &LineTaps<'_>, bias: i32, sums: &mut [i32]) {
    let LineTaps { line, runs, values, weights } = *call;
    let steps = (runs.values as usize).div_ceil(STEP);
    for i in 0..line.count {
        let mut four = _mm_setzero_si128();
        for run in 0..runs.count as usize {
            let x = values[line.at + i * line.step + run * runs.gap as usize..][..steps * STEP].as_chunks::<STEP>().0;
            let w = weights[run * steps * STEP..][..steps * STEP].as_chunks::<STEP>().0;
            for (x, w) in x.iter().zip(w) {
                four = _mm_add_epi32(four, _mm_madd_epi16(cast(*x), cast(*w)));
            }
        }
        let two = _mm_add_epi32(four, _mm_unpackhi_epi64(four, four));
        let one = _mm_add_epi32(two, _mm_shuffle_epi32::<1>(two));
        sums[line.to + i * line.to_step] = bias.wrapping_add(_mm_cvtsi128_si32(one));
    }
}

/// Products of the lanes 0 and 2, and of 1 and 3, 64 bits each.
#[inline]
#[target_feature(enable = "sse2")]
fn products(a: __m128i, b: __m128i) -> [__m128i; 2] {
    [_mm_mul_epu32(a, b), _mm_mul_epu32(_mm_srli_epi64::<32>(a), _mm_srli_epi64::<32>(b))]
}

/// As [`LaneRequant`] says.
#[target_feature(enable = "sse2")]
pub(super) fn narrow(sums: &mut [i32], lanes: &LaneRequant) {
    let (multipliers, powers): (Sums, Sums) = (cast(lanes.multipliers), cast(lanes.powers));
    let offsets: Sums = cast(lanes.offsets);
    let low = _mm_set1_epi64x(0xffff_ffff);
    let half = |by: i64| _mm_set1_epi64x(1 << by);
    let (min, max) = (_mm_set1_epi16(lanes.min), _mm_set1_epi16(lanes.max));
    let clamp = |v| _mm_max_epi16(_mm_min_epi16(v, max), min);
    for k in 0..sums.len() / LANES {
        let Some(sixteen) = sums[k * LANES..].first_chunk::<LANES>() else { return };
        let mut wide: Sums = cast(*sixteen);
        for (i, wide) in wide.iter_mut().enumerate() {
            let (a, m) = (*wide, multipliers[i]);
            // As if unsigned, which for a negative sum is 2³² multipliers too much.
            let [even, odd] = products(a, m).map(|p| _mm_add_epi64(p, half(30)));
            let (even, odd) = (_mm_srli_epi64::<31>(even), _mm_slli_epi64::<1>(odd));
            let high = _mm_or_si128(_mm_and_si128(low, even), _mm_andnot_si128(low, odd));
            let surplus = _mm_slli_epi32::<1>(_mm_and_si128(_mm_srai_epi32::<31>(a), m));
            let high = _mm_sub_epi32(high, surplus);

            let unsigned = _mm_xor_si128(high, _mm_set1_epi32(i32::MIN));
            let unsigned = _mm_add_epi32(unsigned, _mm_srai_epi32::<31>(high));
            let [even, odd] = products(unsigned, powers[i]).map(|p| _mm_add_epi64(p, half(31)));
            let shifted = _mm_or_si128(_mm_srli_epi64::<32>(even), _mm_andnot_si128(low, odd));
            *wide = _mm_add_epi32(shifted, offsets[i]);
        }
        let (first, second) = (_mm_packs_epi32(wide[0], wide[1]), _mm_packs_epi32(wide[2], wide[3]));
        let bytes = _mm_packs_epi16(clamp(first), clamp(second));
        sums[k * 4..k * 4 + 4].copy_from_slice(&cast::<_, [i32; 4]>(bytes));
    }
}
