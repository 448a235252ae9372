//! Initial parameters as PyTorch draws them.

use picoae_compiler::spec::ParameterTable;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Draws all parameters from U(−1/√fan_in, 1/√fan_in), weights and biases alike: PyTorch's default for convolutions and
/// linear layers (`kaiming_uniform_` with a = √5, He et al. 2015, and the matching bound for the bias).
pub fn initial_parameters(table: &ParameterTable, seed: u64) -> Vec<f32> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut flat = Vec::with_capacity(table.total());
    for entry in table.entries() {
        let bound = 1.0 / (entry.fan_in.max(1) as f32).sqrt();
        flat.extend((0..entry.len()).map(|_| random.random_range(-bound..bound)));
    }
    flat
}

#[cfg(test)]
mod tests {
    use super::*;
    use picoae_compiler::spec::digits;

    #[test]
    fn draws_fill_their_interval_and_follow_the_seed() {
        let table = ParameterTable::new(&digits()).unwrap();
        let flat = initial_parameters(&table, 1);
        assert_eq!(flat, initial_parameters(&table, 1));
        assert_ne!(flat, initial_parameters(&table, 2));
        let entry = table.entries().iter().find(|e| e.name == "encoder.4.weight").unwrap();
        let values = &flat[entry.offset..entry.offset + entry.len()];
        let bound = 1.0 / 576f32.sqrt();
        let largest = values.iter().fold(0f32, |m, v| m.max(v.abs()));
        assert!(largest <= bound && largest > 0.99 * bound);
        let variance = values.iter().map(|v| v * v).sum::<f32>() / values.len() as f32;
        assert!((variance / (bound * bound / 3.0) - 1.0).abs() < 0.03);
    }
}
