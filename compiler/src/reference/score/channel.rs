//! The channel that is reconstructed worst.

/// The largest over the values of a step of the sum of squared residuals, at most 2³² − 1.
pub(super) fn channel(input: &[i8], output: &[i8], step: usize) -> u32 {
    let of = |c: usize| -> u64 {
        let pairs = input.iter().zip(output).skip(c).step_by(step);
        pairs.map(|(a, b)| u64::from(a.abs_diff(*b)).pow(2)).sum()
    };
    (0..step).map(of).max().map_or(0, |most| u32::try_from(most).unwrap_or(u32::MAX))
}
