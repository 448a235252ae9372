//! Logistic and tanh in 32-bit fixed point. A number with n integer bits is raw / 2^(31 − n).
//!
//! Method and constants: gemmlowp's published fixed-point functions, which the int8 kernels call: exp by a polynomial
//! around −1/8 and factors for the bits above, 1 / (1 + x) by Newton's method. Every rounding is theirs.

use super::function::of;
use picoae::requantize;
use picoae_compiler::graph::{Scale, TensorInfo};

/// Integer bits of the argument.
const ARGUMENT_BITS: i32 = 4;

/// The table of 1 / (1 + e⁻ˣ); the output's scale is 1/256, its zero point −128.
pub fn logistic(input: &TensorInfo) -> Vec<i8> {
    curve(input, -128, 127, |x| divided(logistic_of(x), 23) - 128)
}

/// The table of tanh x; the output's scale is 1/128, its zero point 0.
pub fn tanh(input: &TensorInfo) -> Vec<i8> {
    curve(input, -128, 127, |x| divided(tanh_of(x), 24))
}

/// A table by the argument in fixed point, `low` and `high` where that does not hold it.
fn curve(input: &TensorInfo, low: i32, high: i32, function: impl Fn(i32) -> i32) -> Vec<i8> {
    let (scale, radius) = argument(input.scale);
    of(input, |v| match v {
        v if v <= -radius => low,
        v if v >= radius => high,
        v => function(requantize(v, scale)),
    })
}

/// What makes the argument of a value, and from which values on it does not hold it.
fn argument(scale: f32) -> (Scale, i32) {
    let factor = f64::from(scale) * f64::from(1 << (31 - ARGUMENT_BITS));
    let (mut mantissa, mut shift) = (factor, 0_i32);
    while mantissa >= 1.0 {
        (mantissa, shift) = (mantissa / 2.0, shift + 1);
    }
    while mantissa < 0.5 {
        (mantissa, shift) = (mantissa * 2.0, shift - 1);
    }
    let multiplier = (mantissa * 2f64.powi(31)).round();
    // A mantissa that rounds up to 1 is beyond the multiplier; half of it with one more shift is the same.
    let (multiplier, shift) =
        if multiplier >= 2f64.powi(31) { (1 << 30, shift + 1) } else { (multiplier as i32, shift) };
    let radius = 15.0 * 2f64.powi(31 - ARGUMENT_BITS) / 2f64.powi(shift);
    (Scale { multiplier, shift: shift.clamp(-31, 30) }, radius.floor().min(f64::from(i32::MAX)) as i32)
}

/// a · b, rounded to nearest.
fn product(a: i32, b: i32) -> i32 {
    if a == i32::MIN && b == i32::MIN {
        return i32::MAX;
    }
    let wide = i64::from(a) * i64::from(b);
    let nudge = if wide >= 0 { 1 << 30 } else { 1 - (1 << 30) };
    ((wide + nudge) / (1 << 31)) as i32
}

/// x / 2^bits to nearest, ties away from zero.
fn divided(x: i32, bits: u32) -> i32 {
    let half = 1_i64 << (bits - 1);
    let x = i64::from(x);
    (x.signum() * ((x.abs() + half) >> bits)) as i32
}

/// x · 2^bits, saturated.
fn multiplied(x: i32, bits: u32) -> i32 {
    (i64::from(x) << bits).clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32
}

/// e^a for a in [−1/4, 0), without integer bits.
fn exp_of_quarter(a: i32) -> i32 {
    let x = a.wrapping_add(1 << 28);
    let x2 = product(x, x);
    let x3 = product(x2, x);
    let x4 = product(x2, x2);
    let third = product(divided(x4, 2).wrapping_add(x3), 715_827_883);
    let tail = divided(third.wrapping_add(x2), 1);
    1_895_147_668_i32.wrapping_add(product(1_895_147_668, x.wrapping_add(tail)))
}

/// e^a for a ≤ 0 with `bits` integer bits, at most 5.
fn exp_of_negative(a: i32, bits: u32) -> i32 {
    if a == 0 {
        return i32::MAX;
    }
    let fraction = 31 - bits;
    let quarter = 1_i32 << (fraction - 2);
    let rest = (a & (quarter - 1)).wrapping_sub(quarter);
    let mut result = exp_of_quarter(multiplied(rest, bits));
    let above = rest.wrapping_sub(a);
    // e to the power of −2^k from −1/4 on.
    let factors = [1_672_461_947, 1_302_514_674, 790_015_084, 290_630_308, 39_332_535, 720_401, 242];
    for (k, factor) in factors.into_iter().enumerate().take(bits as usize + 2) {
        if above & (1 << (fraction as usize + k - 2)) != 0 {
            result = product(result, factor);
        }
    }
    result
}

/// 2 / (1 + a) for a in (0, 1), with two integer bits.
fn twice_reciprocal(a: i32) -> i32 {
    let sum = i64::from(a) + i64::from(i32::MAX);
    let half = ((sum + if sum >= 0 { 1 } else { -1 }) / 2) as i32;
    let mut x = 1_515_870_810_i32.wrapping_add(product(half, -1_010_580_540));
    for _ in 0..3 {
        let error = (1_i32 << 29).wrapping_sub(product(half, x));
        x = x.wrapping_add(multiplied(product(x, error), 2));
    }
    x
}

fn logistic_of(x: i32) -> i32 {
    if x == 0 {
        return 1 << 30;
    }
    // One integer bit less is a half.
    let positive = multiplied(twice_reciprocal(exp_of_negative(-x.saturating_abs(), 4)), 1);
    if x > 0 { positive } else { i32::MAX - positive }
}

fn tanh_of(x: i32) -> i32 {
    if x == 0 {
        return 0;
    }
    let reciprocal = twice_reciprocal(exp_of_negative(-x.saturating_abs(), 5));
    let t = multiplied(reciprocal.wrapping_sub(1 << 29), 2);
    if x > 0 { t } else { -t }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Within a step of the real functions; which step is compared with the interpreter elsewhere.
    #[test]
    fn they_follow_the_real_functions() {
        for (scale, zero_point) in [(0.02, -3), (0.1, 127), (0.5, -128), (1e-4, 0), (3.0, 7)] {
            let input = TensorInfo { shape: [1, 1, 1], scale, zero_point };
            for (i, (l, t)) in logistic(&input).into_iter().zip(tanh(&input)).enumerate() {
                let x = f64::from(i as i32 - 128 - zero_point) * f64::from(scale);
                let wants = [256.0 / (1.0 + (-x).exp()) - 128.0, 128.0 * x.tanh()];
                for (got, want) in [l, t].into_iter().zip(wants) {
                    assert!(
                        (f64::from(got) - want.min(127.0)).abs() <= 1.0,
                        "{scale} {zero_point} {i}: {got}, not {want}"
                    );
                }
            }
        }
    }
}
