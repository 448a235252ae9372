//! Where windows begin.

use std::ops::Range;

/// Windows of a protocol: rows a window, rows from one to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cut {
    pub(super) window: usize,
    pub(super) train_step: usize,
    pub(super) test_step: usize,
}

/// First rows of the windows that lie in `rows` as a whole, `step` apart.
pub(super) fn starts(rows: Range<usize>, window: usize, step: usize) -> impl Iterator<Item = usize> {
    let count = if rows.len() < window { 0 } else { (rows.len() - window) / step.max(1) + 1 };
    (0..count).map(move |i| rows.start + i * step)
}

/// Whether two ranges have a row in common.
pub(super) fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start.max(b.start) < a.end.min(b.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_lie_in_their_rows() {
        assert_eq!(starts(2..10, 4, 2).collect::<Vec<_>>(), [2, 4, 6]);
        assert_eq!(starts(2..6, 4, 9).collect::<Vec<_>>(), [2]);
        assert_eq!(starts(2..5, 4, 1).count(), 0);
    }

    #[test]
    fn ranges_overlap_where_they_share_a_row() {
        assert!(overlap(&(0..3), &(2..5)) && !overlap(&(0..2), &(2..5)) && !overlap(&(3..3), &(2..5)));
    }
}
