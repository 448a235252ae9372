//! Whether a stretch of the input stands still.

/// The smallest sum over `segment` consecutive steps, from the second on, of the squared differences to the step before.
pub(super) fn flat(input: &[i8], step: usize, segment: usize) -> u64 {
    let steps: Vec<&[i8]> = input.chunks(step).collect();
    let square = |(a, b): (&i8, &i8)| u64::from(a.abs_diff(*b)).pow(2);
    let differences: Vec<u64> = steps.windows(2).map(|pair| pair[0].iter().zip(pair[1]).map(square).sum()).collect();
    super::residuals::segments(&differences, segment)[0]
}
