//! Mean and deviation of each channel's int8 values, with integers.

use crate::input::Encoded;

/// Mean and deviation of a channel, in 1/256 of an int8 step: what a model's makers measured on normal training data,
/// or what a device measured where it stands. 4 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Moments {
    /// Mean, −128 · 256 to 127 · 256.
    pub mean: i16,
    /// Standard deviation, 0 to 127.5 · 256, rounded down.
    pub deviation: u16,
}

/// Sums of a channel's int8 values in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChannelSums {
    /// Of the values.
    pub sum: i32,
    /// Of their squares.
    pub squares: u32,
    /// How many are outside, see [`Encoded::outside`].
    pub outside: u32,
}

/// Sums of a window: what is learnt of it before scores are. 4 + 12 · `CHANNELS` bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WindowSums<const CHANNELS: usize> {
    steps: u32,
    channels: [ChannelSums; CHANNELS],
}

impl<const CHANNELS: usize> WindowSums<CHANNELS> {
    /// Most steps of a window. A sum has at most 2⁷ · 2¹⁷, one of squares 2¹⁴ · 2¹⁷, so both fit in 32 bits.
    pub const MOST_STEPS: u32 = 1 << 17;

    /// Of a window without a step yet.
    pub const EMPTY: Self = Self { steps: 0, channels: [ChannelSums { sum: 0, squares: 0, outside: 0 }; CHANNELS] };

    /// Sums as they were read somewhere; `None` where no int8 values have them.
    pub fn new(steps: u32, channels: [ChannelSums; CHANNELS]) -> Option<Self> {
        let possible = |c: &ChannelSums| {
            let (n, sum) = (u64::from(steps), u64::from(c.sum.unsigned_abs()));
            // 17, 24 and 31 bits: squares stay within 64. The last one is Cauchy's inequality.
            sum <= 128 * n
                && u64::from(c.squares) <= 128 * 128 * n
                && c.outside <= steps
                && sum * sum <= n * u64::from(c.squares)
        };
        (steps <= Self::MOST_STEPS && channels.iter().all(possible)).then_some(Self { steps, channels })
    }

    /// Takes a value of each channel; `false` when the window has [`Self::MOST_STEPS`] already and they were left out.
    pub fn add_step(&mut self, values: &[Encoded; CHANNELS]) -> bool {
        if self.steps >= Self::MOST_STEPS {
            return false;
        }
        self.steps += 1;
        for (sums, encoded) in self.channels.iter_mut().zip(values) {
            let value = i32::from(encoded.value);
            sums.sum += value;
            sums.squares += value.unsigned_abs().pow(2);
            sums.outside += u32::from(encoded.outside);
        }
        true
    }

    /// Steps of the window.
    pub const fn steps(&self) -> u32 {
        self.steps
    }

    /// Sums, channel by channel.
    pub const fn channels(&self) -> &[ChannelSums; CHANNELS] {
        &self.channels
    }

    /// The moments of a channel; `None` without a step.
    pub fn moments(&self, channel: usize) -> Option<Moments> {
        let sums = self.channels.get(channel)?;
        moments(self.steps, i64::from(sums.sum), u64::from(sums.squares))
    }
}

/// Sums of many windows. 8 + 16 · `CHANNELS` bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Total<const CHANNELS: usize> {
    steps: u32,
    /// Of all channels.
    outside: u32,
    sums: [i64; CHANNELS],
    squares: [u64; CHANNELS],
}

impl<const CHANNELS: usize> Total<CHANNELS> {
    /// Most steps: so that what [`Total::moments`] computes, up to 2²⁴ · 2³⁸, fits in 64 bits.
    pub const MOST_STEPS: u32 = 1 << 24;

    /// Of no window.
    pub const EMPTY: Self = Self { steps: 0, outside: 0, sums: [0; CHANNELS], squares: [0; CHANNELS] };

    /// Takes a window; `false` when it would be more than [`Self::MOST_STEPS`] and the window was left out.
    pub fn add(&mut self, window: &WindowSums<CHANNELS>) -> bool {
        // 2²⁴ and 2¹⁷ at most.
        let steps = self.steps + window.steps;
        if steps > Self::MOST_STEPS {
            return false;
        }
        self.steps = steps;
        for ((sum, squares), channel) in self.sums.iter_mut().zip(&mut self.squares).zip(&window.channels) {
            *sum += i64::from(channel.sum);
            *squares += u64::from(channel.squares);
            self.outside = self.outside.saturating_add(channel.outside);
        }
        true
    }

    /// Steps of all windows.
    pub const fn steps(&self) -> u32 {
        self.steps
    }

    /// Values outside, of all channels together.
    pub const fn outside(&self) -> u32 {
        self.outside
    }

    /// The moments of a channel; `None` without a step.
    pub fn moments(&self, channel: usize) -> Option<Moments> {
        moments(self.steps, *self.sums.get(channel)?, *self.squares.get(channel)?)
    }
}

/// Of `n` ≤ 2²⁴ int8 values, so that |`sum`| ≤ 2³¹ and `squares` ≤ 2³⁸. The mean is rounded to nearest (a half
/// upwards), the deviation down.
fn moments(n: u32, sum: i64, squares: u64) -> Option<Moments> {
    let n = u64::from(n);
    let signed = n as i64;
    let mean = (sum * 512 + signed).checked_div_euclid(2 * signed)?;
    // n² times the variance, at most 2⁶²; then n times, with its remainder; then 2¹⁶ times the variance, at most 2³⁰.
    let spread = (n * squares).saturating_sub(sum.unsigned_abs().pow(2));
    let (whole, rest) = (spread.checked_div(n)?, spread.checked_rem(n)?);
    let variance = ((whole << 16) + (rest << 16).checked_div(n)?).checked_div(n)?;
    Some(Moments { mean: mean as i16, deviation: variance.isqrt() as u16 })
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use crate::settling::random::Random;
    use std::vec::Vec;

    fn encoded(value: i8) -> Encoded {
        Encoded { value, outside: value == i8::MAX }
    }

    /// In double precision, of windows of every length, merged.
    #[test]
    fn moments_are_those_of_real_numbers() {
        let mut random = Random::new(2);
        for case in 0..200 {
            let (centre, width) = (random.between(-128.0, 127.0), random.between(0.0, 80.0));
            let mut total = Total::<2>::EMPTY;
            let mut values = Vec::new();
            for _ in 0..1 + random.below(5) {
                let mut window = WindowSums::<2>::EMPTY;
                for _ in 0..1 + random.below(200) {
                    let value = (centre + width * random.normal()) as i8;
                    values.push(f64::from(value));
                    assert!(window.add_step(&[encoded(value), encoded(-1)]));
                }
                assert_eq!(WindowSums::new(window.steps(), *window.channels()), Some(window));
                assert!(total.add(&window));
            }
            let n = values.len() as f64;
            let mean = values.iter().sum::<f64>() / n;
            let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n;
            let found = total.moments(0).unwrap();
            assert!((f64::from(found.mean) - mean * 256.0).abs() <= 0.5 + 1e-6, "case {case}: {found:?}, {mean}");
            let deviation = variance.sqrt() * 256.0;
            assert!(
                (-1e-6..1.001).contains(&(deviation - f64::from(found.deviation))),
                "case {case}: {found:?}, {deviation}"
            );
            assert_eq!(total.moments(1), Some(Moments { mean: -256, deviation: 0 }));
            let outside = values.iter().filter(|v| **v == 127.0).count();
            assert_eq!((total.steps(), total.outside()), (values.len() as u32, outside as u32));
        }
    }

    /// As many values as there may be, all at an end, or half of them at each.
    #[test]
    fn the_longest_recording_does_not_overflow() {
        for (values, want) in [
            ([-128, -128], Moments { mean: -128 * 256, deviation: 0 }),
            ([127, 127], Moments { mean: 127 * 256, deviation: 0 }),
            ([-128, 127], Moments { mean: -128, deviation: 32_640 }),
        ] {
            let mut window = WindowSums::<1>::EMPTY;
            for i in 0..WindowSums::<1>::MOST_STEPS {
                assert!(window.add_step(&[encoded(values[i as usize % 2])]));
            }
            let full = window;
            assert!(!window.add_step(&[encoded(0)]) && window == full);
            assert_eq!(window.moments(0), Some(want));
            let mut total = Total::<1>::EMPTY;
            for _ in 0..Total::<1>::MOST_STEPS / WindowSums::<1>::MOST_STEPS {
                assert!(total.add(&window));
            }
            assert_eq!(total.moments(0), Some(want));
            let full = total;
            assert!(!total.add(&window) && total == full);
        }
    }

    #[test]
    fn nothing_has_no_moments() {
        assert_eq!(WindowSums::<1>::EMPTY.moments(0), None);
        assert_eq!(Total::<1>::EMPTY.moments(0), None);
        let mut window = WindowSums::<1>::EMPTY;
        window.add_step(&[encoded(3)]);
        assert_eq!(window.moments(1), None);
    }

    #[test]
    fn sums_that_no_values_have_are_refused() {
        let of =
            |steps, sum, squares, outside| WindowSums::new(steps, [ChannelSums { sum, squares, outside }]).is_some();
        assert!(of(2, 10, 50, 2) && of(0, 0, 0, 0) && of(1 << 17, -(1 << 24), 1 << 31, 0));
        assert!(!of(2, 10, 49, 0) && !of(2, 10, 50, 3) && !of(2, 257, 32_768, 0) && !of(2, 0, 32_769, 0));
        assert!(!of((1 << 17) + 1, 0, 0, 0) && !of(1, i32::MIN, u32::MAX, 0));
    }

    #[test]
    fn takes_little_memory() {
        assert_eq!([size_of::<Moments>(), size_of::<WindowSums<3>>(), size_of::<Total<3>>()], [4, 40, 56]);
    }
}
