//! From the order of samples, `[height][width][channel]`, to that of the engine, `[channel][height][width]`, and back.

use std::borrow::Cow;

/// Maps of shape `[channels, height, width]` in the order `[height][width][channel]`, channels first. Nothing is copied where
/// both orders are one.
pub fn channels_first(values: &[f32], [channels, height, width]: [usize; 3]) -> Cow<'_, [f32]> {
    transposed(values, height * width, channels)
}

/// The inverse of [`channels_first`].
pub fn channels_last(values: &[f32], [channels, height, width]: [usize; 3]) -> Cow<'_, [f32]> {
    transposed(values, channels, height * width)
}

/// Matrices of `rows × columns`, one behind the other, each transposed.
fn transposed(values: &[f32], rows: usize, columns: usize) -> Cow<'_, [f32]> {
    if rows <= 1 || columns <= 1 {
        return Cow::Borrowed(values);
    }
    let mut out = Vec::with_capacity(values.len());
    for matrix in values.chunks(rows * columns) {
        for c in 0..columns {
            out.extend((0..rows).map(|r| matrix[r * columns + c]));
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        // Two samples of two channels and three steps of time.
        let samples = [1., -1., 2., -2., 3., -3., 4., -4., 5., -5., 6., -6.];
        let first = channels_first(&samples, [2, 1, 3]);
        assert_eq!(first[..], [1., 2., 3., -1., -2., -3., 4., 5., 6., -4., -5., -6.]);
        assert_eq!(channels_last(&first, [2, 1, 3])[..], samples);
        assert!(matches!(channels_first(&samples, [1, 3, 4]), Cow::Borrowed(_)));
    }
}
