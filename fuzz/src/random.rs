//! Numbers for mutations, from the fuzzer's seed.

/// A xorshift generator (Marsaglia, 2003, with 64 bits).
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// From any seed.
    pub fn new(seed: u32) -> Self {
        Self(u64::from(seed) << 32 | 0x9E37_79B9)
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below `end`, 0 where there is none.
    pub fn below(&mut self, end: usize) -> usize {
        (self.number() >> 16).checked_rem(end as u64).unwrap_or(0) as usize
    }

    /// A number of a kind that breaks things: small, near a power of two, near `value`, or any.
    pub fn interesting(&mut self, value: i64) -> i64 {
        let power = 1_i64 << self.below(63);
        match self.below(8) {
            0 | 1 => self.below(10) as i64,
            2 | 3 => value.wrapping_add(self.below(7) as i64 - 3),
            4 => value.wrapping_mul(self.below(4) as i64),
            5 => power - self.below(3) as i64 + 1,
            6 => power.wrapping_neg() + self.below(3) as i64 - 1,
            _ => self.number() as i64 >> self.below(64),
        }
    }

    /// `len` values of int8, in one of several manners: extremes, alternating, random.
    pub fn samples(&mut self, len: usize) -> Vec<i8> {
        let manner = self.below(5);
        let value = |(i, random): (usize, u64)| match manner {
            0 => -128,
            1 => 127,
            2 if i % 2 == 0 => -128,
            2 => 127,
            _ => (random >> 24) as i8,
        };
        (0..len).map(|i| (i, self.number())).map(value).collect()
    }
}
