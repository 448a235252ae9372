//! Samples in memory.

/// Equally shaped float samples, one behind the other.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Samples {
    /// Shape of one sample: `[channels, height, width]`; signals have height 1.
    pub shape: [usize; 3],
    /// `len() × channels × height × width` values.
    pub values: Vec<f32>,
    /// One class or kind a sample (a digit; 0 for normal and 1… for faults), or empty.
    pub labels: Vec<u8>,
}

impl Samples {
    /// No samples of the given shape yet.
    pub fn new(shape: [usize; 3]) -> Self {
        Self { shape, values: Vec::new(), labels: Vec::new() }
    }

    /// Values of one sample.
    pub fn sample_len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Number of samples.
    pub fn len(&self) -> usize {
        self.values.len().checked_div(self.sample_len()).unwrap_or(0)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The values of sample `i`.
    pub fn sample(&self, i: usize) -> &[f32] {
        let n = self.sample_len();
        &self.values[i * n..(i + 1) * n]
    }

    /// All samples in order.
    pub fn iter(&self) -> impl Iterator<Item = &[f32]> {
        self.values.chunks_exact(self.sample_len().max(1))
    }

    /// The samples at `indices`, in that order, with their labels.
    ///
    /// # Panics
    /// If an index is not below [`Samples::len`].
    pub fn select(&self, indices: &[usize]) -> Self {
        let mut out = Self::new(self.shape);
        out.values.reserve(indices.len() * self.sample_len());
        for &i in indices {
            out.values.extend_from_slice(self.sample(i));
        }
        if !self.labels.is_empty() {
            out.labels = indices.iter().map(|&i| self.labels[i]).collect();
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selects_values_and_labels() {
        let all = Samples { shape: [1, 1, 2], values: vec![0., 1., 2., 3., 4., 5.], labels: vec![7, 8, 9] };
        let some = all.select(&[2, 0]);
        assert_eq!((some.values.as_slice(), some.labels.as_slice()), ([4., 5., 0., 1.].as_slice(), [9, 7].as_slice()));
    }
}
