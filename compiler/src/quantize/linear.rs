//! Fully connected layers: one weight scale for all outputs, since they have many and little to gain from one each.

use super::parameters::{Around, Trained};
use crate::graph::QOp;

/// `[out][in]` in the order in which values lie on the device: `from` and `to` are the `[c, h, w]` of the maps whose
/// flattened values are its input and output.
pub(super) fn linear(trained: &Trained<'_>, around: &Around<'_>, from: [usize; 3], to: [usize; 3]) -> QOp {
    let outputs = trained.bias.len();
    let inputs = trained.weight.len() / outputs.max(1);
    let rows: Vec<Vec<f32>> = (0..outputs)
        .map(|o| {
            let row = &trained.weight[from_hwc(o, to) * inputs..][..inputs];
            (0..inputs).map(|i| row[from_hwc(i, from)]).collect()
        })
        .collect();
    let bias: Vec<f32> = (0..outputs).map(|o| trained.bias[from_hwc(o, to)]).collect();
    QOp::Linear(around.one_scale(&rows, &bias))
}

/// Where value `i` of a map in order `[h][w][c]` stands in order `[c][h][w]`.
fn from_hwc(i: usize, [c, h, w]: [usize; 3]) -> usize {
    let (channel, position) = (i % c, i / c);
    channel * h * w + position
}
