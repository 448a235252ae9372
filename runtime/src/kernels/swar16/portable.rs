//! The portable bodies: step for step what the processors' do.

#![allow(clippy::extra_unused_type_parameters, reason = "called as the bodies in assembly are")]

use super::abi::{ChannelLoop, DualPhase, LoopEnd, Packed};
use crate::kernel_set::KernelSet;
use crate::plan::params::swar16::{ChannelFlags, Packing};

/// Adds a word of products to the sums of a pair.
fn flush(t: i32, low: &mut i32, high: &mut i32) {
    *low = low.wrapping_add(t);
    *high = high.wrapping_add((t >> 16) + ((t >> 15) & 1));
}

/// Adds a step's two products to the sums of a pair; `twice`: before they are split into lanes.
fn mac(x: &[i32], w: [i32; 2], low: &mut i32, high: &mut i32, twice: bool) {
    let (t, u) = (x[0].wrapping_mul(w[0]), x[1].wrapping_mul(w[1]));
    if twice {
        flush(t.wrapping_add(u), low, high);
    } else {
        flush(t, low, high);
        flush(u, low, high);
    }
}

/// Words aᵢ + 2¹⁶·bᵢ of the values of pairs of positions.
pub(super) fn pack(p: &mut Packed<'_>) {
    let (buffer, grid) = (p.buffer, &p.grid);
    for pair in 0..p.pairs {
        let (a, to) = (p.a + pair * p.next, &mut p.to[pair / 2 * p.block + pair % 2 * 2..]);
        let b = a.wrapping_add(p.second);
        let mut word = 0;
        for line in 0..grid.lines {
            for cell in 0..grid.cells {
                let skipped = line * grid.line_step + cell * grid.cell_step;
                let (a, b) = (&buffer[a + skipped..][..grid.run], &buffer[b + skipped..][..grid.run]);
                for (a, b) in a.iter().zip(b) {
                    to[word / 2 * p.lanes * 2 + word % 2] = i32::from(*a) + (i32::from(*b) << 16);
                    word += 1;
                }
            }
        }
    }
}

/// Word `i` of weights that are stored as `packing`.
fn weight(packing: Packing, from: &[u8], i: usize) -> i32 {
    match packing {
        Packing::Bytes => i32::from(from[i] as i8),
        Packing::Halves => i32::from(i16::from_ne_bytes([from[i * 2], from[i * 2 + 1]])),
        Packing::Words | Packing::DualPhase => {
            i32::from_ne_bytes([from[i * 4], from[i * 4 + 1], from[i * 4 + 2], from[i * 4 + 3]])
        }
    }
}

/// Makes the outputs of all channels.
pub(super) fn channel_loop<K: KernelSet>(s: &mut ChannelLoop<'_>) {
    if !s.fits() {
        return;
    }
    for o in 0..s.flags.len() {
        let flag = s.flags[o];
        let weights = &s.weights[s.weights_of(&s.flags[..o])..];
        let sums = &mut s.sums[o * s.sums_step..][..s.pairs * 2];
        let (x, first, second) = if flag & ChannelFlags::POLYNOMIAL != 0 {
            (&*s.polynomial, s.streams[1], s.streams[2])
        } else {
            (&*s.plain, s.streams[0], 0)
        };
        let n = first + second;
        // Behind a stream come its excess taps.
        let [one, two] = ChannelFlags::excess(flag);
        let second_at = first + one * 2;
        for pair in 0..s.pairs {
            let single = pair + 1 == s.pairs && s.pairs % 2 == 1;
            let (lanes, lane) = if single { (1, 0) } else { (2, pair % 2) };
            let own = &mut sums[pair * 2..pair * 2 + 2];
            let [a, b] = if s.resume { [own[0], own[1]] } else { [s.bias[o]; 2] };
            let (mut low, mut high) = (a.wrapping_add(b << 16), b);
            let x = &x[pair / 2 * 2 * n..];
            let more = |from: usize, count: usize, end: usize, low: &mut i32, high: &mut i32| {
                for i in (from..).step_by(2).take(count) {
                    // Bytes from the end of a block of two pairs.
                    let at = (weight(s.packing, weights, i) + end as i32 * 8) as usize;
                    let step = at / 16 * lanes * 2 + lane * 2 + at % 16 / 4;
                    flush(x[step].wrapping_mul(weight(s.packing, weights, i + 1)), low, high);
                }
            };
            for step in 0..n / 2 {
                if step == first / 2 {
                    more(first, one, first, &mut low, &mut high);
                    // From the lanes (p, p + 1) to (p + 1, p).
                    let a = low.wrapping_sub(high << 16);
                    (low, high) = (high.wrapping_add(a << 16), a);
                }
                let x = &x[(step * lanes + lane) * 2..];
                let twice = if step < first / 2 { ChannelFlags::TWICE } else { ChannelFlags::SECOND_TWICE };
                let at = step * 2 + if step < first / 2 { 0 } else { one * 2 };
                let w = [0, 1].map(|i| weight(s.packing, weights, at + i));
                mac(x, w, &mut low, &mut high, flag & twice != 0);
            }
            if second == 0 {
                more(first, one, first, &mut low, &mut high);
            }
            more(second_at + second, two, n, &mut low, &mut high);
            let a = low.wrapping_sub(high << 16);
            own.copy_from_slice(&if second > 0 { [high, a] } else { [a, high] });
        }
        if s.end != LoopEnd::Sums {
            finish(s, o);
        }
    }
}

/// Pools and requantizes the sums of channel `o`.
fn finish(s: &mut ChannelLoop<'_>, o: usize) {
    let sums = &mut s.sums[o * s.sums_step..];
    for i in 0..s.rows * s.outputs {
        let window = &sums[i * s.pool..(i + 1) * s.pool];
        sums[i] = window.iter().fold(i32::MIN, |a, b| a.max(*b));
    }
    if s.end == LoopEnd::Pooled {
        return;
    }
    let fused = s.fused[if s.fused.len() > 1 { o } else { 0 }];
    for i in 0..s.rows * s.outputs {
        let at = s.at + o + i / s.outputs * s.out_down + i % s.outputs * s.out_step;
        s.out[at] = s.table[fused.apply(sums[i], s.digits).clamp(0, 255) as usize] as i8;
    }
}

/// Makes the sums of two branches.
pub(super) fn dual_phase(t: &mut DualPhase<'_>) {
    let weight = |i: usize| weight(Packing::Words, t.weights, i);
    let values = t.grid.values();
    for (i, sums) in t.sums.chunks_exact_mut(2).enumerate() {
        let x = &t.buffer[t.source + i * t.source_step..];
        let (mut low, mut high) = (t.bias[0].wrapping_add(t.bias[1] << 16), t.bias[1]);
        for four in (0..values).step_by(4) {
            let x = &x[four / t.grid.run * t.grid.line_step + four % t.grid.run..];
            let products = (0..4).map(|k| i32::from(x[k]).wrapping_mul(weight(four + k)));
            flush(products.fold(0, i32::wrapping_add), &mut low, &mut high);
        }
        for k in 0..t.excess {
            let x = i32::from(x[weight(values + k * 2) as usize]);
            flush(x.wrapping_mul(weight(values + k * 2 + 1)), &mut low, &mut high);
        }
        sums.copy_from_slice(&[low.wrapping_sub(high << 16), high]);
    }
}
