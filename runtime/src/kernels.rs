//! Which kernels a program holds.
//!
//! A model that is compiled in says which kernels its stages call, a bit each, in its type. Everything that dispatches
//! asks these constant bits first, so the compiler drops the calls that no stage makes, and the linker their kernels.

use crate::forms::slide::{Loop, Store};
use crate::forms::{Form, kronecker, m0, slide, swar21};
use crate::plan::{Buffer, Op, Stage};

/// Every kernel: for models that are read while the program runs.
pub const ALL_KERNELS: u64 = u64::MAX;

// Portable operators have the bits 0 to 8: their codes less one.

/// Portable convolution with int16 weights.
const CONV_16: u32 = 9;
/// First of the bits of forms that are one kernel.
pub(crate) const FORMS: u32 = 10;
/// Differences of five int8 weights.
pub(crate) const DIFFERENCES_OF_FIVE: u32 = 15;
/// Sliding convolution of a signal; of an image; pooled; with differences.
pub(crate) const SIGNAL: u32 = 16;
pub(crate) const IMAGE: u32 = 17;
pub(crate) const POOL: u32 = 18;
pub(crate) const DIFFERENCES: u32 = 19;
/// The one-channel kernel that doubles what it stores, and the one that does not.
pub(crate) const MONO_DOUBLE: u32 = 20;
pub(crate) const MONO_SINGLE: u32 = 21;
/// First of the bits of what sliding kernels store.
const STORES: u32 = 22;
/// The one-channel kernel that stores fields.
pub(crate) const MONO_FIELDS: u32 = 29;
/// First of the bits of the sliding kernels' inner loops, of which the last are those of the Kronecker form.
const LOOPS: u32 = 30;
/// First of the eight bits of the two-lane form. No program for one processor calls both these kernels and the sliding ones,
/// so they can share bits: what is set for the other only keeps a kernel that is not called.
pub(crate) const TWO_LANES: u32 = LOOPS;
/// First of the eight bits of the form with three positions in two words, which shares them in the same way; its own bit is
/// that of a kernel that only the sliding form calls.
pub(crate) const SWAR21: u32 = LOOPS;
/// First of the bits of stored fields: rectified, by a table, both pooled.
const FIELDS: u32 = 59;
/// Convolution in vectors.
const VECTOR: u32 = 63;

/// Whether any of `kernels` is a portable operator.
pub(crate) const fn any_portable(kernels: u64) -> bool {
    kernels & ((1 << FORMS) - 1) != 0
}

/// Whether any of `kernels` reads channel pairs: without one no strip holds them.
pub(crate) const fn reads_pairs(kernels: u64) -> bool {
    has(kernels, form(Form::Slide)) || has(kernels, form(Form::Mono))
}

/// Whether any of `kernels` reads fields.
#[inline(always)]
pub(crate) const fn reads_fields(kernels: u64) -> bool {
    let loops = Loop::Kronecker as u32 + 1 - Loop::KroneckerSkip0 as u32;
    kernels >> (LOOPS + Loop::KroneckerSkip0 as u32) & ((1 << loops) - 1) != 0
}

/// The bit of an inner loop.
pub(crate) const fn inner_loop(code: Loop) -> u32 {
    LOOPS + code as u32
}

/// The bit of what stores outputs, of which the larger of each two goes on where `pooled`.
pub(crate) const fn store(store: Store, pooled: bool) -> u32 {
    let pooled = if pooled { 2 } else { 0 };
    match store {
        Store::FieldsRelu => FIELDS + pooled,
        Store::FieldsTable => FIELDS + 1 + pooled,
        _ => STORES + store as u32,
    }
}

/// Whether `kernel` is one of `kernels`.
#[inline(always)]
pub(crate) const fn has(kernels: u64, kernel: u32) -> bool {
    kernels >> kernel & 1 == 1
}

/// The portable operator's bit.
pub(crate) const fn operator(op: Op, weight_bits: u8) -> u32 {
    if matches!(op, Op::Conv) && weight_bits == 16 { CONV_16 } else { op.code() as u32 - 1 }
}

/// The bit of a form.
pub(crate) const fn form(form: Form) -> u32 {
    match form {
        Form::Slide | Form::Portable => FORMS,
        Form::Mono => FORMS + 1,
        Form::Gather => FORMS + 2,
        Form::Expand => FORMS + 3,
        Form::TwoLanes => FORMS + 4,
        Form::Swar21 => DIFFERENCES_OF_FIVE,
        Form::Vector => VECTOR,
        // There is a bit for each of its loops.
        Form::Kronecker => LOOPS + Loop::Kronecker as u32,
    }
}

/// The kernels that `stage` calls; `next` is the strip that it writes to.
pub(crate) const fn needed(stage: &Stage, data: &[u8], next: Option<&Buffer>) -> u64 {
    let (Some(op), Some(own)) = (Op::from_code(stage.op), Form::from_code(stage.form)) else { return 0 };
    match own {
        Form::Portable => 1 << operator(op, stage.weight_bits),
        Form::Slide => 1 << form(own) | slide::kernels(stage, data, next),
        Form::Mono => {
            let stores = match next {
                Some(next) if next.is_fields() => MONO_FIELDS,
                Some(next) if next.is_single() => MONO_SINGLE,
                _ => MONO_DOUBLE,
            };
            1 << form(own) | 1 << stores
        }
        Form::TwoLanes => 1 << form(own) | m0::kernels(stage),
        Form::Swar21 => 1 << form(own) | swar21::kernels(stage, data),
        Form::Kronecker => kronecker::kernels(stage, next),
        Form::Gather => 1 << form(own) | slide::gathered_kernels(stage, next),
        _ => 1 << form(own),
    }
}
