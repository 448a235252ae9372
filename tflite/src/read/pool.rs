//! Max and average pooling.

use super::conv::placed;
use super::parameters::fused;
use super::reader::{Reader, Work};
use super::window::pair;
use crate::error::{Fault, ensure};
use crate::padding::Padding;
use crate::tables;
use picoae_compiler::graph::{Geometry, QOp, TensorInfo};

type Result<T> = std::result::Result<T, Fault>;

/// Geometry, range and output of a pooling.
fn pooling(work: &Work) -> Result<(Geometry, [i32; 2], TensorInfo)> {
    let (options, output) = (work.options()?, work.output()?);
    let mut g = Geometry {
        kernel: pair(&options, [3, 4], 0, "window")?,
        stride: pair(&options, [1, 2], 0, "stride")?,
        padding: [0, 0],
        dilation: [1, 1],
        groups: 1,
    };
    let kept = (output.scale, output.zero_point) == (work.input.scale, work.input.zero_point);
    ensure(kept, || "its output has another quantization than its input".into(), "put a QUANTIZE behind the pooling")?;
    placed(Padding::of(options.u8(0)?)?, &work.input, &output, &mut g)?;
    Ok((g, fused(options.u8(5)?, &output)?, output))
}

pub(super) fn max_pool(reader: &mut Reader, work: &Work) -> Result<()> {
    let (mut g, range, output) = pooling(work)?;
    if let Some(padding) = reader.take_padding() {
        ensure(g.padding == [0, 0], || "its map is padded twice".into(), "use VALID padding behind a PADV2")?;
        g.padding = padding;
    }
    reader.push(QOp::MaxPool(g, range), output)
}

pub(super) fn avg_pool(reader: &mut Reader, work: &Work) -> Result<()> {
    let (g, range, output) = pooling(work)?;
    let inside = (0..2).all(|d| (output.shape[d] - 1) * g.stride[d] + g.kernel[d] <= work.input.shape[d]);
    ensure(inside, || "its windows reach beyond their map".into(), "use VALID padding, or PAD and then VALID")?;
    reader.push(QOp::AvgPool(g), output)?;
    if range == [-128, 127] { Ok(()) } else { reader.push(QOp::Table(tables::limited(range)), output) }
}
