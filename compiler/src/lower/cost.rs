//! Estimates what a plan costs on its target, to choose among plans.
//!
//! An estimate is linear in what a stage does: multiply-accumulates, outputs, channels times calls of a kernel, tiles. The
//! coefficients are fits to the executed instructions that `cargo xtask bench-device` counts; a test compares the
//! estimates with those counts.

use super::{Lowered, Target};
use picoae::Form;
use picoae::plan::{Op, Packing, Phase, Stage};

/// Instructions for each of what a stage does.
#[derive(Debug, Clone, Copy)]
struct Rates {
    mac: f64,
    output: f64,
    /// An output channel of a call.
    channel: f64,
    /// A call of a kernel that makes a few positions in all channels.
    call: f64,
    /// A tile, with what the engine does around it.
    tile: f64,
}

/// Estimated instructions of one inference.
pub(super) fn instructions(lowered: &Lowered, target: Target) -> f64 {
    let samples = lowered.header.input.len() as f64 + lowered.header.output.len() as f64;
    lowered.stages.iter().map(|stage| of_stage(stage, lowered.data(), target)).sum::<f64>() + 18.0 * samples
}

/// Estimated instructions of a stage in one inference.
pub(super) fn of_stage(stage: &Stage, data: &[u8], target: Target) -> f64 {
    let outputs = f64::from(stage.out_height) * f64::from(stage.out_width) * f64::from(stage.out_channels);
    let tiles = (f64::from(stage.out_height) / f64::from(stage.tile.max(1))).ceil();
    if stage.form == Form::TwoLanes.code() {
        return two_lanes(stage, macs(stage, data), outputs, tiles);
    }
    let calls = calls(stage, tiles);
    let rates = rates(stage, target);
    rates.mac * macs(stage, data)
        + rates.output * outputs
        + (rates.channel * f64::from(stage.out_channels) + rates.call) * calls
        + rates.tile * tiles
}

fn rates(stage: &Stage, target: Target) -> Rates {
    let rate = |mac, output, channel, call, tile| Rates { mac, output, channel, call, tile };
    let op = Op::from_code(stage.op);
    let signal = stage.input.is_signal();
    match (Form::from_code(stage.form), target) {
        (Some(Form::Slide), _) if signal && stage.weight_bits == 16 => rate(0.65, 4.5, 24.0, 110.0, 880.0),
        (Some(Form::Slide), _) if signal => rate(0.84, 5.0, 24.0, 110.0, 880.0),
        (Some(Form::Slide), _) if stage.step_w > 1 => rate(0.79, 6.0, 30.0, 110.0, 880.0),
        (Some(Form::Slide), _) => rate(0.64, 6.0, 30.0, 110.0, 880.0),
        (Some(Form::Kronecker), _) => {
            // Where little lies between two channels, it is loaded with them.
            let mac = match stage.input.plane {
                16 | 20 | 24 => 0.445,
                // Not planned yet, or in one instruction more.
                4 | 28 => 0.5,
                _ => 0.556,
            };
            rate(mac, 4.5, 70.0, 110.0, 880.0)
        }
        (Some(Form::Mono), _) => rate(1.4, 1.5, 2.0, 0.0, 1200.0),
        (Some(Form::Gather), _) => rate(1.3, 6.0, 20.0, 110.0, 4000.0),
        (Some(Form::Expand), _) => rate(8.0, 14.0, 0.0, 0.0, 880.0),
        (Some(Form::Vector), _) => rate(0.4, 3.0, 0.0, 0.0, 900.0),
        (_, Target::CortexM0) => match op {
            Some(Op::Conv | Op::Linear | Op::Expand) => rate(11.5, 222.0, 0.0, 60.0, 1200.0),
            _ => rate(0.0, 30.0, 0.0, 0.0, 1200.0),
        },
        _ => match op {
            Some(Op::Conv | Op::Linear | Op::Expand) => rate(6.0, 110.0, 0.0, 40.0, 880.0),
            _ => rate(0.0, 20.0, 0.0, 0.0, 880.0),
        },
    }
}

/// The two-lane form also packs activations, once for all channels, and expands weights that are no words for every tile.
/// Two phases in the lanes take the activations as they are.
fn two_lanes(stage: &Stage, macs: f64, outputs: f64, tiles: f64) -> f64 {
    let packing = (stage.extra[0] >> 2) & 3;
    let (mac, packed, expanded) = if packing == Packing::Phases.code() {
        (4.2, 0.0, 0.0)
    } else if packing == Packing::Words.code() {
        (1.75, 2.5, 0.0)
    } else {
        (2.0, 2.5, f64::from(stage.weights.bytes) * tiles)
    };
    let packed = packed * macs / f64::from(stage.out_channels.max(1));
    mac * macs + packed + 42.0 * outputs + 3.0 * expanded + 2000.0 * tiles
}

/// How often a kernel is called that makes a few positions in all channels; the windows of a portable convolution.
fn calls(stage: &Stage, tiles: f64) -> f64 {
    if stage.form == Form::Portable.code() {
        let windows = f64::from(stage.out_height) * f64::from(stage.out_width) * f64::from(stage.out_channels);
        let pooled = f64::from(stage.pool_h) * f64::from(stage.pool_w);
        return if stage.op == Op::Conv.code() { windows * pooled } else { 0.0 };
    }
    let positions = |extent: u16, most: f64| (f64::from(extent) / most).ceil();
    if stage.input.is_signal() {
        tiles * positions(stage.tile * stage.pool_h, 6.0)
    } else {
        f64::from(stage.out_height) * positions(stage.out_width, 7.0)
    }
}

/// Multiply-accumulates of a stage in one inference.
pub(super) fn macs(stage: &Stage, data: &[u8]) -> f64 {
    let outputs = f64::from(stage.out_height) * f64::from(stage.out_width) * f64::from(stage.out_channels);
    match Op::from_code(stage.op) {
        Some(Op::Conv) => {
            let span = stage.phases;
            let raw = &data[span.offset as usize..(span.offset + span.bytes) as usize];
            let phases: Vec<Phase> = raw.chunks_exact(size_of::<Phase>()).map(bytemuck::pod_read_unaligned).collect();
            let taps: f64 = phases.iter().map(|p| f64::from(p.taps_h) * f64::from(p.taps_w)).sum();
            let positions = outputs * f64::from(stage.pool_h) * f64::from(stage.pool_w) / phases.len().max(1) as f64;
            positions * taps * f64::from(stage.input.channels) / f64::from(stage.groups.max(1))
        }
        Some(Op::Linear) => {
            f64::from(stage.input.height) * stage.input.row_len() as f64 * f64::from(stage.out_channels)
        }
        Some(Op::Expand) => outputs * f64::from(stage.input.channels),
        _ => 0.0,
    }
}
