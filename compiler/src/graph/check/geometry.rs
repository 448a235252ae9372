//! Windows over a map: kernels, strides, paddings, and the outputs that they give.

use super::fault::{Between, counted, ensure};
use crate::error::LayerFault;
use crate::graph::Geometry;
use crate::sizes::{span, sum, windows_end};

/// Names of the axes.
pub(super) const AXES: [&str; 2] = ["rows", "columns"];

/// Kernel, stride and dilation are in 1..=65535.
pub(super) fn extents(g: &Geometry) -> Result<(), LayerFault> {
    for (what, values) in [("kernel", g.kernel), ("stride", g.stride), ("dilation", g.dilation)] {
        in_reach(what, values)?;
    }
    Ok(())
}

/// Both values are in 1..=65535.
pub(super) fn in_reach(what: &'static str, values: [usize; 2]) -> Result<(), LayerFault> {
    match values.into_iter().find(|value| !(1..=65_535).contains(value)) {
        Some(value) => Err(LayerFault::Geometry { what, value }),
        None => Ok(()),
    }
}

/// Whether the output has the extents that the windows give: at least those that lie inside the map with its padding above
/// and left, at most those that start inside the map padded alike on both sides. Between them lie rounding down, rounding
/// up, and the `same` padding of other tools.
pub(super) fn windows(between: &Between<'_>, g: &Geometry) -> Result<(), LayerFault> {
    for (d, axis) in AXES.into_iter().enumerate() {
        let (extent, before, stride) = (between.input.shape[d], g.padding[d], g.stride[d]);
        let span = counted(span(g.kernel[d], g.dilation[d]))?;
        let least = counted(sum(&[extent, before]))?.checked_sub(span).map_or(1, |free| free / stride + 1);
        let most = counted(sum(&[extent, before, before]))?.div_ceil(stride);
        let found = between.output.shape[d];
        ensure((least..=most.max(least)).contains(&found), || LayerFault::Output { axis, found, least, most })?;
        let padded = counted(windows_end(found, stride, span))?.max(counted(sum(&[extent, before]))?);
        ensure(padded <= 65_535, || LayerFault::Padded { axis, found: padded })?;
    }
    Ok(())
}
