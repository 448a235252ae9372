//! Estimates what a plan costs on its target, to choose among plans.
//!
//! An estimate is linear in what a stage does ([`Features`]): multiply-accumulates, outputs, calls of a kernel, tiles. The rates
//! ([`rates`]) are fitted to counted instructions, a table an instruction set; a test compares the estimates with the
//! counts.

mod rates;

use picoae::plan::params::conv_dsp::ConvDspParams;
use picoae::plan::params::swar16::{Packing, Swar16Params};
use picoae::plan::params::swar21::Swar21Params;
use picoae::plan::{Kernel, Operator, Stage};
pub(crate) use rates::{ARMV6M, ARMV7EM, RV32IM, SAMPLE};

/// Number of [`Features`].
const FEATURES: usize = 7;

/// What a stage does in one inference, as numbers: multiply-accumulates; outputs; output channels times calls of a kernel; calls of a
/// kernel that makes a few positions in all channels; tiles; activations packed; bytes of weights expanded.
pub(crate) type Features = [f64; FEATURES];

/// Instructions for each of the features, by class of kernel.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RateTable {
    /// By [`Class`], in the order of its variants.
    by_class: [Features; Class::COUNT],
}

/// Kernels that cost alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    ConvDspSignalWide,
    ConvDspSignal,
    ConvDspStep2,
    ConvDspImage,
    /// Little lies between two channels, which is loaded with them.
    KroneckerNear,
    /// Not planned yet, or in one instruction more.
    KroneckerApart,
    KroneckerFar,
    Conv1dC1,
    Im2col,
    DenseToMap,
    Simd16,
    Swar16DualPhase,
    Swar16Words,
    Swar16Expanded,
    Swar21,
    Swar21Direct,
    PortableProducts,
    PortableMoves,
}

impl Class {
    const COUNT: usize = 18;

    fn of(stage: &Stage) -> Self {
        let signal = stage.input.is_signal();
        match Kernel::from_code(stage.kernel) {
            Some(Kernel::ConvDsp) if signal && ConvDspParams::of(&stage.parameters).weight_bits == 16 => {
                Self::ConvDspSignalWide
            }
            Some(Kernel::ConvDsp) if signal => Self::ConvDspSignal,
            Some(Kernel::ConvDsp) if stage.conv().step_w > 1 => Self::ConvDspStep2,
            Some(Kernel::ConvDsp) => Self::ConvDspImage,
            Some(Kernel::ConvKronecker) => match stage.input.plane {
                16 | 20 | 24 => Self::KroneckerNear,
                4 | 28 => Self::KroneckerApart,
                _ => Self::KroneckerFar,
            },
            Some(Kernel::Conv1dC1Pool2) => Self::Conv1dC1,
            Some(Kernel::Im2colFewChannels) => Self::Im2col,
            Some(Kernel::DenseToMapOneScale) => Self::DenseToMap,
            Some(Kernel::Simd16) => Self::Simd16,
            Some(Kernel::Swar16) => match Packing::from_code(Swar16Params::of(&stage.parameters).packing) {
                Some(Packing::DualPhase) => Self::Swar16DualPhase,
                Some(Packing::Words) => Self::Swar16Words,
                _ => Self::Swar16Expanded,
            },
            Some(Kernel::Swar21) if Swar21Params::of(&stage.parameters).direct != 0 => Self::Swar21Direct,
            Some(Kernel::Swar21) => Self::Swar21,
            _ => match Operator::from_code(stage.operator) {
                Some(Operator::Conv | Operator::Linear | Operator::DenseToMap) => Self::PortableProducts,
                _ => Self::PortableMoves,
            },
        }
    }
}

/// Estimated instructions of a stage in one inference, by a table of rates.
pub(crate) fn of_stage(stage: &Stage, data: &[u8], table: &RateTable) -> f64 {
    let rates = table.by_class[Class::of(stage) as usize];
    features(stage, data).iter().zip(rates).map(|(feature, rate)| feature * rate).sum()
}

/// What `stage` does.
pub(crate) fn features(stage: &Stage, data: &[u8]) -> Features {
    let macs = stage.multiply_accumulates(data) as f64;
    let outputs = f64::from(stage.out_height) * f64::from(stage.out_width) * f64::from(stage.out_channels);
    let tiles = (f64::from(stage.out_height) / f64::from(stage.tile.max(1))).ceil();
    let channels = f64::from(stage.out_channels);
    if stage.kernel == Kernel::Swar16.code() {
        // Activations are packed once for all channels; weights that are no words are expanded for every tile.
        let bytes = f64::from(Swar16Params::of(&stage.parameters).weights.bytes);
        return [macs, outputs, 0.0, 0.0, tiles, macs / channels.max(1.0), bytes * tiles];
    }
    if stage.kernel == Kernel::Swar21.code() {
        return [macs, outputs, 0.0, 0.0, tiles, macs / channels.max(1.0), 0.0];
    }
    let calls = calls(stage, tiles);
    [macs, outputs, channels * calls, calls, tiles, 0.0, 0.0]
}

/// How often a kernel is called that makes a few positions in all channels; the windows of a portable convolution.
fn calls(stage: &Stage, tiles: f64) -> f64 {
    let is_conv = stage.operator == Operator::Conv.code();
    let conv = stage.conv();
    if stage.kernel == Kernel::Portable.code() {
        let windows = f64::from(stage.out_height) * f64::from(stage.out_width) * f64::from(stage.out_channels);
        return if is_conv { windows * f64::from(conv.pool_h) * f64::from(conv.pool_w) } else { 0.0 };
    }
    let positions = |extent: f64, most: f64| (extent / most).ceil();
    if stage.input.is_signal() {
        tiles * positions(f64::from(stage.tile) * f64::from(conv.pool_h), 6.0)
    } else {
        f64::from(stage.out_height) * positions(f64::from(stage.out_width), 7.0)
    }
}
