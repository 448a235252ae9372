//! Quantiles of a stream of numbers, in constant memory and with integers.

/// Buckets of a histogram.
const BUCKETS: usize = 64;

/// Buckets a power of two.
const PER_OCTAVE: u64 = 8;

/// The last bucket of all that 64 bits have.
const LAST: u16 = bucket(u64::MAX);

/// A histogram of u64 values in logarithmic buckets, eight a power of two: counts are exact, so the order of the values
/// does not matter and a rank is never wrong; what a bucket holds is known to 1/8 of the value (below 16 exactly).
///
/// Its 64 buckets lie around a number that is expected, from 1/16 to nearly 16 times of it. Values below go to the
/// first bucket, values above to the last, whose edges are 0 and `u64::MAX`. 132 bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quantiles {
    counts: [u16; BUCKETS],
    /// Number of the first bucket among all of them.
    first: u16,
    /// Sum of the counts.
    total: u16,
}

/// Where a value lies, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Bucket {
    /// Smallest value.
    pub lower: u64,
    /// Largest value, at most 9/8 of the smallest unless the bucket is the first or the last of a histogram.
    pub upper: u64,
}

impl Bucket {
    /// The value between both ends, rounded down.
    pub const fn middle(&self) -> u64 {
        self.lower + self.upper.saturating_sub(self.lower) / 2
    }
}

/// The bucket of a value among all that 64 bits have: a number each up to 15, then eight a power of two.
const fn bucket(value: u64) -> u16 {
    if value < PER_OCTAVE {
        return value as u16;
    }
    // 3 to 63.
    let exponent = u64::BITS - 1 - value.leading_zeros();
    let eighth = (value >> (exponent - 3)) & (PER_OCTAVE - 1);
    ((exponent - 2) as u64 * PER_OCTAVE + eighth) as u16
}

/// The smallest value of a bucket.
const fn lower_edge(bucket: u16) -> u64 {
    let (octave, eighth) = (bucket as u64 / PER_OCTAVE, bucket as u64 % PER_OCTAVE);
    if octave == 0 { eighth } else { (PER_OCTAVE + eighth) << (octave - 1) }
}

impl Quantiles {
    /// Most values that a histogram takes.
    pub const MOST: u16 = u16::MAX;

    /// Without a value yet, around `expected`.
    pub const fn around(expected: u64) -> Self {
        let middle = bucket(expected);
        let half = BUCKETS as u16 / 2;
        let first = middle.saturating_sub(half);
        let most = LAST + 1 - BUCKETS as u16;
        Self { counts: [0; BUCKETS], first: if first > most { most } else { first }, total: 0 }
    }

    /// Takes a value; `false` when [`Quantiles::MOST`] are there already and it was left out.
    pub fn add(&mut self, value: u64) -> bool {
        let at = usize::from(bucket(value).saturating_sub(self.first)).min(BUCKETS - 1);
        let (Some(total), Some(count)) = (self.total.checked_add(1), self.counts.get_mut(at)) else {
            return false;
        };
        self.total = total;
        // No count is above their sum.
        *count = count.wrapping_add(1);
        true
    }

    /// How many values are there.
    pub const fn len(&self) -> u16 {
        self.total
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.total == 0
    }

    /// Where the order statistic of rank ⌈n · `numerator` / `denominator`⌉ of n values lies (rank 1, the smallest
    /// value, at least).
    ///
    /// `None` without a value, and where the share is none between 0 and 1.
    pub fn quantile(&self, numerator: u32, denominator: u32) -> Option<Bucket> {
        if self.total == 0 || numerator > denominator {
            return None;
        }
        // 16 and 32 bits, so the sum fits.
        let product = u64::from(self.total) * u64::from(numerator) + u64::from(denominator.saturating_sub(1));
        let rank = product.checked_div(u64::from(denominator))?.max(1);
        let mut seen = 0;
        for (at, count) in self.counts.iter().enumerate() {
            seen += u64::from(*count);
            if seen >= rank {
                return Some(self.edges(at as u16));
            }
        }
        None
    }

    /// The ends of the histogram's bucket `at`.
    const fn edges(&self, at: u16) -> Bucket {
        let bucket = self.first + at;
        let lower = if at == 0 { 0 } else { lower_edge(bucket) };
        let upper = if at as usize == BUCKETS - 1 { u64::MAX } else { lower_edge(bucket + 1) - 1 };
        Bucket { lower, upper }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use crate::settling::random::Random;
    use std::vec::Vec;

    #[test]
    fn takes_little_memory() {
        assert_eq!(size_of::<Quantiles>(), 132);
    }

    #[test]
    fn buckets_tile_all_of_64_bits() {
        assert_eq!(LAST, 495);
        for b in 0..LAST {
            let (lower, next) = (lower_edge(b), lower_edge(b + 1));
            assert!(lower < next && bucket(lower) == b && bucket(next - 1) == b && bucket(next) == b + 1, "{b}");
            assert!(lower < 16 && next == lower + 1 || (next - 1 - lower) as f64 <= lower as f64 / 8.0, "{b}");
        }
    }

    /// Against sorted values, for values of every size and histograms around anything: the bucket holds the order
    /// statistic, and is narrow unless it is one at an end.
    #[test]
    fn a_bucket_holds_its_order_statistic() {
        let mut random = Random::new(1);
        for case in 0..400 {
            let size = random.below(64) as u32;
            let expected = random.next() >> size;
            let spread = 1 + random.below(8) as u32;
            let count = 1 + random.below(300) as usize;
            let mut values: Vec<u64> = (0..count)
                .map(|_| match random.below(20) {
                    0 => random.next() >> random.below(64),
                    _ => (expected >> spread).saturating_add(random.next().checked_shr(size + 1).unwrap_or(0)),
                })
                .collect();
            let mut histogram = Quantiles::around(expected);
            assert!(values.iter().all(|value| histogram.add(*value)));
            let mut other = Quantiles::around(expected);
            assert!(values.iter().rev().all(|value| other.add(*value)));
            assert_eq!(histogram, other, "case {case}: the order matters");
            values.sort_unstable();
            for (numerator, denominator) in
                [(0, 1), (1, 512), (1, 3), (1, 2), (9, 10), (511, 512), (u32::MAX, u32::MAX)]
            {
                let rank = (count as u64 * u64::from(numerator)).div_ceil(u64::from(denominator)).max(1);
                let want = values[rank as usize - 1];
                let found = histogram.quantile(numerator, denominator).unwrap();
                assert!((found.lower..=found.upper).contains(&want), "case {case}: {want} is not in {found:?}");
                assert!((found.lower..=found.upper).contains(&found.middle()));
                if found.lower > 0 && found.upper < u64::MAX {
                    assert!(found.upper - found.lower <= found.lower / 8, "case {case}: {found:?} is wide");
                }
            }
        }
    }

    /// Around 1000 the narrow buckets reach from 1/15 to 15 times of it.
    #[test]
    fn the_range_is_what_the_documentation_says() {
        let mut histogram = Quantiles::around(1000);
        for value in [1000 / 15, 1000, 14_000] {
            histogram = Quantiles { counts: [0; BUCKETS], total: 0, ..histogram };
            assert!(histogram.add(value));
            let found = histogram.quantile(1, 1).unwrap();
            assert!(found.lower > 0 && found.upper < u64::MAX, "{value}: {found:?}");
        }
        let mut ends = Quantiles::around(1000);
        assert!(ends.add(10) && ends.add(1_000_000));
        assert_eq!(ends.quantile(0, 1).unwrap().lower, 0);
        assert_eq!(ends.quantile(1, 1).unwrap().upper, u64::MAX);
    }

    #[test]
    fn a_full_histogram_takes_no_more() {
        let mut histogram = Quantiles::around(7);
        assert!(histogram.is_empty() && histogram.quantile(1, 2).is_none());
        assert!((0..Quantiles::MOST).all(|_| histogram.add(7)));
        let full = histogram.clone();
        assert!(!histogram.add(9) && histogram == full && full.len() == Quantiles::MOST);
        assert_eq!(full.quantile(1, 2), Some(Bucket { lower: 7, upper: 7 }));
        assert_eq!([full.quantile(2, 1), full.quantile(0, 0)], [None, None]);
    }
}
