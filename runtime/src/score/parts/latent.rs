//! Latent: how strongly the code is excited. A network that has learnt what is normal maps it to a small part of its latent space.
//!
//! Definition: Σ (q − zero point)² over the latent's values, an image of their energy in real units. Bound: 255² a value, so below 2⁴⁰
//! for the largest tensor. Cost: a subtraction and a product a value of the latent. Both sides.

/// Takes a value of the latent.
#[inline]
pub(super) fn extend(words: &mut [u32], zero_point: i32, value: i8) {
    let Some(words) = words.first_chunk_mut::<2>() else { return };
    let distance = i32::from(value) - zero_point;
    let sum = finish(words).wrapping_add(u64::from((distance * distance) as u32));
    *words = [sum as u32, (sum >> 32) as u32];
}

/// The energy.
pub(super) fn finish(words: &[u32]) -> u64 {
    words.first_chunk::<2>().map_or(0, |[low, high]| u64::from(*low) | u64::from(*high) << 32)
}
