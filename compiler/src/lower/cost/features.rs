//! What a stage does, as numbers that its instructions are linear in.

use picoae::plan::params::swar16::Swar16Params;
use picoae::plan::{Header, Kernel, Operator, Stage};

/// Number of [`Features`].
pub const FEATURES: usize = 7;

/// What a stage does in one inference: multiply-accumulates; outputs; output channels times calls of a kernel; calls of a
/// kernel that makes a few positions in all channels (portable convolutions: windows; poolings: values looked at); tiles;
/// activations packed; bytes of weights expanded.
pub type Features = [f64; FEATURES];

/// What `stage` does; `data`: the plan's constants.
pub fn of_stage(stage: &Stage, data: &[u8]) -> Features {
    let macs = stage.multiply_accumulates(data) as f64;
    let outputs = outputs(stage);
    let tiles = tiles(stage);
    let channels = f64::from(stage.out_channels);
    match Kernel::from_code(stage.kernel) {
        // Activations are packed once for all channels; weights that are no words are expanded for every tile.
        Some(Kernel::Swar16) => {
            let bytes = f64::from(Swar16Params::of(&stage.parameters).weights.bytes);
            [macs, outputs, 0.0, 0.0, tiles, macs / channels.max(1.0), bytes * tiles]
        }
        Some(Kernel::Swar21) => [macs, outputs, 0.0, 0.0, tiles, macs / channels.max(1.0), 0.0],
        Some(Kernel::Portable) | None => [macs, outputs, 0.0, portable_windows(stage), tiles, 0.0, 0.0],
        Some(_) => {
            let calls = calls(stage, tiles);
            [macs, outputs, channels * calls, calls, tiles, 0.0, 0.0]
        }
    }
}

/// What happens between the stages: samples in and out are outputs here.
pub fn between(header: &Header, stages: &[Stage]) -> Features {
    let samples = (header.input.len() + header.output.len()) as f64;
    [0.0, samples, 0.0, 0.0, stages.iter().map(tiles).sum(), 0.0, 0.0]
}

fn outputs(stage: &Stage) -> f64 {
    f64::from(stage.out_height) * f64::from(stage.out_width) * f64::from(stage.out_channels)
}

fn tiles(stage: &Stage) -> f64 {
    (f64::from(stage.out_height) / f64::from(stage.tile.max(1))).ceil()
}

/// Windows of a portable convolution, values that a portable pooling looks at.
fn portable_windows(stage: &Stage) -> f64 {
    match Operator::from_code(stage.operator) {
        Some(Operator::Conv) => {
            let conv = stage.conv();
            outputs(stage) * f64::from(conv.pool_h) * f64::from(conv.pool_w)
        }
        Some(Operator::MaxPool | Operator::AvgPool) => {
            let pool = stage.window();
            outputs(stage) * f64::from(pool.kernel_h) * f64::from(pool.kernel_w)
        }
        _ => 0.0,
    }
}

/// How often a kernel is called that makes a few positions in all channels.
fn calls(stage: &Stage, tiles: f64) -> f64 {
    let conv = stage.conv();
    let positions = |extent: f64, most: f64| (extent / most).ceil();
    if stage.input.is_signal() {
        tiles * positions(f64::from(stage.tile) * f64::from(conv.pool_h), 6.0)
    } else {
        f64::from(stage.out_height) * positions(f64::from(stage.out_width), 7.0)
    }
}
