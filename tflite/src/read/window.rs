//! Strides, dilations and paddings of windows over a map.

use crate::error::{Fault, ensure};
use crate::flat::Table;

type Result<T> = std::result::Result<T, Fault>;

/// A pair `[vertical, horizontal]` of positive numbers from the slots of its horizontal and its vertical one.
pub(super) fn pair(
    options: &Table,
    [horizontal, vertical]: [usize; 2],
    default: i32,
    what: &str,
) -> Result<[usize; 2]> {
    let of = |slot| -> Result<usize> {
        let value = options.i32(slot, default)?;
        let fits = (1..=65_535).contains(&value);
        ensure(fits, || format!("its {what} is {value}"), "1 to 65535 is taken; convert the model again")?;
        Ok(value as usize)
    };
    Ok([of(vertical)?, of(horizontal)?])
}

/// How a map is padded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Padding {
    /// So that there is a window for each stride.
    Same,
    /// Not at all.
    Valid,
}

impl Padding {
    /// By its code.
    pub(super) fn of(code: u8) -> Result<Self> {
        match code {
            0 => Ok(Self::Same),
            1 => Ok(Self::Valid),
            _ => Err(Fault::refused(format!("its padding has the code {code}"), "SAME and VALID are taken")),
        }
    }

    /// Number of windows of `span` positions along an axis of `extent`, and the positions padded in front; `None` without a window.
    pub(crate) fn windows(self, extent: usize, span: usize, stride: usize) -> Option<[usize; 2]> {
        match self {
            Self::Same => {
                let windows = extent.div_ceil(stride);
                let end = windows.checked_sub(1)?.checked_mul(stride)?.checked_add(span)?;
                Some([windows, end.saturating_sub(extent) / 2])
            }
            Self::Valid => Some([extent.checked_sub(span)? / stride + 1, 0]),
        }
    }
}
