//! Convolutions, plain and transposed.

use super::fault::{Between, Work, counted, ensure};
use super::geometry::{AXES, extents, windows};
use super::parameters;
use crate::error::LayerFault;
use crate::graph::{Geometry, Parameters};
use crate::sizes::{product, sum, windows_end};

/// Most kinds of output positions that a transposed convolution may have: as many small convolutions it becomes.
const BRANCHES: usize = 4096;

pub(super) fn conv(between: &Between<'_>, g: &Geometry, p: &Parameters) -> Work {
    let (input, output) = (between.input.shape[2], between.output.shape[2]);
    extents(g)?;
    let divides = g.groups > 0 && input.is_multiple_of(g.groups) && output.is_multiple_of(g.groups);
    ensure(divides, || LayerFault::Groups { groups: g.groups, input, output })?;
    windows(between, g)?;
    let weights = counted(product(&[output, g.kernel[0], g.kernel[1], input / g.groups]))?;
    parameters::check(p, weights, output)?;
    let [height, width, _] = between.output.shape;
    Ok(counted(product(&[height, width, weights]))? as u128)
}

pub(super) fn conv_transpose(between: &Between<'_>, g: &Geometry, p: &Parameters) -> Work {
    let (input, output) = (between.input.shape, between.output.shape);
    extents(g)?;
    ensure(g.dilation == [1, 1], || LayerFault::NotForThis("dilation"))?;
    ensure(g.groups == 1, || LayerFault::NotForThis("a number of groups"))?;
    let mut taps = [0, 0];
    let mut branches = [0, 0];
    for (d, axis) in AXES.into_iter().enumerate() {
        // Other tools let the output end up to a stride behind the last position that is reached.
        let reached = counted(windows_end(input[d], g.stride[d], g.kernel[d]))?;
        let most = counted(sum(&[reached, g.stride[d]]))?.saturating_sub(g.padding[d]);
        ensure(output[d] <= most, || LayerFault::Output { axis, found: output[d], least: 1, most })?;
        taps[d] = g.kernel[d].div_ceil(g.stride[d]);
        branches[d] = g.stride[d].min(output[d]);
    }
    ensure(product(&branches).is_some_and(|branches| branches <= BRANCHES), || LayerFault::Branches(g.stride))?;
    let weights = counted(product(&[output[2], g.kernel[0], g.kernel[1], input[2]]))?;
    parameters::check(p, weights, output[2])?;
    // By input positions, or by output positions where more of those are asked for than are reached.
    let scattered = counted(product(&[input[0], input[1], weights]))?;
    let gathered = counted(product(&[output[0], output[1], taps[0], taps[1], input[2], output[2]]))?;
    Ok(scattered.max(gathered) as u128)
}
