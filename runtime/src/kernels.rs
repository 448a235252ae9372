//! Which kernels a program holds.
//!
//! A model that is compiled in says which kernels its stages call, a bit each, in its type. Everything that dispatches
//! asks these constant bits first, so the compiler drops the calls that no stage makes, and the linker their kernels.

use crate::forms::{Form, m0, slide};
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
pub(crate) const STORES: u32 = 22;
/// First of the bits of the sliding kernels' inner loops.
pub(crate) const LOOPS: u32 = 30;
/// First of the bits of the two-lane form.
pub(crate) const TWO_LANES: u32 = 52;
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
        Form::Vector => VECTOR,
    }
}

/// The kernels that `stage` calls; `next` is the strip that it writes to.
pub(crate) const fn needed(stage: &Stage, data: &[u8], next: Option<&Buffer>) -> u64 {
    let (Some(op), Some(own)) = (Op::from_code(stage.op), Form::from_code(stage.form)) else { return 0 };
    match own {
        Form::Portable => 1 << operator(op, stage.weight_bits),
        Form::Slide => 1 << form(own) | slide::kernels(stage, data, next),
        Form::Mono => {
            let single = matches!(next, Some(next) if next.is_single());
            1 << form(own) | 1 << if single { MONO_SINGLE } else { MONO_DOUBLE }
        }
        Form::TwoLanes => 1 << form(own) | m0::kernels(stage),
        Form::Gather => 1 << form(own) | slide::gathered_kernels(stage, next),
        _ => 1 << form(own),
    }
}
