//! `conv_kronecker`: the convolution of a signal with three taps, two products at a time in each of both factors (Kronecker substitution).
//!
//! With z = 2²², a word of two rows times a word of two weights is (x₀ + x₁·z)·(w₂ + w₁·z) = x₀w₂ + (x₀w₁ + x₁w₂)·z + x₁w₁·z²:
//! four products of one 64-bit multiplication. Summed over the channels, the fields of 22, 22 and 20 bits stay apart as
//! long as each sum is within its field, which the compiler checks with the actual weights: for values of −128 to 127,
//! Σ|w₀| + |w₂| ≤ 12,288 in the lowest, Σ|w₀| + |w₁| + |w₂| < 16,384 in the middle, Σ|w₁| < 4,096 in the highest. A sum that starts at
//! 2²¹ − 2¹⁹, 2²¹ and 2¹⁹ in the fields has none below 0, so they are taken out without a borrow.
//!
//! Words X₀ to X₃ hold eight rows s₀ to s₇. Three sums, of Xᵢ·w₀ + Xᵢ₊₁·(w₂ + w₁·z), have in their fields
//! w₀s₂ᵢ + w₂s₂ᵢ₊₂ (an output but for w₁s₂ᵢ₊₁), the whole output of the rows s₂ᵢ₊₁ to s₂ᵢ₊₃, and w₁s₂ᵢ₊₃, which the next sum lacks. A tile
//! of six rows so completes an output of the one before it, and leaves its last whole output and its last part to the next
//! (the *carry*, two words a channel): its outputs lag two behind its rows, and pairs of outputs stay pairs for a pooling and
//! for fields behind.
//!
//! The bodies are those of `conv_dsp`; here is which calls make a tile.

use crate::kernel_set::KernelSet;
use crate::kernels::conv_dsp::Calls;
use crate::kernels::conv_dsp::abi::{Call, TapShape, Tile};
use crate::kernels::task::Task;
use crate::plan::params::conv_kronecker::{KroneckerParams, LAG, ROWS, store};
use crate::plan::row_layout::RowLayout;

/// Makes `rows` rows.
pub(crate) fn run<K: KernelSet>(task: &mut Task<'_>, layout: &RowLayout, rows: usize) {
    let (stage, params) = (task.stage, KroneckerParams::of(&task.stage.parameters));
    let b = &stage.input;
    let pool = stage.conv().pool_h as usize;
    let Some(store) = store(stage, layout) else { return };
    let mut call = Call::new(b, layout, store, params.scales, params.table);
    call.taps = TapShape::Kronecker;
    call.column = layout.pitch;
    call.pool = pool;
    call.stride = call.planes * 8;
    call.carry = stage.scratch.offset as usize;
    // In positions before the pooling, counted from the first tile's outputs that are none.
    let at = if task.y > 0 { task.y * pool + LAG } else { 0 };
    let row = b.offset as usize + (at - task.base) * 2;
    let Some(mut calls) = Calls::new::<K>(&call, task.arena, task.data) else { return };
    let mut tile = Tile { weights: params.weights.offset as usize, row, out: layout.at, outputs: 0, is_first: at == 0 };
    let mut left = rows;
    while left > 0 {
        let new = if tile.is_first { ROWS - LAG } else { ROWS };
        // The pooling is 1 or 2 in a checked plan.
        tile.outputs = (if pool == 2 { new / 2 } else { new }).min(left);
        calls.make::<K>(&tile);
        left -= tile.outputs;
        tile.row += ROWS * 2;
        tile.out += tile.outputs * call.column;
        tile.is_first = false;
    }
}
