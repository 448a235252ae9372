//! How a channel's int8 values at a site become those of the factory's recording: a gain and an offset, moved in
//! bounded rounds.

use super::moments::Moments;
use core::fmt;

/// How a channel's values become those that the model learnt: with v what the model's own encoding computes, before it
/// is rounded, the value is v · `gain` + `offset`. 8 bytes.
///
/// The functions `counts` and `physical` make an encoding that computes this of raw samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Adaptation {
    /// In 1/65536: [`Adaptation::LEAST_GAIN`] to [`Adaptation::MOST_GAIN`].
    pub gain: u32,
    /// In 1/65536 of an int8 step, within ±[`Adaptation::MOST_OFFSET`].
    pub offset: i32,
}

/// What a round of learning makes of an adaptation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Change {
    /// The next one.
    pub adaptation: Adaptation,
    /// Whether a bound kept it from going as far as the moments say.
    pub bounded: bool,
}

/// Why a channel cannot be adapted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum AdaptationError {
    /// Gain or offset are beyond their bounds.
    Bounds,
    /// The channel varied at the factory and does not here: its sensor is broken or not connected.
    NoDeviation,
    /// The model's encoding is not valid.
    Encoding,
    /// The model's encoding gives all counts the same value, so it says nothing of others.
    Flat,
    /// No sample would be inside.
    Range,
    /// The encoding's numbers do not hold what would be needed.
    Numbers,
}

impl fmt::Display for AdaptationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bounds => "gain or offset are beyond what an adaptation may have",
            Self::NoDeviation => "the channel does not vary; check its sensor",
            Self::Encoding => "the model's encoding is not valid",
            Self::Flat => "the model's encoding gives all counts the same value",
            Self::Range => "int8 would hold no sample",
            Self::Numbers => "an encoding does not hold the numbers that would be needed",
        })
    }
}

impl core::error::Error for AdaptationError {}

/// 1 as a gain, and an int8 step as an offset.
const ONE: i64 = 1 << 16;

impl Adaptation {
    /// Changes nothing.
    pub const NONE: Self = Self { gain: 1 << 16, offset: 0 };

    /// 1/2.
    pub const LEAST_GAIN: u32 = 1 << 15;

    /// 2.
    pub const MOST_GAIN: u32 = 1 << 17;

    /// 512 int8 steps. A mean that int8 holds, at twice the gain, is brought to any other by less than 2 · 128 + 128.
    pub const MOST_OFFSET: i32 = 512 << 16;

    /// Furthest that a round moves a channel's mean: 32 int8 steps, in 1/256 of one.
    pub const MOST_SHIFT: i32 = 32 << 8;

    /// Least deviation at the factory for a channel to be adapted: two int8 steps, in 1/256 of one. Below it rounding
    /// says more of a channel than the sensor does, so the channel stays as it is.
    pub const LEAST_DEVIATION: u16 = 2 << 8;

    /// Whether gain and offset are within their bounds.
    pub const fn is_valid(&self) -> bool {
        self.gain >= Self::LEAST_GAIN
            && self.gain <= Self::MOST_GAIN
            && self.offset.unsigned_abs() <= Self::MOST_OFFSET.unsigned_abs()
    }

    /// The adaptation with which values that have the moments `site` under this one would have those of the `factory`,
    /// as far as a round may go: the mean moves by [`Adaptation::MOST_SHIFT`] at most, the gain stays within its
    /// bounds.
    ///
    /// Integers only. Rounding leaves the mean within 1/128 of an int8 step of the factory's, and the deviation, too.
    ///
    /// # Errors
    /// [`AdaptationError::NoDeviation`] where `site` has none, [`AdaptationError::Bounds`] where this adaptation or the
    /// next one is beyond them.
    pub fn towards(&self, site: &Moments, factory: &Moments) -> Result<Change, AdaptationError> {
        if !self.is_valid() {
            return Err(AdaptationError::Bounds);
        }
        if factory.deviation < Self::LEAST_DEVIATION {
            return Ok(Change { adaptation: *self, bounded: false });
        }
        let (own, gain) = (i64::from(site.deviation), i64::from(self.gain));
        // At most 2¹⁶ · 2¹⁷, so all below stays within 64 bits.
        let wanted =
            (i64::from(factory.deviation) * gain + own / 2).checked_div(own).ok_or(AdaptationError::NoDeviation)?;
        let next = wanted.max(i64::from(Self::LEAST_GAIN)).min(i64::from(Self::MOST_GAIN));
        let shift = i64::from(factory.mean) - i64::from(site.mean);
        let most = i64::from(Self::MOST_SHIFT);
        let moved = shift.max(-most).min(most);
        // What is v · gain + offset now turns around the site's mean by next / gain, and the mean moves: in 1/65536 of
        // a step.
        let mean = i64::from(site.mean) << 8;
        let turned = ((i64::from(self.offset) - mean) * next).checked_div(gain).ok_or(AdaptationError::Bounds)?;
        let offset = turned + mean + (moved << 8);
        let bounded = next != wanted || moved != shift;
        match (u32::try_from(next), i32::try_from(offset)) {
            (Ok(gain), Ok(offset)) if (Self { gain, offset }).is_valid() => {
                Ok(Change { adaptation: Self { gain, offset }, bounded })
            }
            _ => Err(AdaptationError::Bounds),
        }
    }

    /// Each channel's encoding by `adapt`.
    ///
    /// # Errors
    /// The first channel, from 0, that has none, and why.
    pub(super) fn all<E: Copy, const CHANNELS: usize>(
        adaptations: &[Self; CHANNELS],
        own: &[E; CHANNELS],
        adapt: impl Fn(&Self, &E) -> Result<E, AdaptationError>,
    ) -> Result<[E; CHANNELS], (usize, AdaptationError)> {
        let mut encodings = *own;
        for (channel, (encoding, adaptation)) in encodings.iter_mut().zip(adaptations).enumerate() {
            *encoding = adapt(adaptation, encoding).map_err(|error| (channel, error))?;
        }
        Ok(encodings)
    }

    /// What is added to the value whose distance from `zero` is multiplied: v · `gain` + `offset` = (v − zero) · `gain`
    /// + zero + this, in 1/65536 of a step.
    pub(super) fn offset_around(&self, zero: i32) -> i64 {
        (i64::from(self.gain) - ONE) * i64::from(zero) + i64::from(self.offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settling::random::Random;

    fn real(a: Adaptation, v: f64) -> f64 {
        (v * f64::from(a.gain) + f64::from(a.offset)) / 65_536.0
    }

    /// A site whose value is (v − offset) / gain for a factory's v, both real and without an end: rounds lead back, and
    /// each is bounded.
    #[test]
    fn rounds_lead_to_the_factorys_moments() {
        let mut random = Random::new(3);
        for case in 0..2000 {
            let factory = Moments {
                mean: random.between(-60.0, 60.0) as i16 * 256,
                deviation: random.between(520.0, 9000.0) as u16,
            };
            let (gain, offset) = (random.between(0.51, 1.98), random.between(-60.0, 60.0));
            let mut now = Adaptation::NONE;
            let mut rounds = 0;
            loop {
                // What is measured under `now`: moments of the adapted site values.
                let mean = real(now, (f64::from(factory.mean) / 256.0 - offset) / gain) * 256.0;
                let deviation = f64::from(factory.deviation) / gain * f64::from(now.gain) / 65_536.0;
                let Ok(mean) = i16::try_from(mean as i64) else { break };
                let site = Moments { mean, deviation: deviation as u16 };
                let change = now.towards(&site, &factory).unwrap();
                assert!(change.adaptation.is_valid());
                let moved = (real(change.adaptation, 0.0) - real(now, 0.0)
                    + (f64::from(change.adaptation.gain) - f64::from(now.gain)) / f64::from(now.gain)
                        * (f64::from(mean) / 256.0 - real(now, 0.0)))
                .abs();
                assert!(moved <= 32.01, "case {case}: the mean moved by {moved}");
                rounds += 1;
                now = change.adaptation;
                if !change.bounded {
                    break;
                }
                assert!(rounds < 5, "case {case}");
            }
            if rounds == 0 {
                continue;
            }
            // A deviation is known to 1/256, so a gain to so much of it.
            let tolerance = 1.0 / f64::from(factory.deviation) * gain * 2.0;
            let back = f64::from(now.gain) / 65_536.0 / gain - 1.0;
            assert!(back.abs() <= tolerance, "case {case}: {back} beyond {tolerance}");
            let mean = f64::from(factory.mean) / 256.0;
            let off = real(now, (mean - offset) / gain) - mean;
            assert!(off.abs() < 0.02, "case {case}: {off}");
        }
    }

    #[test]
    fn what_is_alike_stays() {
        let moments = Moments { mean: -700, deviation: 5000 };
        assert_eq!(
            Adaptation::NONE.towards(&moments, &moments),
            Ok(Change { adaptation: Adaptation::NONE, bounded: false })
        );
    }

    #[test]
    fn bounds_are_kept_and_told() {
        let factory = Moments { mean: 0, deviation: 4000 };
        let next = |mean, deviation| Adaptation::NONE.towards(&Moments { mean, deviation }, &factory);
        let far = next(100 * 256, 4000).unwrap();
        assert_eq!(far, Change { adaptation: Adaptation { gain: 1 << 16, offset: -(32 << 16) }, bounded: true });
        assert_eq!(
            next(0, 1999).unwrap(),
            Change { adaptation: Adaptation { gain: 1 << 17, offset: 0 }, bounded: true }
        );
        assert_eq!(
            next(0, 2000).unwrap(),
            Change { adaptation: Adaptation { gain: 1 << 17, offset: 0 }, bounded: false }
        );
        assert!(next(0, 9000).unwrap().bounded);
        assert_eq!(next(0, 0), Err(AdaptationError::NoDeviation));
        let beyond = Adaptation { gain: (1 << 17) + 1, offset: 0 };
        assert_eq!(beyond.towards(&factory, &factory), Err(AdaptationError::Bounds));
    }

    #[test]
    fn a_channel_that_hardly_varied_stays() {
        let factory = Moments { mean: 0, deviation: Adaptation::LEAST_DEVIATION - 1 };
        let change = Adaptation::NONE.towards(&Moments { mean: 9000, deviation: 0 }, &factory);
        assert_eq!(change, Ok(Change { adaptation: Adaptation::NONE, bounded: false }));
    }

    /// Sensors whose mean int8 holds do not reach the bound of the offset, and no measurement leads beyond it.
    #[test]
    fn the_offset_stays_within_its_bounds() {
        let mut random = Random::new(4);
        let (mut refused, moments) = (0, |random: &mut Random| Moments {
            mean: (random.below(255) as i16 - 128) * 256,
            deviation: 513 + random.below(32_128) as u16,
        });
        for case in 0..20_000 {
            let (factory, site) = (moments(&mut random), moments(&mut random));
            let measured = |now: Adaptation| Moments {
                mean: (real(now, f64::from(site.mean) / 256.0) * 256.0).clamp(-32_768.0, 32_512.0) as i16,
                deviation: ((u32::from(site.deviation) * now.gain) >> 16).min(32_640) as u16,
            };
            (0..4).fold(Adaptation::NONE, |now, _| now.towards(&measured(now), &factory).unwrap().adaptation);
            let mut now = Adaptation::NONE;
            for _ in 0..8 {
                let Ok(change) = now.towards(&moments(&mut random), &factory) else {
                    refused += 1;
                    break;
                };
                now = change.adaptation;
                assert!(now.is_valid(), "case {case}");
            }
        }
        assert!(refused > 0);
    }
}
