//! What all baselines have in common.

/// A detector that has seen its training windows.
pub trait Baseline {
    /// As tables and files name it.
    fn name(&self) -> &'static str;

    /// How abnormal a window is, higher the more. A window has the `d` values that training windows had; scores of one detector are comparable,
    /// those of two are not.
    fn score(&self, window: &[f32]) -> f64;
}

/// All whole windows, of `d` values each; none for `d` = 0.
pub(super) fn windows(train: &[f32], d: usize) -> impl ExactSizeIterator<Item = &[f32]> {
    let whole = train.len().checked_div(d).unwrap_or(0) * d;
    train[..whole].chunks_exact(d.max(1))
}

/// At most `most` of the windows, spread evenly over all.
pub(super) fn spread(train: &[f32], d: usize, most: usize) -> Vec<&[f32]> {
    let all: Vec<&[f32]> = windows(train, d).collect();
    let taken = all.len().min(most);
    (0..taken).map(|i| all[i * all.len() / taken]).collect()
}
