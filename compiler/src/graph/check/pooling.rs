//! Max and average pooling.

use super::fault::{Between, Work, counted, ensure, range};
use super::geometry::{AXES, extents, windows};
use super::moves;
use crate::error::LayerFault;
use crate::graph::Geometry;
use crate::sizes::{product, windows_end};

/// Positions of a window whose int8 values can be summed in 32 bits and counted in 17.
const MOST: usize = 1 << 16;

pub(super) fn max_pool(between: &Between<'_>, g: &Geometry, limits: [i32; 2]) -> Work {
    let work = pool(between, g)?;
    for d in 0..2 {
        let (padding, kernel) = (g.padding[d], g.kernel[d]);
        ensure(padding < kernel, || LayerFault::Padding { padding, kernel })?;
    }
    range(limits)?;
    Ok(work)
}

pub(super) fn avg_pool(between: &Between<'_>, g: &Geometry) -> Work {
    ensure(g.padding == [0, 0], || LayerFault::NotForThis("padding"))?;
    let work = pool(between, g)?;
    for (d, axis) in AXES.into_iter().enumerate() {
        let found = between.output.shape[d];
        let inside = counted(windows_end(found, g.stride[d], g.kernel[d]))? <= between.input.shape[d];
        let most = between.input.shape[d].checked_sub(g.kernel[d]).map_or(0, |free| free / g.stride[d] + 1);
        ensure(inside, || LayerFault::Output { axis, found, least: most, most })?;
    }
    Ok(work)
}

fn pool(between: &Between<'_>, g: &Geometry) -> Work {
    extents(g)?;
    ensure(g.dilation == [1, 1], || LayerFault::NotForThis("dilation"))?;
    ensure(g.groups == 1, || LayerFault::NotForThis("a number of groups"))?;
    moves::keeps_channels(between)?;
    moves::keeps_quantization(between)?;
    windows(between, g)?;
    let positions = counted(product(&g.kernel))?;
    ensure(positions <= MOST, || LayerFault::Window(positions))?;
    let outputs = counted(product(&between.output.shape))?;
    Ok(counted(product(&[outputs, positions]))? as u128)
}
