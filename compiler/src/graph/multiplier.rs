//! A real factor as an integer multiplier and a shift.

use picoae::plan::Scale;

/// The `Scale` nearest to `factor` (0 ≤ factor < 2³⁰): multiplier in [2³⁰, 2³¹), so that
/// factor ≈ multiplier · 2^(shift − 31). Factors below 2⁻³² become zero.
///
/// Source: `QuantizeMultiplier` of TensorFlow Lite's published specification.
pub fn multiplier_of(factor: f64) -> Scale {
    if !(factor.is_finite() && factor > 0.0) {
        return Scale { multiplier: 0, shift: 0 };
    }
    let mut shift = 0_i32;
    let mut mantissa = factor;
    while mantissa >= 1.0 {
        mantissa /= 2.0;
        shift += 1;
    }
    while mantissa < 0.5 {
        mantissa *= 2.0;
        shift -= 1;
    }
    let mut multiplier = (mantissa * f64::from(1_u32 << 31)).round() as i64;
    if multiplier == 1 << 31 {
        multiplier /= 2;
        shift += 1;
    }
    if shift < -31 {
        return Scale { multiplier: 0, shift: 0 };
    }
    Scale { multiplier: multiplier as i32, shift: shift.min(30) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stands_for_the_factor() {
        for factor in [1.0, 0.5, 0.75, 1e-3, 0.999_999_999_9, 7.3, 1.0 / 3.0] {
            let s = multiplier_of(factor);
            assert!(s.multiplier >= 1 << 30, "{factor}");
            let back = f64::from(s.multiplier) * 2f64.powi(s.shift - 31);
            assert!((back / factor - 1.0).abs() < 1e-9, "{factor} became {back}");
        }
        assert_eq!(multiplier_of(0.0).multiplier, 0);
    }
}
