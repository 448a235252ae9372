//! How strongly the code is excited.

/// Σ (q − zero point)².
pub(super) fn latent(latent: &[i8], zero_point: i32) -> u64 {
    latent.iter().map(|q| u64::from(i32::from(*q).abs_diff(zero_point)).pow(2)).sum()
}
