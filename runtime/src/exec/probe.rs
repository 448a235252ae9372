//! Watching the stages at work.

/// Watches the stages at work: for tests that look for the first differing layer, and for measuring.
pub trait Probe {
    /// Stage `stage` starts a piece of work.
    fn begin(&mut self, stage: usize) {
        let _ = stage;
    }
    /// It is done.
    fn end(&mut self, stage: usize) {
        let _ = stage;
    }
    /// It has made row `row`: its values, `[x][channel]`.
    fn row(&mut self, stage: usize, row: usize, values: impl ExactSizeIterator<Item = i8>) {
        let _ = (stage, row, values);
    }
}

impl Probe for () {}
