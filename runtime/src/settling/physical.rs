//! The encoding of physical values at a site.

use super::adaptation::{Adaptation, AdaptationError};
use crate::input::PhysicalEncoding;

impl Adaptation {
    /// The encoding that computes this adaptation of what the model's own one does. The zero point stays; gain and
    /// offset change by a product, two quotients and a difference in IEEE 754 single precision, each rounded, so they
    /// have the same bits everywhere.
    ///
    /// # Errors
    /// [`AdaptationError::Bounds`], [`AdaptationError::Encoding`], and [`AdaptationError::Numbers`] where single
    /// precision does not hold the numbers.
    pub fn physical(&self, own: &PhysicalEncoding) -> Result<PhysicalEncoding, AdaptationError> {
        if !self.is_valid() {
            return Err(AdaptationError::Bounds);
        }
        if !own.is_valid() {
            return Err(AdaptationError::Encoding);
        }
        if *self == Self::NONE {
            return Ok(*own);
        }
        const UNIT: f32 = 65_536.0;
        let zero = own.center as i32 - 128;
        // A gain has 18 bits, so it is exact, and so is the division by a power of two.
        let gain = own.gain * (self.gain as f32 / UNIT);
        let offset = own.offset - self.offset_around(zero) as f32 / UNIT / gain;
        let adapted = PhysicalEncoding { offset, gain, center: own.center };
        if adapted.is_valid() { Ok(adapted) } else { Err(AdaptationError::Numbers) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settling::random::Random;

    #[test]
    fn computes_what_the_adaptation_says() {
        let mut random = Random::new(5);
        for case in 0..3000 {
            let step = random.between(-3.0, 3.0).exp2();
            let own = PhysicalEncoding {
                offset: random.between(-100.0, 100.0) as f32,
                gain: (1.0 / step) as f32,
                center: random.below(256) as f32 + 0.5,
            };
            let adaptation = Adaptation {
                gain: random.between(32_768.0, 131_072.0) as u32,
                offset: random.between(-6e6, 6e6) as i32,
            };
            let adapted = adaptation.physical(&own).unwrap();
            assert!(adapted.is_valid());
            for _ in 0..20 {
                let sample = own.offset + (random.between(-300.0, 300.0) * step) as f32;
                let v =
                    (f64::from(sample) - f64::from(own.offset)) * f64::from(own.gain) + f64::from(own.center) - 128.5;
                let want = (v * f64::from(adaptation.gain) + f64::from(adaptation.offset)) / 65_536.0;
                let found = adapted.encode_physical(sample);
                if found.outside {
                    assert!(!(-128.48..127.48).contains(&want), "case {case}: {want} became {found:?}");
                } else {
                    assert!((f64::from(found.value) - want).abs() <= 0.51, "case {case}: {want} became {found:?}");
                }
            }
        }
    }

    /// The bits of one adaptation, as any other processor has to compute them.
    #[test]
    fn bits_are_these() {
        let own = PhysicalEncoding { offset: 1.7, gain: 33.3, center: 125.5 };
        let adapted = Adaptation { gain: 70_001, offset: -1_234_567 }.physical(&own).unwrap();
        assert_eq!([adapted.offset.to_bits(), adapted.gain.to_bits()], [0x400f_1048, 0x420e_4665]);
    }

    #[test]
    fn nothing_changes_no_bit() {
        let own = PhysicalEncoding { offset: 0.1, gain: 3.3, center: 0.5 };
        assert_eq!(Adaptation::NONE.physical(&own), Ok(own));
    }

    #[test]
    fn what_cannot_be_is_told() {
        let own = PhysicalEncoding { offset: 0.0, gain: 1.0, center: 128.5 };
        let twice = Adaptation { gain: 1 << 17, offset: 0 };
        assert_eq!(Adaptation { gain: 0, offset: 0 }.physical(&own), Err(AdaptationError::Bounds));
        assert_eq!(twice.physical(&PhysicalEncoding { gain: -1.0, ..own }), Err(AdaptationError::Encoding));
        assert_eq!(twice.physical(&PhysicalEncoding { gain: f32::MAX, ..own }), Err(AdaptationError::Numbers));
        let tiny = PhysicalEncoding { gain: f32::from_bits(1), ..own };
        assert_eq!(Adaptation { gain: 1 << 15, offset: 1 }.physical(&tiny), Err(AdaptationError::Numbers));
    }
}
