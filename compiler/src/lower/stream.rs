//! A network for endless streams: over a map so long that its end is never seen.

use super::settings::{Options, StreamOptions};
use crate::error::{Error, Result};
use crate::graph::QGraph;
use std::borrow::Cow;

/// Longest and shortest quarter of a map. What waits for its reconstruction is less than a quarter.
const LONGEST: usize = 16_000;
const SHORTEST: usize = 2048;

/// The network whose plan is made: `graph` itself where windows are scored one by one.
///
/// # Errors
/// [`Error::Invalid`] where the network is none of a stream, or the hop is none of it.
pub(super) fn network<'g>(graph: &'g QGraph, options: &Options) -> Result<Cow<'g, QGraph>> {
    let Some(StreamOptions { hop, .. }) = options.stream else { return Ok(Cow::Borrowed(graph)) };
    if !graph.is_one_dimensional() {
        // Its refusal.
        return graph.stretched(1).map(Cow::Owned);
    }
    let window = steps(graph);
    let [down, up] = graph.strides();
    if hop == 0 || !hop.is_multiple_of(down) || hop > window {
        return Err(Error::invalid(format!(
            "a stream's hop of {hop} steps: expected a multiple of {down}, which is the network's stride, and at most the window's {window}"
        )));
    }
    if usize::from(options.segment) >= window {
        return Err(Error::invalid(format!(
            "a window of {window} steps is too short for a stream: a segment has {}",
            options.segment
        )));
    }
    // Behind half of the map branches, pairs of rows and poolings begin alike.
    let alike = 2 * least_common_multiple(down, up);
    let quarter = window.max(SHORTEST).next_multiple_of(alike);
    if quarter > LONGEST {
        return Err(Error::invalid(format!(
            "a window of {window} steps is too long for a stream: {LONGEST} is the longest"
        )));
    }
    Ok(Cow::Owned(graph.stretched(4 * quarter)?))
}

/// Steps of a network's window.
pub(super) fn steps(graph: &QGraph) -> usize {
    graph.input.shape[1]
}

fn least_common_multiple(a: usize, b: usize) -> usize {
    let (mut x, mut y) = (a, b);
    while y != 0 {
        (x, y) = (y, x % y);
    }
    a / x.max(1) * b
}
