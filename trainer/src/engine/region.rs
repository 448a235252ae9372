//! Which part of every map the reconstruction depends on.

use picoae_compiler::spec::LayerInfo;

/// For the output of each layer the `[height, width]` of its top-left part that the last layer's output depends on. A
/// [`Layer::Trim`](picoae_compiler::spec::Layer::Trim) is what makes it smaller than the whole.
pub(crate) fn live_regions(layers: &[LayerInfo<'_>]) -> Vec<[usize; 2]> {
    let mut regions = vec![[0, 0]; layers.len()];
    let Some(last) = layers.last() else { return regions };
    let mut need = [last.output[1], last.output[2]];
    for (region, info) in regions.iter_mut().zip(layers).rev() {
        *region = need;
        let whole = [info.input[1], info.input[2]];
        need = std::array::from_fn(|axis| info.layer.input_roi(axis, need[axis], whole[axis]));
    }
    regions
}

#[cfg(test)]
mod tests {
    use super::*;
    use picoae_compiler::spec::{digits, timeseries};

    #[test]
    fn digits_needs_little_of_its_decoder() {
        let net = digits();
        let regions = live_regions(&net.layers().unwrap());
        let rows: Vec<usize> = regions.iter().map(|r| r[0]).collect();
        // Behind: 4 of 7 rows after the first transposed convolution, 7 of 13, 14 of 27, 28 of 55; 5 of 7 in front.
        assert_eq!(rows, [28, 28, 14, 14, 7, 7, 7, 1, 1, 1, 5, 4, 4, 7, 7, 14, 14, 28, 28, 28]);
        assert!(regions.iter().all(|r| r[0] == r[1]));
    }

    #[test]
    fn without_a_trim_everything_is_alive() {
        let net = timeseries();
        let layers = net.layers().unwrap();
        for (region, info) in live_regions(&layers).iter().zip(&layers) {
            assert_eq!(*region, [info.output[1], info.output[2]]);
        }
    }
}
