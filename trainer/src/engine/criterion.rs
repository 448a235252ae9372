//! How the engine compares outputs with targets.

/// The loss of one sample and its gradient. Values are in the engine's order, `[height, width, channels]`.
pub trait Criterion: Send + Sync {
    /// The loss of `output` against the target that `gradient` holds, summed over the sample's values; leaves in `gradient`
    /// the loss's gradient by the output, times `scale`.
    fn compare(&self, output: &[f32], gradient: &mut [f32], scale: f32) -> f64;
}

/// [`Criterion::compare`] for a loss that is a sum over values: `value` is its part for a difference d = output − target, and
/// `slope` the derivative of that by d.
#[inline(always)]
pub fn pointwise(
    output: &[f32],
    gradient: &mut [f32],
    scale: f32,
    value: impl Fn(f32) -> f32,
    slope: impl Fn(f32) -> f32,
) -> f64 {
    let mut lanes = [0f32; 16];
    for (gradient, output) in gradient.chunks_mut(16).zip(output.chunks(16)) {
        for ((d, y), lane) in gradient.iter_mut().zip(output).zip(&mut lanes) {
            let difference = y - *d;
            *lane += value(difference);
            *d = scale * slope(difference);
        }
    }
    lanes.iter().map(|v| f64::from(*v)).sum::<f64>()
}
