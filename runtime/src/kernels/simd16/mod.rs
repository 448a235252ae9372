//! `simd16`: convolution for processors with vector registers: output channels lie across the lanes.
//!
//! The input rows of a tile are widened to int16, so that what lies under a kernel is a few runs of neighbouring values
//! (runs). A pair of values meets the weights of sixteen output channels in one multiply-add, and each loaded weight
//! serves several positions. Largest accumulators, requantization and table follow for all sixteen at once. A layer with
//! fewer outputs than three is made of plain dot products along the runs.
//!
//! `abi`: what a body is asked for; `run`: makes a tile; `output`: from sums to stored values; `portable`: loops over sixteen
//! lanes; `x86_64`, `avx2`, `sse2`: the bodies of that processor. How the constants lie: `plan::params::simd16`.

mod abi;
#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod detect;
mod output;
#[cfg(any(test, not(target_arch = "x86_64")))]
mod portable;
mod run;
#[cfg(target_arch = "x86_64")]
mod sse2;
#[cfg(target_arch = "x86_64")]
mod x86_64;

#[cfg(not(target_arch = "x86_64"))]
use portable as body;
pub(crate) use run::run;
#[cfg(target_arch = "x86_64")]
use x86_64 as body;

#[cfg(test)]
mod tests {
    use super::abi::{LANES, Line, LineTaps};
    use super::{body, portable};
    use crate::plan::params::simd16::Runs;

    /// The processor's bodies and the portable ones, on all that a line can be.
    #[test]
    fn bodies_agree() {
        let mut state = 1_u32;
        let mut random = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 16
        };
        let mut values = [0_i16; 400];
        let mut weights = [0_i16; 4 * 32 * 40];
        for round in 0..if cfg!(miri) { 12 } else { 300 } {
            let extreme = round % 3 == 0;
            values.fill_with(|| if extreme { -128 } else { random() as u8 as i8 as i16 });
            weights.fill_with(|| if extreme { -256 } else { (random() % 511) as i16 - 255 });
            let bias: [i32; LANES] = core::array::from_fn(|i| if extreme { i32::MAX } else { i as i32 * 1000 });
            let runs = Runs { count: u64::from(random() % 4), values: u64::from(1 + random() % 70), gap: 75 };
            let line = Line { at: 1, step: 3, count: round % 9, to: 1, to_step: 2 };
            let mut sums = [[[7; LANES]; 20]; 3];
            let each = &weights[..runs.weights(false) as usize];
            let call = LineTaps { line: &line, runs: &runs, values: &values, weights: each };
            portable::lanes(&call, &bias, &mut sums[0]);
            body::lanes(&call, &bias, &mut sums[1]);
            assert_eq!(sums[0], sums[1]);
            #[cfg(target_arch = "x86_64")]
            {
                super::x86_64::without_avx2::lanes(&call, &bias, &mut sums[2]);
                assert_eq!(sums[0], sums[2]);
            }
            let mut sums = [[7; 20]; 2];
            let each = &weights[..runs.weights(true) as usize];
            let call = LineTaps { weights: each, ..call };
            body::dots(&call, bias[1], &mut sums[0]);
            portable::dots(&call, bias[1], &mut sums[1]);
            assert_eq!(sums[0], sums[1]);
        }
    }
}
