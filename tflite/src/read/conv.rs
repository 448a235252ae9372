//! Convolutions: plain and grouped, depthwise, transposed.

use super::parameters::{fused, parameters};
use super::reader::{Reader, Work};
use super::window::pair;
use crate::error::{Fault, ensure};
use crate::padding::Padding;
use picoae_compiler::graph::{Geometry, QOp, TensorInfo};

type Result<T> = std::result::Result<T, Fault>;

/// The four extents of a filter.
fn extents(shape: &[i32]) -> Result<[usize; 4]> {
    let extents: Vec<usize> = shape.iter().filter_map(|n| usize::try_from(*n).ok().filter(|n| *n > 0)).collect();
    let four = <[usize; 4]>::try_from(extents).ok().filter(|_| shape.len() == 4);
    four.ok_or_else(|| Fault::refused(format!("its filter has the shape {shape:?}"), "four positive extents are taken"))
}

/// What the windows make, with their padding in front; it must be what the output has.
pub(super) fn placed(padding: Padding, input: &TensorInfo, output: &TensorInfo, g: &mut Geometry) -> Result<()> {
    for d in 0..2 {
        let span = (g.kernel[d] - 1).checked_mul(g.dilation[d]).and_then(|reach| reach.checked_add(1));
        let windows = span.and_then(|span| padding.windows(input.shape[d], span, g.stride[d]));
        let [count, before] = windows.ok_or_else(|| {
            Fault::refused("its window is larger than its map", "use a smaller kernel or SAME padding")
        })?;
        let found = output.shape[d];
        ensure(
            count == found,
            || format!("its output has the extent {found}, its geometry gives {count}"),
            "convert it again",
        )?;
        g.padding[d] = before;
    }
    Ok(())
}

/// The geometry of a convolution, whose dilation stands at `dilation` of its options.
fn geometry(
    work: &Work,
    output: &TensorInfo,
    kernel: [usize; 2],
    dilation: [usize; 2],
    groups: usize,
) -> Result<Geometry> {
    let options = work.options()?;
    let stride = pair(&options, [1, 2], 0, "stride")?;
    let dilation = pair(&options, dilation, 1, "dilation")?;
    let mut g = Geometry { kernel, stride, padding: [0, 0], dilation, groups };
    placed(Padding::of(options.u8(0)?)?, &work.input, output, &mut g)?;
    Ok(g)
}

pub(super) fn conv(reader: &mut Reader, work: &Work) -> Result<()> {
    let (options, output) = (work.options()?, work.output()?);
    let filter = work.needed(1)?;
    let [outputs, kh, kw, per_group] = extents(&filter.shape)?;
    let channels = work.input.shape[2];
    let divides = channels.is_multiple_of(per_group) && output.shape[2] == outputs;
    ensure(divides, || format!("its filter {:?} does not fit its map", filter.shape), "convert the model again")?;
    let g = geometry(work, &output, [kh, kw], [4, 5], channels / per_group)?;
    let mut p = parameters(work, &filter, work.operand(2)?, [0, outputs], &output)?;
    p.range = fused(options.u8(3)?, &output)?;
    reader.push(QOp::Conv(g, p), output)
}

pub(super) fn depthwise(reader: &mut Reader, work: &Work) -> Result<()> {
    let (options, output) = (work.options()?, work.output()?);
    let filter = work.needed(1)?;
    let [one, kh, kw, outputs] = extents(&filter.shape)?;
    let channels = work.input.shape[2];
    let divides = one == 1 && outputs.is_multiple_of(channels) && output.shape[2] == outputs;
    ensure(divides, || format!("its filter {:?} does not fit its map", filter.shape), "convert the model again")?;
    let g = geometry(work, &output, [kh, kw], [5, 6], channels)?;
    let mut p = parameters(work, &filter, work.operand(2)?, [3, outputs], &output)?;
    // From channels innermost to channels outermost.
    let taps = kh * kw;
    p.weights = (0..outputs * taps).map(|i| p.weights[i % taps * outputs + i / taps]).collect();
    p.range = fused(options.u8(4)?, &output)?;
    reader.push(QOp::Conv(g, p), output)
}

pub(super) fn transposed(reader: &mut Reader, work: &Work) -> Result<()> {
    let (options, output) = (work.options()?, work.output()?);
    let filter = work.needed(1)?;
    let [outputs, kh, kw, inputs] = extents(&filter.shape)?;
    let fits = inputs == work.input.shape[2] && outputs == output.shape[2];
    ensure(fits, || format!("its filter {:?} does not fit its map", filter.shape), "convert the model again")?;
    let fused = options.u8(3)?;
    ensure(fused == 0, || "it has a fused activation".into(), "make the activation an operator of its own")?;
    let (kernel, stride) = ([kh, kw], pair(&options, [1, 2], 0, "stride")?);
    let padding = Padding::of(options.u8(0)?)?;
    let mut before = [0, 0];
    for d in 0..2 {
        // What is cut off in front is what a convolution from the output to the input would pad.
        before[d] = match padding {
            Padding::Valid => 0,
            Padding::Same => padding.windows(output.shape[d], kernel[d], stride[d]).map_or(0, |[_, before]| before),
        };
    }
    let p = parameters(work, &filter, work.operand(3)?, [0, outputs], &output)?;
    let g = Geometry { kernel, stride, padding: before, dilation: [1, 1], groups: 1 };
    reader.push(QOp::ConvTranspose(g, p), output)
}
