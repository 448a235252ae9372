//! Integer arithmetic of the kernels: from int32 accumulators to int8 values, in the forms that different processors like, all
//! with the definition's bits.

mod fused_requant;
mod high_mul_requant;
mod mulh_requant;
mod requantize;
mod scale;
#[cfg(any(test, picoae_armv6m))]
mod split_multiplier;

pub(crate) use fused_requant::Digits;
pub use fused_requant::FusedRequant;
pub use high_mul_requant::HighMulRequant;
pub use mulh_requant::MulhRequant;
pub use requantize::{quantize, requantize};
pub use scale::Scale;
#[cfg(picoae_armv6m)]
pub(crate) use split_multiplier::SplitMultiplier;
