//! The memory below the stack, which a guard forbids.

/// Start of the forbidden region, a multiple of its size.
pub(super) const BASE: usize = 0x8100_0000;
/// Bytes of it.
pub(super) const SIZE: usize = 16 << 20;
