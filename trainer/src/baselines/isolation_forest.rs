//! How few random cuts set a window apart from training windows.
//!
//! Written here, since the crates at hand do not fit: one has the number of values as a constant of its type, the other takes whole numbers
//! by name, and neither takes a seed, so no run could be repeated.

use super::baseline::{Baseline, spread};
use crate::data::random::Stream;

/// Trees, and windows that each of them sees, as in the paper.
const TREES: usize = 100;
const SAMPLES: usize = 256;

/// Most training windows that trees draw from.
const MOST: usize = 100_000;

/// Most values of a window that are taken as they are, and most blocks that means and deviations are taken of else.
const RAW: usize = 64;
const BLOCKS: usize = 32;

/// Isolation forest (Liu et al. 2008, "Isolation forest"): 100 trees of 256 training windows each, cut at random values of random features until
/// windows are alone or a tree is log₂ 256 deep. The score, 0 to 1, is 2 to the power of minus the mean path through the trees, over that of an
/// unsuccessful search in a binary tree. Features are the values of a window, or of a long one (above 64 values) the mean and the standard
/// deviation of at most 32 blocks, channel by channel.
#[derive(Debug, Clone)]
pub struct IsolationForest {
    features: Features,
    trees: Vec<Vec<Node>>,
    /// Mean path of a search among the windows of a tree.
    usual: f64,
}

/// A node of a tree; its root is the first.
#[derive(Debug, Clone, Copy)]
enum Node {
    /// Values below `at` go to the node right behind this one, others to `other`.
    Cut { feature: usize, at: f64, other: usize },
    /// How long the path is that ends here, with what it would go on for.
    End { path: f64 },
}

impl IsolationForest {
    /// From training windows.
    pub fn fit(train: &[f32], d: usize, channels: usize, seed: u64) -> Self {
        let features = Features::of(d, channels);
        let points: Vec<Vec<f64>> = spread(train, d, MOST).into_iter().map(|window| features.take(window)).collect();
        let samples = SAMPLES.min(points.len());
        let depth = samples.max(1).next_power_of_two().ilog2();
        let mut random = Stream::new(seed, "baselines/isolation forest");
        let mut order: Vec<usize> = (0..points.len()).collect();
        let mut tree = || {
            // The first of a shuffle that stops there.
            for i in 0..samples {
                order.swap(i, i + random.below(points.len() - i));
            }
            let mut of: Vec<&[f64]> = order[..samples].iter().map(|i| points[*i].as_slice()).collect();
            let mut nodes = Vec::new();
            grow(&mut nodes, &mut of, 0, depth, &mut random);
            nodes
        };
        let trees = if points.is_empty() { Vec::new() } else { (0..TREES).map(|_| tree()).collect() };
        Self { features, trees, usual: search(samples) }
    }
}

impl Baseline for IsolationForest {
    fn name(&self) -> &'static str {
        "isolation forest"
    }

    fn score(&self, window: &[f32]) -> f64 {
        // One window alone has no path.
        if self.trees.is_empty() || self.usual <= 0.0 {
            return 0.0;
        }
        let point = self.features.take(window);
        let mean = self.trees.iter().map(|tree| path(tree, &point)).sum::<f64>() / self.trees.len() as f64;
        (-mean / self.usual).exp2()
    }
}

/// Appends the tree of `points`.
fn grow(nodes: &mut Vec<Node>, points: &mut [&[f64]], depth: u32, most: u32, random: &mut Stream) {
    let end = Node::End { path: f64::from(depth) + search(points.len()) };
    let ranges = if depth < most { varying(points) } else { Vec::new() };
    if ranges.is_empty() {
        nodes.push(end);
        return;
    }
    let (feature, [low, high]) = ranges[random.below(ranges.len())];
    // In (low, high], so that neither side is empty.
    let at = random.uniform([high, low]);
    points.sort_unstable_by_key(|point| point[feature] >= at);
    let below = points.partition_point(|point| point[feature] < at);
    let (below, others) = points.split_at_mut(below);
    let here = nodes.len();
    nodes.push(end);
    grow(nodes, below, depth + 1, most, random);
    nodes[here] = Node::Cut { feature, at, other: nodes.len() };
    grow(nodes, others, depth + 1, most, random);
}

/// Features that differ among points, with their ranges.
fn varying(points: &[&[f64]]) -> Vec<(usize, [f64; 2])> {
    let Some((first, others)) = points.split_first() else { return Vec::new() };
    let mut ranges: Vec<[f64; 2]> = first.iter().map(|value| [*value; 2]).collect();
    for point in others {
        ranges.iter_mut().zip(*point).for_each(|(range, value)| *range = [range[0].min(*value), range[1].max(*value)]);
    }
    ranges.into_iter().enumerate().filter(|(_, [low, high])| low < high).collect()
}

/// The path of a point through a tree.
fn path(tree: &[Node], point: &[f64]) -> f64 {
    let mut here = 0;
    loop {
        match tree[here] {
            Node::Cut { feature, at, other } => here = if point[feature] < at { here + 1 } else { other },
            Node::End { path } => return path,
        }
    }
}

/// Mean path of an unsuccessful search among `n` values in a binary tree: 2 H(n − 1) − 2 (n − 1) / n with harmonic numbers H.
fn search(n: usize) -> f64 {
    let harmonic: f64 = (1..n).map(|i| 1.0 / i as f64).sum();
    if n < 2 { 0.0 } else { 2.0 * harmonic - 2.0 * (n - 1) as f64 / n as f64 }
}

/// What trees see of a window of `d` values.
#[derive(Debug, Clone, Copy)]
struct Features {
    d: usize,
    channels: usize,
    /// Steps of a block; values are taken as they are without one.
    block: Option<usize>,
}

impl Features {
    fn of(d: usize, channels: usize) -> Self {
        let channels = channels.max(1);
        let blocks = (BLOCKS / channels).max(1);
        // The last block may be shorter.
        let block = (d > RAW).then(|| d.div_ceil(channels).div_ceil(blocks).max(1));
        Self { d, channels, block }
    }

    /// As many for each window, whatever its length.
    fn take(&self, window: &[f32]) -> Vec<f64> {
        let mut values: Vec<f64> = window.iter().map(|value| f64::from(*value)).collect();
        values.resize(self.d, 0.0);
        let Some(block) = self.block else { return values };
        let mut features = Vec::new();
        for steps in values.chunks(block * self.channels) {
            for channel in 0..self.channels {
                let of = || steps.iter().skip(channel).step_by(self.channels);
                let count = of().len().max(1) as f64;
                let mean = of().sum::<f64>() / count;
                features.extend([mean, (of().map(|v| (v - mean).powi(2)).sum::<f64>() / count).sqrt()]);
            }
        }
        features
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_searches() {
        // Two values: one comparison each. Three: 2 (1 + 1/2) − 4/3.
        assert_eq!((search(0), search(1), search(2)), (0.0, 0.0, 1.0));
        assert!((search(3) - 5.0 / 3.0).abs() < 1e-12 && (search(256) - 10.24).abs() < 0.01);
    }

    #[test]
    fn far_is_near_one_and_the_middle_below_a_half() {
        let mut random = Stream::new(9, "tests/isolation forest");
        let train: Vec<f32> = (0..2 * 1000).map(|_| random.normal(1.0) as f32).collect();
        let forest = IsolationForest::fit(&train, 2, 1, 1);
        assert!(forest.score(&[0.0, 0.0]) < 0.47, "{}", forest.score(&[0.0, 0.0]));
        assert!(forest.score(&[6.0, -6.0]) > 0.7, "{}", forest.score(&[6.0, -6.0]));
        assert!(forest.score(&[0.0, 6.0]) > forest.score(&[0.0, 2.5]));
        assert_eq!(forest.trees.len(), TREES);
        // No tree loses a window: ends of a tree that is grown without a limit hold one each.
        let points: Vec<Vec<f64>> = (0..64).map(|i| vec![f64::from(i)]).collect();
        let mut nodes = Vec::new();
        grow(&mut nodes, &mut points.iter().map(Vec::as_slice).collect::<Vec<_>>(), 0, 64, &mut random);
        assert_eq!(nodes.iter().filter(|node| matches!(node, Node::End { .. })).count(), 64);
    }

    #[test]
    fn long_windows_are_means_and_deviations_of_blocks() {
        assert_eq!(Features::of(64, 2).take(&[1.0; 64]).len(), 64);
        // 34 steps of 2 channels: 12 blocks of 3 steps, the last of 1.
        let window: Vec<f32> = (0..68).map(|i| if i % 2 == 0 { i as f32 } else { 5.0 }).collect();
        let features = Features::of(68, 2).take(&window);
        assert_eq!(features.len(), 12 * 4);
        assert!((features[1] - (8.0_f64 / 3.0).sqrt()).abs() < 1e-12);
        assert_eq!(
            (features[0], features[2], features[3], features[44..].to_vec()),
            (2.0, 5.0, 0.0, vec![66.0, 0.0, 5.0, 0.0])
        );
        assert_eq!(Features::of(5000, 1).take(&[0.0; 5000]).len(), 2 * 32);
        assert_eq!(Features::of(200, 50).take(&[0.0; 200]).len(), 2 * 50);
    }
}
