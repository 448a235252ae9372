//! The encoding of counts at a site, with integers.

use super::adaptation::{Adaptation, AdaptationError};
use crate::input::CountsEncoding;

/// Fraction bits of values here: those of an encoding and of a gain.
const FRACTION: u32 = CountsEncoding::FRACTION + 16;

/// Half an int8 step.
const HALF: i64 = 1 << (FRACTION - 1);

/// Most bits of a count's distance from the lowest one that go into the product, as where a model's encodings are made.
const DISTANCE_BITS: u32 = 16;

/// A line through values: `at_low` + (count − `low`) · `rise` / 2^`shift`, all with [`FRACTION`] bits.
struct Line {
    low: i32,
    at_low: i64,
    /// Above 0, at most 2⁴⁹.
    rise: u64,
    /// At most 31.
    shift: u32,
}

impl Line {
    /// The line that `own` rounds, times a gain, plus an offset.
    fn of(own: &CountsEncoding, adaptation: &Adaptation) -> Option<Self> {
        // 32 and 18 bits.
        let rise = u64::from(own.multiplier) * u64::from(adaptation.gain);
        if rise == 0 {
            return None;
        }
        let half = 1_i64 << (CountsEncoding::FRACTION - 1);
        let bias = (i64::from(own.bias) - half) * i64::from(adaptation.gain);
        // The bias holds what a distance without its last bits is too short by: (2^shift − 1) / 2 · rise / 2^shift.
        let dropped = (rise - (rise >> own.shift)) >> 1;
        // 2⁴⁹, 2⁴⁸ and 2⁴⁸ at most.
        let at_low = bias - dropped as i64 + (i64::from(adaptation.offset) << CountsEncoding::FRACTION);
        Some(Self { low: own.low, at_low, rise, shift: own.shift })
    }

    /// `counts` · rise, at most 2³² of them either way; `None` beyond 64 bits.
    fn of_counts(&self, counts: i64) -> Option<i64> {
        let whole = (self.rise >> self.shift) as i64;
        // Below 2³¹.
        let part = (self.rise & ((1 << self.shift) - 1)) as i64;
        counts.checked_mul(whole)?.checked_add(counts.checked_mul(part)? >> self.shift)
    }

    /// The smallest count whose value is `value` or above it: any whole number, within 2⁴¹ of 0.
    fn count_at(&self, value: i64) -> i64 {
        let distance = value - self.at_low;
        let (quotient, rest) = self.counts_of(distance.unsigned_abs());
        // Rounded upwards on either side of 0.
        let counts = if distance < 0 { -quotient } else { quotient + i64::from(rest) };
        i64::from(self.low) + counts
    }

    /// `distance` · 2^shift / rise, and whether something remains; 2⁴⁰ where it is above. A bit at a time, as products
    /// and quotients of 128 bits are long functions on a small processor.
    fn counts_of(&self, distance: u64) -> (i64, bool) {
        const MOST: u64 = 1 << 40;
        let (Some(mut quotient), Some(mut rest)) = (distance.checked_div(self.rise), distance.checked_rem(self.rise))
        else {
            return (MOST as i64, false);
        };
        for _ in 0..self.shift {
            if quotient >= MOST {
                break;
            }
            rest *= 2;
            let more = rest >= self.rise;
            quotient = quotient * 2 + u64::from(more);
            rest -= if more { self.rise } else { 0 };
        }
        (quotient.min(MOST) as i64, rest != 0)
    }

    /// The record that rounds this line, of all counts that it holds.
    fn encoding(&self) -> Result<CountsEncoding, AdaptationError> {
        const STEP: i64 = 1 << FRACTION;
        let lowest = self.count_at(-128 * STEP - HALF).max(i64::from(i32::MIN));
        let highest = (self.count_at(127 * STEP + HALF) - 1).min(i64::from(i32::MAX));
        let (Ok(low), Ok(highest)) = (i32::try_from(lowest), i32::try_from(highest)) else {
            return Err(AdaptationError::Range);
        };
        if low > highest {
            return Err(AdaptationError::Range);
        }
        let span = highest.wrapping_sub(low) as u32;
        let shift = (u32::BITS - span.leading_zeros()).saturating_sub(DISTANCE_BITS);
        // Rise and 2^shift are per count; what is left of the bits are those of the gain. 0 to 47 of them, as a shift
        // is at most 16 here and at most 31 there.
        let drop = 16 + self.shift - shift;
        let multiplier = if span == 0 { 0 } else { (self.rise + ((1 << drop) >> 1)) >> drop };
        let (Ok(multiplier), Some(at_low), Some(block)) = (
            u32::try_from(multiplier),
            self.of_counts(lowest - i64::from(self.low)).and_then(|rise| rise.checked_add(self.at_low)),
            self.of_counts((1 << shift) - 1),
        ) else {
            return Err(AdaptationError::Numbers);
        };
        // From 39 bits to 23, to nearest, and the half that makes the encoding's own shift round to nearest.
        let bias = (at_low.saturating_add(block / 2).saturating_add(HALF + (1 << 15))) >> 16;
        const END: i64 = 128 << CountsEncoding::FRACTION;
        let encoding = CountsEncoding { low, high: low, multiplier, bias: bias.clamp(-END, END - 1) as i32, shift };
        // The largest count whose value is still within int8. Values rise with the count, so halving finds it.
        let (mut inside, mut beyond) = (i64::from(low), i64::from(highest) + 1);
        while beyond - inside > 1 {
            let middle = inside + (beyond - inside) / 2;
            let fits = CountsEncoding { high: middle as i32, ..encoding }.is_valid();
            if fits { inside = middle } else { beyond = middle }
        }
        let encoding = CountsEncoding { high: inside as i32, ..encoding };
        if encoding.is_valid() { Ok(encoding) } else { Err(AdaptationError::Numbers) }
    }
}

impl Adaptation {
    /// The encoding that computes this adaptation of what the model's own one does, of all counts that int8 then holds,
    /// also those that the model's own one does not. Integers only.
    ///
    /// What it computes is within 1/2 + 1/64 of v · `gain` + `offset`, with v the line that the model's own encoding
    /// rounds.
    ///
    /// # Errors
    /// [`AdaptationError::Bounds`], [`AdaptationError::Encoding`], [`AdaptationError::Flat`],
    /// [`AdaptationError::Range`], and [`AdaptationError::Numbers`] where a count is too many int8 steps for the
    /// record.
    pub fn counts(&self, own: &CountsEncoding) -> Result<CountsEncoding, AdaptationError> {
        if !self.is_valid() {
            return Err(AdaptationError::Bounds);
        }
        if !own.is_valid() {
            return Err(AdaptationError::Encoding);
        }
        if *self == Self::NONE {
            return Ok(*own);
        }
        Line::of(own, self).ok_or(AdaptationError::Flat)?.encoding()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settling::random::Random;

    /// 12-bit counts, 16 of them an int8 step.
    const TWELVE_BITS: CountsEncoding =
        CountsEncoding { low: 0, high: 4095, multiplier: 1 << 19, bias: -(128 << 23), shift: 0 };

    /// What the encoding rounds, at a count, in double precision.
    fn line(own: &CountsEncoding, count: f64) -> f64 {
        let fraction = f64::from(1 << 23);
        let step = fraction * f64::from(1_u32 << own.shift) / f64::from(own.multiplier);
        let block = f64::from(1_u32 << own.shift) - 1.0;
        f64::from(own.bias) / fraction - 0.5 + (count - f64::from(own.low) - block / 2.0) / step
    }

    /// An encoding as the compiler makes it of a mean and counts a step.
    fn made(mean: f64, step: f64) -> Option<CountsEncoding> {
        let line = Line { low: mean as i32, at_low: 0, rise: ((1_u64 << FRACTION) as f64 / step) as u64, shift: 0 };
        (line.rise > 0).then(|| line.encoding().ok())?
    }

    fn adaptation(random: &mut Random) -> Adaptation {
        Adaptation { gain: random.between(32_768.0, 131_073.0) as u32, offset: random.between(-6e6, 6e6) as i32 }
    }

    /// Converters of 8 to 31 bits, every part of their range.
    #[test]
    fn computes_what_the_adaptation_says() {
        let mut random = Random::new(6);
        let mut compared = 0;
        for case in 0..6000 {
            let range = random.between(8.0, 31.0).exp2();
            let step = (range * random.between(0.0001, 0.02)).max(0.02);
            let Some(own) = made(range * random.between(-0.5, 0.5), step) else { continue };
            let adaptation = adaptation(&mut random);
            let adapted = match adaptation.counts(&own) {
                Ok(adapted) => adapted,
                // Only where a count is many int8 steps, or all of them are beyond 32 bits.
                Err(error) => {
                    assert!(step < 1.0 || range > 5e8, "case {case}: {error}, {own:?}");
                    continue;
                }
            };
            assert!(adapted.is_valid());
            // Where the multiplier has no part in it, nothing is lost but the bias's last bit.
            let low = f64::from(adapted.low);
            let want = line(&own, low) * f64::from(adaptation.gain) + f64::from(adaptation.offset);
            assert!((line(&adapted, low) - want / 65_536.0).abs() < 2e-7, "case {case}: {own:?} became {adapted:?}");
            let ends = [adapted.low, adapted.high, own.low, own.high].map(i64::from);
            for at in 0..40 {
                let count = match at {
                    0..12 => ends[at / 3] + at as i64 % 3 - 1,
                    12..16 => random.next() as i32 as i64,
                    _ => ends[0] + random.below((ends[1] - ends[0]) as u64 + 1) as i64,
                };
                let Ok(count) = i32::try_from(count) else { continue };
                let v = line(&own, f64::from(count));
                let want = (v * f64::from(adaptation.gain) + f64::from(adaptation.offset)) / 65_536.0;
                let found = adapted.encode_counts(count);
                if found.outside {
                    assert!(!(-128.5 + 1.0 / 64.0..127.5 - 1.0 / 64.0).contains(&want), "case {case}: {count}: {want}");
                    assert_eq!(found.value, if want > 0.0 { 127 } else { -128 });
                } else {
                    let off = (f64::from(found.value) - want).abs();
                    assert!(off <= 0.5 + 1.0 / 64.0, "case {case}: {count}: {want} became {found:?}, {adapted:?}");
                    compared += 1;
                }
            }
        }
        assert!(compared > 100_000, "{compared}");
    }

    /// Any record that is valid, however it came about: no panic, and only valid ones come out.
    #[test]
    fn made_up_encodings_do_no_harm() {
        let mut random = Random::new(7);
        let mut adapted = 0;
        for _ in 0..200_000 {
            let any = |random: &mut Random| (random.next() >> random.below(33)) as i32;
            let own = CountsEncoding {
                low: any(&mut random),
                high: any(&mut random),
                multiplier: (random.next() >> (32 + random.below(32))) as u32,
                bias: random.between(-1.2e9, 1.1e9) as i32,
                shift: random.below(32) as u32,
            };
            match adaptation(&mut random).counts(&own) {
                Ok(other) => {
                    adapted += 1;
                    assert!(own.is_valid() && other.is_valid());
                }
                Err(error) => assert!(own.is_valid() != (error == AdaptationError::Encoding)),
            }
        }
        assert!(adapted > 1000, "{adapted}");
    }

    #[test]
    fn twelve_bits_move_by_whole_steps() {
        let adapted = Adaptation { gain: 1 << 16, offset: 10 << 16 }.counts(&TWELVE_BITS).unwrap();
        // 16 counts a step: ten steps up are 160 counts down. −128 reaches down to −128.5, half a step below the old
        // end.
        assert_eq!(adapted.shift, 0);
        assert_eq!(adapted.multiplier, 1 << 19);
        for count in 0..3900 {
            let want = i32::from(TWELVE_BITS.encode_counts(count).value) + 10;
            assert_eq!(
                (i32::from(adapted.encode_counts(count).value), adapted.encode_counts(count).outside),
                (want.min(127), want > 127)
            );
        }
        assert_eq!([adapted.low, adapted.high], [-160, 3935]);
    }

    #[test]
    fn the_whole_range_of_counts_is_adapted() {
        let all = CountsEncoding { low: i32::MIN, high: i32::MAX, multiplier: 1 << 15, bias: -(128 << 23), shift: 16 };
        let half = Adaptation { gain: 1 << 15, offset: 0 }.counts(&all).unwrap();
        assert_eq!([half.low, half.high], [i32::MIN, i32::MAX]);
        for sample in [i32::MIN, -1, 0, 1 << 24, i32::MAX] {
            let exact = f64::from(sample) / f64::from(1 << 25) - 0.25;
            assert!((f64::from(half.encode_counts(sample).value) - exact).abs() <= 0.51, "{sample}");
        }
    }

    #[test]
    fn what_cannot_be_is_told() {
        let up = Adaptation { gain: 1 << 16, offset: 1 << 16 };
        let flat = CountsEncoding { low: 7, high: 7, multiplier: 0, bias: 1 << 22, shift: 0 };
        assert_eq!(up.counts(&flat), Err(AdaptationError::Flat));
        assert_eq!(Adaptation::NONE.counts(&flat), Ok(flat));
        assert_eq!(up.counts(&CountsEncoding { shift: 32, ..flat }), Err(AdaptationError::Encoding));
        assert_eq!(Adaptation { gain: 1, ..up }.counts(&TWELVE_BITS), Err(AdaptationError::Bounds));
        // 300 int8 steps a count, and 127.6 to −172.4 lie between two of them.
        let steep = CountsEncoding { low: 0, high: 0, multiplier: 300 << 23, bias: 0, shift: 0 };
        let between = Adaptation { gain: 1 << 16, offset: 129 << 16 };
        assert!(steep.is_valid());
        assert_eq!(between.counts(&steep), Err(AdaptationError::Range));
        let top = CountsEncoding { low: i32::MAX - 10, high: i32::MAX, multiplier: 1 << 23, bias: 120 << 23, shift: 0 };
        assert!(top.is_valid() || top.bias as i64 + (10 << 23) >= 128 << 23);
        let top = CountsEncoding { low: i32::MAX - 5, ..top };
        assert_eq!(Adaptation { gain: 1 << 16, offset: -(400 << 16) }.counts(&top), Err(AdaptationError::Range));
    }
}
