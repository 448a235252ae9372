//! Channel: the channel that is reconstructed worst. One sum over all channels detects most faults better; this one is for many
//! channels of which one alone may fail.
//!
//! Definition: the largest over the values of a step of Σ r² over the window. Bound: 65,535 steps of 255² stay below 2³²; more values, as an image may have, end at 2³² − 1. Cost: a product and
//! an addition a value. Above only.

/// Takes values of the input and as many reconstructions.
#[inline]
pub(super) fn extend(words: &mut [u32], inputs: &[u8], outputs: &[u8]) {
    let Some((at, sums)) = words.split_first_mut() else { return };
    for (input, output) in inputs.iter().zip(outputs) {
        let Some(sum) = sums.get_mut(*at as usize) else { return };
        let residual = i32::from(*input as i8) - i32::from(*output as i8);
        *sum = sum.saturating_add((residual * residual) as u32);
        *at += 1;
        if *at as usize == sums.len() {
            *at = 0;
        }
    }
}

/// The largest sum.
pub(super) fn finish(words: &[u32]) -> u32 {
    words.get(1..).unwrap_or_default().iter().copied().max().unwrap_or(0)
}
