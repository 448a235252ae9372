//! Matrix multiplication: the one door to the `gemm` crate, which candle uses too.

use std::time::Instant;

/// A matrix inside a slice: element (i, j) is `data[i · row + j · column]`. Rows may overlap.
#[derive(Clone, Copy)]
pub(crate) struct Matrix<'a> {
    pub(crate) data: &'a [f32],
    pub(crate) row: usize,
    pub(crate) column: usize,
}

impl<'a> Matrix<'a> {
    /// A row-major matrix with `width` values from row to row.
    pub(crate) fn rows(data: &'a [f32], width: usize) -> Self {
        Self { data, row: width, column: 1 }
    }

    /// The transpose of a row-major matrix with `width` values from row to row.
    pub(crate) fn transposed(data: &'a [f32], width: usize) -> Self {
        Self { data, row: 1, column: width }
    }

    /// The other way round.
    pub(crate) fn t(self) -> Self {
        Self { data: self.data, row: self.column, column: self.row }
    }

    /// Whether an `m`×`n` matrix lies within the data.
    fn holds(&self, m: usize, n: usize) -> bool {
        m == 0 || n == 0 || (m - 1) * self.row + (n - 1) * self.column < self.data.len()
    }
}

/// `out` (`m`×`n`, row-major and dense) = or += `a` (`m`×`k`) · `b` (`k`×`n`), on the calling thread alone, so that the
/// order of additions depends on nothing but the sizes.
pub(crate) fn multiply(size: [usize; 3], out: &mut [f32], accumulate: bool, a: Matrix<'_>, b: Matrix<'_>) {
    multiply_into(size, out, size[1], accumulate, a, b);
}

/// As [`multiply`], with `row` values (at least `n`) from row to row of `out`.
pub(crate) fn multiply_into(
    [m, n, k]: [usize; 3],
    out: &mut [f32],
    row: usize,
    accumulate: bool,
    a: Matrix<'_>,
    b: Matrix<'_>,
) {
    let held = row >= n && (m == 0 || (m - 1) * row + n <= out.len());
    assert!(held && a.holds(m, k) && b.holds(k, n), "matrices of {m}×{n}×{k} exceed their slices");
    // SAFETY: every element that an m×n×k product touches lies within the three slices, as just checked, and `out` is
    // borrowed mutably, so nothing else reads or writes it meanwhile.
    #[allow(unsafe_code)]
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            out.as_mut_ptr(),
            1,
            row as isize,
            accumulate,
            a.data.as_ptr(),
            a.column as isize,
            a.row as isize,
            b.data.as_ptr(),
            b.column as isize,
            b.row as isize,
            1.0,
            1.0,
            false,
            false,
            false,
            gemm::Parallelism::None,
        );
    }
}

/// Measures what matrix multiplication reaches here: floating-point operations a second of `threads` threads, each
/// multiplying its own 512×512 matrices for about `seconds`.
pub fn multiply_peak(threads: usize, seconds: f64) -> f64 {
    const N: usize = 512;
    let one = || {
        let (a, b, mut c) = (vec![0.5f32; N * N], vec![0.25f32; N * N], vec![0f32; N * N]);
        let mut best = f64::INFINITY;
        let begun = Instant::now();
        while begun.elapsed().as_secs_f64() < seconds {
            let from = Instant::now();
            multiply([N; 3], &mut c, false, Matrix::rows(&a, N), Matrix::rows(&b, N));
            best = best.min(from.elapsed().as_secs_f64());
        }
        2.0 * (N * N * N) as f64 / best
    };
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads.max(1)).map(|_| scope.spawn(one)).collect();
        running.into_iter().filter_map(|t| t.join().ok()).sum()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_right_for_every_layout() {
        let (m, n, k) = (7, 5, 11);
        let a: Vec<f32> = (0..m * k).map(|i| (i * 7 % 13) as f32 - 6.0).collect();
        let b: Vec<f32> = (0..k * n).map(|i| (i * 5 % 11) as f32 - 5.0).collect();
        let mut want = vec![0f32; m * n];
        for (i, j) in (0..m).flat_map(|i| (0..n).map(move |j| (i, j))) {
            want[i * n + j] = (0..k).map(|l| a[i * k + l] * b[l * n + j]).sum();
        }
        let mut out = vec![9f32; m * n];
        multiply([m, n, k], &mut out, false, Matrix::rows(&a, k), Matrix::rows(&b, n));
        assert_eq!(out, want);
        let flip = |v: &[f32], r: usize, c: usize| -> Vec<f32> { (0..r * c).map(|i| v[(i % r) * c + i / r]).collect() };
        let (at, bt) = (flip(&a, m, k), flip(&b, k, n));
        multiply([m, n, k], &mut out, true, Matrix::transposed(&at, m), Matrix::transposed(&bt, k));
        assert!(out.iter().zip(&want).all(|(o, w)| *o == 2.0 * w));
    }

    #[test]
    fn rows_may_overlap() {
        let signal: Vec<f32> = (0..20).map(|i| i as f32).collect();
        let mut out = vec![0f32; 18];
        let sliding = Matrix { data: &signal, row: 1, column: 1 };
        multiply([18, 1, 3], &mut out, false, sliding, Matrix::rows(&[1.0, 10.0, 100.0], 1));
        assert!((0..18).all(|t| out[t] == signal[t] + 10.0 * signal[t + 1] + 100.0 * signal[t + 2]));
    }

    #[test]
    #[should_panic(expected = "exceed")]
    fn what_does_not_fit_is_refused() {
        multiply([2, 2, 2], &mut [0.0; 4], false, Matrix::rows(&[0.0; 3], 2), Matrix::rows(&[0.0; 4], 2));
    }
}
