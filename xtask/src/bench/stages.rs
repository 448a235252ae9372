//! What a plan says of its stages: names, multiply-accumulates, bytes.

use std::path::Path;

use picoae::Model;
use picoae::plan::{Header, Op, Phase, Stage};

use super::figures;

/// One entry a stage, without what has to be measured. `folder` holds the artifact's other form, which names the layers.
pub(crate) fn describe(model: &Model<'_>, artifact: &[u8], folder: &Path) -> Vec<figures::Stage> {
    let names = layer_names(folder);
    let data = data(model, artifact);
    let one = |(index, stage): (usize, &Stage)| figures::Stage {
        name: names.get(index).cloned().unwrap_or_else(|| operator(stage).to_owned()),
        macs: macs(stage, data),
        arena_bytes: (stage.input.bytes() + stage.scratch_bytes as usize) as u64,
        flash_data_bytes: [stage.phases, stage.weights, stage.bias, stage.scales, stage.table]
            .iter()
            .map(|span| u64::from(span.bytes))
            .sum(),
        ..figures::Stage::default()
    };
    model.stages().iter().enumerate().map(one).collect()
}

fn operator(stage: &Stage) -> &'static str {
    Op::from_code(stage.op).map_or("unknown", Op::name)
}

/// The comments in front of the stage records of `device.rs`: `// operator: layers`.
fn layer_names(folder: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join("device.rs")).unwrap_or_default();
    let comment = |line: &str| line.trim().strip_prefix("// ").map(str::to_owned);
    let inside = text.lines().skip_while(|line| !line.starts_with("static STAGES")).take_while(|line| *line != "];");
    inside.filter_map(comment).collect()
}

/// The constant data of an artifact: behind JSON, header and stages.
fn data<'a>(model: &Model<'_>, artifact: &'a [u8]) -> &'a [u8] {
    let json = artifact.first_chunk::<8>().map_or(0, |length| u64::from_le_bytes(*length) as usize);
    let start = 8 + json + size_of::<Header>() + size_of_val(model.stages());
    artifact.get(start..).unwrap_or_default()
}

/// Multiply-accumulates of a stage, those with padding included.
fn macs(stage: &Stage, data: &[u8]) -> u64 {
    let weights = u64::from(stage.weights.bytes) * 8 / u64::from(stage.weight_bits.max(1));
    match Op::from_code(stage.op) {
        Some(Op::Linear | Op::Expand) => weights,
        Some(Op::Conv) => {
            let (down, across) = (u64::from(stage.phases_h.max(1)), u64::from(stage.phases_w.max(1)));
            let rows = u64::from(stage.out_height) * u64::from(stage.pool_h.max(1));
            let columns = u64::from(stage.out_width) * u64::from(stage.pool_w.max(1));
            let channels = u64::from(stage.input.channels / stage.groups.max(1)) * u64::from(stage.out_channels);
            // Outputs of each remainder: as many as there are indices that leave it.
            let share = |all: u64, phases: u64, phase: u64| (all + phases - 1 - phase) / phases;
            let start = stage.phases.offset as usize;
            let bytes = data.get(start..start + stage.phases.bytes as usize).unwrap_or_default();
            bytes
                .chunks_exact(size_of::<Phase>())
                .map(bytemuck::pod_read_unaligned::<Phase>)
                .zip(0_u64..)
                .map(|(phase, index)| {
                    let taps = u64::from(phase.taps_h) * u64::from(phase.taps_w);
                    share(rows, down, index / across) * share(columns, across, index % across) * taps * channels
                })
                .sum()
        }
        _ => 0,
    }
}
