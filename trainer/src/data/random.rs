//! Seeded random numbers that are the same on every machine.
//!
//! One master seed serves a whole run. Every purpose (`"signals/train"`, `"split"`, …) has a stream of its own: ChaCha8 keyed
//! with SHA-256 of `"picoae " + purpose + "\n" + master seed as 8 little-endian bytes`. So changing how much one part draws
//! changes nothing in another. Transcendental functions come from the `libm` crate, not from the platform's C library, whose
//! last bit differs between systems.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sha2::{Digest, Sha256};
use std::f64::consts::TAU;

fn key(master: u64, purpose: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"picoae ");
    hash.update(purpose.as_bytes());
    hash.update(b"\n");
    hash.update(master.to_le_bytes());
    hash.finalize().into()
}

/// The generator of one purpose under a master seed.
pub fn generator(master: u64, purpose: &str) -> ChaCha8Rng {
    ChaCha8Rng::from_seed(key(master, purpose))
}

/// A 64-bit seed of one purpose, for code that takes a number: the first 8 bytes (little-endian) of the purpose's key.
pub fn derive_seed(master: u64, purpose: &str) -> u64 {
    let key = key(master, purpose);
    u64::from_le_bytes([key[0], key[1], key[2], key[3], key[4], key[5], key[6], key[7]])
}

/// Draws from one purpose's stream.
#[derive(Debug, Clone)]
pub struct Stream {
    generator: ChaCha8Rng,
}

impl Stream {
    /// The stream of `purpose` under `master`.
    pub fn new(master: u64, purpose: &str) -> Self {
        Self { generator: generator(master, purpose) }
    }

    /// Uniform in [0, 1), a multiple of 2⁻⁵³.
    pub fn unit(&mut self) -> f64 {
        (self.generator.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// Uniform in [low, high); `low` when both are equal.
    pub fn uniform(&mut self, [low, high]: [f64; 2]) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Uniform over `0..n`; 0 for `n` = 0.
    pub fn below(&mut self, n: usize) -> usize {
        // The upper half of a 64 × 64 bit product; the bias is below n / 2⁶⁴.
        ((u128::from(self.generator.next_u64()) * n as u128) >> 64) as usize
    }

    /// Uniform over `low..=high`.
    pub fn between(&mut self, [low, high]: [usize; 2]) -> usize {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// −1 or 1.
    pub fn sign(&mut self) -> f64 {
        if self.below(2) == 0 { -1.0 } else { 1.0 }
    }

    /// Normal with mean 0 and the given standard deviation (Box and Muller 1958; one of the pair is used).
    pub fn normal(&mut self, deviation: f64) -> f64 {
        let radius = libm::sqrt(-2.0 * libm::log(1.0 - self.unit()));
        deviation * radius * libm::cos(TAU * self.unit())
    }

    /// Shuffles in place (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purposes_and_seeds_have_streams_of_their_own() {
        let draw = |seed, purpose| Stream::new(seed, purpose).unit();
        assert_eq!(draw(1, "a"), draw(1, "a"));
        assert_ne!(draw(1, "a"), draw(1, "b"));
        assert_ne!(draw(1, "a"), draw(2, "a"));
        assert_ne!(derive_seed(1, "a"), derive_seed(1, "b"));
    }

    #[test]
    fn moments_are_those_of_the_distributions() {
        let mut s = Stream::new(7, "moments");
        let n = 200_000;
        let normal: Vec<f64> = (0..n).map(|_| s.normal(2.0)).collect();
        let mean = normal.iter().sum::<f64>() / f64::from(n);
        let variance = normal.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / f64::from(n);
        assert!(mean.abs() < 0.02, "{mean}");
        assert!((variance - 4.0).abs() < 0.06, "{variance}");
        let beyond = normal.iter().filter(|v| v.abs() > 2.0 * 1.959_964).count() as f64 / f64::from(n);
        assert!((beyond - 0.05).abs() < 0.003, "{beyond}");
        let uniform = (0..n).map(|_| s.uniform([3.0, 5.0])).sum::<f64>() / f64::from(n);
        assert!((uniform - 4.0).abs() < 0.01, "{uniform}");
    }

    #[test]
    fn integers_cover_their_range() {
        let mut s = Stream::new(3, "integers");
        let mut seen = [0usize; 5];
        for _ in 0..5000 {
            seen[s.between([2, 6]) - 2] += 1;
        }
        assert!(seen.iter().all(|&c| (800..1200).contains(&c)), "{seen:?}");
        let mut items: Vec<usize> = (0..100).collect();
        s.shuffle(&mut items);
        assert_ne!(items, (0..100).collect::<Vec<_>>());
        items.sort_unstable();
        assert_eq!(items, (0..100).collect::<Vec<_>>());
    }
}
