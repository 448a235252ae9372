//! Convolution: PyTorch's `Conv1d` and `Conv2d`.

use super::extent::{counted, ensure, ensure_channels, ensure_positive};
use super::{LayerSpec, WeightShapes};
use crate::error::SpecFault;
use crate::sizes::{span, windows_end};
use serde::{Deserialize, Serialize};

/// Convolution with bias; weight `[out, in / groups, kh, kw]` (`[out, in / groups, k]` in one dimension).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conv {
    /// Input channels.
    pub input: usize,
    /// Output channels.
    pub output: usize,
    /// Kernel extents.
    pub kernel: [usize; 2],
    /// Stride.
    pub stride: [usize; 2],
    /// Zero padding on both sides of each axis.
    pub padding: [usize; 2],
    /// Distance between neighbouring taps, 1 where they touch.
    #[serde(default = "ones", skip_serializing_if = "is_ones")]
    pub dilation: [usize; 2],
    /// Channel groups: output group `g` sees input group `g` alone.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub groups: usize,
}

fn ones() -> [usize; 2] {
    [1, 1]
}

fn is_ones(v: &[usize; 2]) -> bool {
    *v == [1, 1]
}

fn one() -> usize {
    1
}

fn is_one(v: &usize) -> bool {
    *v == 1
}

impl Conv {
    /// A convolution whose taps touch and whose every output sees all input channels.
    pub fn dense(input: usize, output: usize, kernel: [usize; 2], stride: [usize; 2], padding: [usize; 2]) -> Self {
        Self { input, output, kernel, stride, padding, dilation: [1, 1], groups: 1 }
    }
}

impl LayerSpec for Conv {
    fn label(&self) -> &'static str {
        "Conv"
    }

    fn is_spatial(&self) -> bool {
        true
    }

    fn output_shape(&self, [c, h, w]: [usize; 3]) -> Result<[usize; 3], SpecFault> {
        ensure_channels(self.input, c)?;
        ensure_positive(self.kernel, "a kernel")?;
        ensure_positive(self.stride, "a stride")?;
        ensure_positive(self.dilation, "a dilation")?;
        let divides =
            self.groups > 0 && self.input.is_multiple_of(self.groups) && self.output.is_multiple_of(self.groups);
        let Self { input, output, groups, .. } = *self;
        ensure(divides, || SpecFault::Groups { groups, input, output })?;
        let mut out = [self.output, 0, 0];
        for (axis, extent) in [h, w].into_iter().enumerate() {
            let padded = counted(self.padding[axis].checked_mul(2).and_then(|p| p.checked_add(extent)))?;
            let span = counted(span(self.kernel[axis], self.dilation[axis]))?;
            ensure(span <= padded, || SpecFault::Kernel { kernel: self.kernel, span, padded })?;
            out[axis + 1] = (padded - span) / self.stride[axis] + 1;
        }
        Ok(out)
    }

    fn weight_shapes(&self, one_dimensional: bool) -> Option<WeightShapes> {
        let weight = spatial(self.output, self.input / self.groups.max(1), self.kernel, one_dimensional);
        Some(WeightShapes { weight, bias: vec![self.output] })
    }

    fn input_roi(&self, axis: usize, outputs: usize) -> Option<usize> {
        let end = windows_end(outputs, self.stride[axis], span(self.kernel[axis], self.dilation[axis])?)?;
        Some(end.saturating_sub(self.padding[axis]))
    }

    fn makes_values(&self) -> bool {
        true
    }
}

/// Extents of a kernel's weights.
pub(super) fn spatial(first: usize, second: usize, kernel: [usize; 2], one_dimensional: bool) -> Vec<usize> {
    if one_dimensional { vec![first, second, kernel[1]] } else { vec![first, second, kernel[0], kernel[1]] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dilation_spreads_the_kernel_and_groups_narrow_it() {
        let conv = Conv { dilation: [1, 4], groups: 2, ..Conv::dense(4, 6, [1, 3], [1, 2], [0, 4]) };
        // 20 samples and 8 of padding; the kernel spans 9.
        assert_eq!(conv.output_shape([4, 1, 20]).unwrap(), [6, 1, 10]);
        assert_eq!(conv.weight_shapes(true).unwrap().weight, [6, 2, 3]);
        // The last of 3 outputs starts at 2 · 2 − 4 = 0 and ends behind 9.
        assert_eq!(conv.input_roi(1, 3), Some(9));
        assert!(conv.output_shape([4, 1, 0]).is_err());
        assert!(Conv { groups: 3, ..conv.clone() }.output_shape([4, 1, 20]).is_err());
        assert!(Conv { dilation: [0, 1], ..conv.clone() }.output_shape([4, 1, 20]).is_err());
        assert!(Conv { padding: [0, usize::MAX / 2 + 1], ..conv.clone() }.output_shape([4, 1, 20]).is_err());
        assert!(Conv { dilation: [1, usize::MAX], ..conv }.output_shape([4, 1, 20]).is_err());
    }

    #[test]
    fn descriptions_without_dilation_and_groups_read_as_before() {
        let text = r#"{"input":1,"output":2,"kernel":[1,3],"stride":[1,1],"padding":[0,1]}"#;
        let conv = Conv::dense(1, 2, [1, 3], [1, 1], [0, 1]);
        assert_eq!(serde_json::from_str::<Conv>(text).unwrap(), conv);
        assert_eq!(serde_json::to_string(&conv).unwrap(), text);
        let wide = Conv { dilation: [1, 2], ..conv };
        assert_eq!(serde_json::from_str::<Conv>(&serde_json::to_string(&wide).unwrap()).unwrap(), wide);
    }
}
