//! What makes any window length divide: zeros behind it, cut off the reconstruction.

use super::stack::Stack;
use crate::error::{ArchitectureError, SpecFault};
use crate::spec::Layer;
use crate::spec::layers::{Trim, ZeroPad};

/// Pads the input behind its end to multiples of `factors` `[vertical, horizontal]`.
pub(super) fn pad(stack: &mut Stack, factors: [usize; 2], key: &'static str) -> Result<(), ArchitectureError> {
    let [_, height, width] = stack.shape();
    let mut missing = [0; 2];
    for (axis, extent) in [height, width].into_iter().enumerate() {
        let factor = factors[axis];
        if factor == 0 || factor > extent {
            let expected =
                format!("at most the {extent} positions of the axis in all; use a smaller {key} or a longer window");
            return Err(stack.fault(SpecFault::Key { key, value: format!("{factor} in all"), expected }));
        }
        missing[axis] = extent.div_ceil(factor).saturating_mul(factor) - extent;
    }
    if missing != [0, 0] {
        stack.push(Layer::ZeroPad(ZeroPad { sides: [0, missing[0], 0, missing[1]] }))?;
    }
    Ok(())
}

/// Keeps what the input has, where there is more.
pub(super) fn crop(stack: &mut Stack, [_, height, width]: [usize; 3]) -> Result<(), ArchitectureError> {
    if stack.shape()[1..] != [height, width] {
        stack.push(Layer::Trim(Trim { size: [height, width] }))?;
    }
    Ok(())
}
