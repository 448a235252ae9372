//! Windows over a map, as an operator pads it.

use crate::error::Fault;

type Result<T> = std::result::Result<T, Fault>;

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
    pub(crate) fn of(code: u8) -> Result<Self> {
        match code {
            0 => Ok(Self::Same),
            1 => Ok(Self::Valid),
            _ => Err(Fault::refused(format!("its padding has the code {code}"), "SAME and VALID are taken")),
        }
    }

    /// Number of windows of `span` positions along an axis of `extent`, and the positions padded in front; `None`
    /// without a window.
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
