//! Activation tensors.

use crate::sizes::product;

/// Shape and quantization of an activation tensor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TensorInfo {
    /// `[height, width, channels]`.
    pub shape: [usize; 3],
    /// Step between neighbouring values, in real units.
    pub scale: f32,
    /// The value that means 0, in [−128, 127].
    pub zero_point: i32,
}

impl TensorInfo {
    /// Number of values; `usize::MAX` where they are more than can be counted.
    pub fn len(&self) -> usize {
        product(&self.shape).unwrap_or(usize::MAX)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The int8 value of a real one: scaled, rounded with ties away from zero, clamped.
    pub fn quantize(&self, real: f32) -> i8 {
        picoae::quantize(real, self.scale, self.zero_point)
    }

    /// The real value of an int8 one.
    pub fn dequantize(&self, q: i8) -> f32 {
        self.scale * (i32::from(q) - self.zero_point) as f32
    }
}
