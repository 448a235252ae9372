//! Squared residuals, all together and by segments.

/// Of each step the sum of (q_in − q_out)² over its values.
pub(super) fn of_steps(input: &[i8], output: &[i8], step: usize) -> Vec<u64> {
    let square = |(a, b): (&i8, &i8)| u64::from(a.abs_diff(*b)).pow(2);
    input.chunks(step).zip(output.chunks(step)).map(|(a, b)| a.iter().zip(b).map(square).sum()).collect()
}

/// The smallest and the largest sum over `segment` consecutive ones; all of them where they are fewer.
pub(super) fn segments(squares: &[u64], segment: usize) -> [u64; 2] {
    let all: u64 = squares.iter().sum();
    let sums = || squares.windows(segment).map(|segment| segment.iter().sum::<u64>());
    [sums().min().unwrap_or(all), sums().max().unwrap_or(all)]
}
