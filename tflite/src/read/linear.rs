//! Dense layers.

use super::parameters::{fused, parameters};
use super::reader::{Reader, Work};
use crate::error::{Fault, ensure};
use picoae_compiler::graph::{Geometry, QOp};

pub(super) fn linear(reader: &mut Reader, work: &Work) -> Result<(), Fault> {
    let (options, output) = (work.options()?, work.output()?);
    let filter = work.needed(1)?;
    let extent = |i: usize| filter.shape.get(i).and_then(|n| usize::try_from(*n).ok()).filter(|n| *n > 0);
    let (Some(outputs), Some(inputs), 2) = (extent(0), extent(1), filter.shape.len()) else {
        return Err(Fault::refused(format!("its weights have the shape {:?}", filter.shape), "two extents are taken"));
    };
    ensure(options.u8(1)? == 0, || "its weights are shuffled".into(), "convert the model with weights in their order")?;
    let values = work.input.len();
    let times = values / inputs;
    let fits = values.is_multiple_of(inputs) && output.len() == times.saturating_mul(outputs);
    ensure(fits, || format!("its weights {:?} do not fit its map", filter.shape), "convert the model again")?;
    let mut p = parameters(work, &filter, work.operand(2)?, [0, outputs], &output)?;
    p.range = fused(options.u8(0)?, &output)?;
    if times == 1 {
        reader.drop_reshape();
        return reader.push(QOp::Linear(p), output);
    }
    // The same layer at every position of a map: a convolution of one tap.
    let [height, width, channels] = work.input.shape;
    let everywhere = channels == inputs && output.shape == [height, width, outputs];
    ensure(
        everywhere,
        || "it takes several rows at once".into(),
        "give it the values of one position, or all of them",
    )?;
    let g = Geometry { kernel: [1, 1], stride: [1, 1], padding: [0, 0], dilation: [1, 1], groups: 1 };
    reader.push(QOp::Conv(g, p), output)
}
