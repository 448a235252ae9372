//! A kernel sliding over a map: gathering what it sees into a matrix, and adding a matrix back.

/// Geometry of a kernel over one map of channels-last rows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KernelWindow {
    /// `[height, width]` of the map that the kernel slides over.
    pub(crate) map: [usize; 2],
    /// Its channels.
    pub(crate) channels: usize,
    /// `[height, width]` of kernel positions.
    pub(crate) places: [usize; 2],
    pub(crate) kernel: [usize; 2],
    pub(crate) stride: [usize; 2],
    pub(crate) padding: [usize; 2],
    /// Distance between neighbouring kernel elements.
    pub(crate) dilation: [usize; 2],
}

/// Most values that a gathered matrix should have: a quarter of a megabyte, so that it stays in the second-level cache.
const GATHERED: usize = 1 << 16;

impl KernelWindow {
    /// Values that the kernel sees at once: the width of the matrix.
    pub(crate) fn width(&self) -> usize {
        self.kernel[0] * self.kernel[1] * self.channels
    }

    /// Rows of the matrix for one sample.
    pub(crate) fn rows(&self) -> usize {
        self.places[0] * self.places[1]
    }

    /// Values of the matrix for one sample.
    pub(crate) fn len(&self) -> usize {
        self.width() * self.rows()
    }

    /// Samples to gather into one matrix, of `samples`.
    pub(crate) fn group(&self, samples: usize) -> usize {
        (GATHERED / self.len().max(1)).clamp(1, samples.max(1))
    }

    /// At place column `x`: the kernel columns `from..to` that lie on the map, and the map column of the first.
    #[inline]
    fn columns(&self, x: usize) -> (usize, usize, usize) {
        let (start, d) = (x * self.stride[1], self.dilation[1]);
        let from = self.padding[1].saturating_sub(start).div_ceil(d).min(self.kernel[1]);
        let to = (self.map[1] + self.padding[1]).saturating_sub(start).div_ceil(d).clamp(from, self.kernel[1]);
        (from, to, (start + from * d).saturating_sub(self.padding[1]))
    }

    /// At kernel column `kx`: the place columns `from..to` that see a map column, and the map column of the first; with
    /// stride 1 the others follow.
    #[inline]
    fn place_columns(&self, kx: usize) -> (usize, usize, usize) {
        let (shift, stride, places) = (kx * self.dilation[1], self.stride[1], self.places[1]);
        let from = self.padding[1].saturating_sub(shift).div_ceil(stride).min(places);
        let to = (self.map[1] + self.padding[1]).saturating_sub(shift).div_ceil(stride).clamp(from, places);
        (from, to, (from * stride + shift).saturating_sub(self.padding[1]))
    }

    /// Calls `f` with the kernel element, the place and the map position of everything that a kernel element sees on the map.
    #[inline(always)]
    pub(crate) fn each_seen(&self, mut f: impl FnMut(usize, usize, usize)) {
        let [kh, kw] = self.kernel;
        for (ky, kx) in (0..kh).flat_map(|ky| (0..kw).map(move |kx| (ky, kx))) {
            let (from, to, column) = self.place_columns(kx);
            for y in 0..self.places[0] {
                let Some(row) = self.row(y, ky).filter(|_| from < to) else { continue };
                for x in from..to {
                    let seen = row * self.map[1] + column + (x - from) * self.stride[1];
                    f(ky * kw + kx, y * self.places[1] + x, seen);
                }
            }
        }
    }

    /// The map row that kernel row `ky` sees at place row `y`, if there is one.
    #[inline]
    fn row(&self, y: usize, ky: usize) -> Option<usize> {
        (y * self.stride[0] + ky * self.dilation[0]).checked_sub(self.padding[0]).filter(|r| *r < self.map[0])
    }

    /// The map positions that the kernel sees at a place, for windows that lie side by side on the map.
    pub(crate) fn positions(&self, place: usize) -> impl Iterator<Item = usize> + '_ {
        let (y, x) = (place / self.places[1] * self.stride[0], place % self.places[1] * self.stride[1]);
        (0..self.kernel[0]).flat_map(move |ky| (0..self.kernel[1]).map(move |kx| (y + ky) * self.map[1] + x + kx))
    }

    /// Whether windows side by side see every position.
    pub(crate) fn covers(&self) -> bool {
        (0..2).all(|i| self.places[i] * self.kernel[i] >= self.map[i])
    }

    /// Whether the matrix is gathered transposed: with one channel its rows would be scattered single values.
    pub(crate) fn is_transposed(&self) -> bool {
        self.channels == 1 && self.stride == [1, 1]
    }

    /// Fills the matrix of one sample: a row for each place, in it what each kernel element sees, channels innermost, zero
    /// outside of the map.
    pub(crate) fn gather(&self, map: &[f32], matrix: &mut [f32]) {
        let (c, [kh, kw]) = (self.channels, self.kernel);
        let mut rows = matrix.chunks_exact_mut(self.width());
        for y in 0..self.places[0] {
            for x in 0..self.places[1] {
                let Some(row) = rows.next() else { return };
                let (from, to, column) = self.columns(x);
                for ky in 0..kh {
                    let part = &mut row[ky * kw * c..(ky + 1) * kw * c];
                    let Some(line) = self.row(y, ky).filter(|_| from < to) else {
                        part.fill(0.0);
                        continue;
                    };
                    part[..from * c].fill(0.0);
                    part[to * c..].fill(0.0);
                    let start = (line * self.map[1] + column) * c;
                    if self.dilation[1] == 1 {
                        part[from * c..to * c].copy_from_slice(&map[start..start + (to - from) * c]);
                        continue;
                    }
                    for (i, element) in part[from * c..to * c].chunks_exact_mut(c).enumerate() {
                        let at = start + i * self.dilation[1] * c;
                        element.copy_from_slice(&map[at..at + c]);
                    }
                }
            }
        }
    }

    /// As [`gather`](Self::gather), but a column for each place, for one channel and stride 1.
    pub(crate) fn gather_transposed(&self, map: &[f32], matrix: &mut [f32]) {
        let [kh, kw] = self.kernel;
        let (width, places) = (self.map[1], self.places[1]);
        let mut lines = matrix.chunks_exact_mut(places);
        for (ky, kx) in (0..kh).flat_map(|ky| (0..kw).map(move |kx| (ky, kx))) {
            let (from, to, column) = self.place_columns(kx);
            for y in 0..self.places[0] {
                let Some(line) = lines.next() else { return };
                let Some(row) = self.row(y, ky).filter(|_| from < to) else {
                    line.fill(0.0);
                    continue;
                };
                line[..from].fill(0.0);
                line[to..].fill(0.0);
                let start = row * width + column;
                line[from..to].copy_from_slice(&map[start..start + to - from]);
            }
        }
    }

    /// Adds the matrix of one sample back to the map: the transpose of [`gather`](Self::gather).
    pub(crate) fn scatter(&self, matrix: &[f32], map: &mut [f32]) {
        let (c, [kh, kw]) = (self.channels, self.kernel);
        let mut rows = matrix.chunks_exact(self.width());
        for y in 0..self.places[0] {
            for x in 0..self.places[1] {
                let Some(row) = rows.next() else { return };
                let (from, to, column) = self.columns(x);
                for ky in 0..kh {
                    let Some(line) = self.row(y, ky).filter(|_| from < to) else { continue };
                    let start = (line * self.map[1] + column) * c;
                    let part = &row[(ky * kw + from) * c..(ky * kw + to) * c];
                    if self.dilation[1] == 1 {
                        map[start..start + part.len()].iter_mut().zip(part).for_each(|(m, v)| *m += v);
                        continue;
                    }
                    for (i, element) in part.chunks_exact(c).enumerate() {
                        let at = start + i * self.dilation[1] * c;
                        map[at..at + c].iter_mut().zip(element).for_each(|(m, v)| *m += v);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn windows() -> Vec<KernelWindow> {
        let mut all = Vec::new();
        let geometries = [
            ([3, 3], [1, 1], [1, 1], [1, 1]),
            ([3, 2], [2, 1], [0, 3], [1, 1]),
            ([1, 5], [1, 3], [0, 4], [1, 1]),
            ([3, 3], [1, 1], [2, 3], [2, 3]),
            ([2, 3], [1, 2], [0, 2], [4, 2]),
            ([1, 3], [1, 1], [0, 7], [1, 5]),
        ];
        for (kernel, stride, padding, dilation) in geometries {
            for channels in [1, 3] {
                let map = [5, 6];
                let place = |i: usize| (map[i] + 2 * padding[i] - (kernel[i] - 1) * dilation[i] - 1) / stride[i] + 1;
                let places = [place(0), place(1)];
                all.push(KernelWindow { map, channels, places, kernel, stride, padding, dilation });
            }
        }
        all
    }

    /// What kernel element (ky, kx) sees at a place, spelled out.
    fn seen(w: &KernelWindow, map: &[f32], [y, x, ky, kx, c]: [usize; 5]) -> f32 {
        let row = (y * w.stride[0] + ky * w.dilation[0]) as isize - w.padding[0] as isize;
        let column = (x * w.stride[1] + kx * w.dilation[1]) as isize - w.padding[1] as isize;
        if row < 0 || column < 0 || row >= w.map[0] as isize || column >= w.map[1] as isize {
            return 0.0;
        }
        map[(row as usize * w.map[1] + column as usize) * w.channels + c]
    }

    #[test]
    fn gathers_what_the_kernel_sees() {
        for w in windows() {
            let map: Vec<f32> = (0..w.map[0] * w.map[1] * w.channels).map(|i| i as f32 + 1.0).collect();
            let mut matrix = vec![f32::NAN; w.len()];
            w.gather(&map, &mut matrix);
            let mut turned = vec![f32::NAN; w.len()];
            if w.is_transposed() {
                w.gather_transposed(&map, &mut turned);
            }
            for (place, kernel, c) in (0..w.rows())
                .flat_map(|p| (0..w.kernel[0] * w.kernel[1]).map(move |k| (p, k)))
                .flat_map(|(p, k)| (0..w.channels).map(move |c| (p, k, c)))
            {
                let (y, x) = (place / w.places[1], place % w.places[1]);
                let want = seen(&w, &map, [y, x, kernel / w.kernel[1], kernel % w.kernel[1], c]);
                assert_eq!(matrix[place * w.width() + kernel * w.channels + c], want, "{w:?}");
                if w.is_transposed() {
                    assert_eq!(turned[kernel * w.rows() + place], want, "{w:?}");
                }
            }
        }
    }

    #[test]
    fn everything_seen_is_called_once() {
        for w in windows() {
            let mut found = Vec::new();
            w.each_seen(|element, place, position| found.push([element, place, position]));
            let mut want = Vec::new();
            for (element, place) in (0..w.kernel[0] * w.kernel[1]).flat_map(|k| (0..w.rows()).map(move |p| (k, p))) {
                let map: Vec<f32> = (0..w.map[0] * w.map[1] * w.channels).map(|i| (i + 1) as f32).collect();
                let at = [place / w.places[1], place % w.places[1], element / w.kernel[1], element % w.kernel[1], 0];
                let value = seen(&w, &map, at) as usize;
                want.extend((value > 0).then(|| [element, place, (value - 1) / w.channels]));
            }
            found.sort_unstable();
            assert_eq!(found, want, "{w:?}");
        }
    }

    #[test]
    fn scatter_is_the_transpose_of_gather() {
        for w in windows() {
            let n = w.map[0] * w.map[1] * w.channels;
            let map: Vec<f32> = (0..n).map(|i| (i * 7 % 5) as f32 - 2.0).collect();
            let other: Vec<f32> = (0..w.len()).map(|i| (i * 3 % 7) as f32 - 3.0).collect();
            let (mut matrix, mut back) = (vec![0f32; w.len()], vec![0f32; n]);
            w.gather(&map, &mut matrix);
            w.scatter(&other, &mut back);
            let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
            assert_eq!(dot(&matrix, &other), dot(&map, &back), "{w:?}");
        }
    }
}
