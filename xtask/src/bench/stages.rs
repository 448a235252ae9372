//! What a plan says of its stages: names, multiply-accumulates, bytes.

use std::path::Path;

use picoae::Model;
use picoae::plan::{Header, Operator, Stage};

use super::figures;

/// One entry a stage, without what has to be measured. `folder` holds the artifact's other form, which names the layers.
pub(crate) fn describe(model: &Model<'_>, artifact: &[u8], folder: &Path) -> Vec<figures::Stage> {
    let names = layer_names(folder);
    let data = data(model, artifact);
    let one = |(index, stage): (usize, &Stage)| figures::Stage {
        name: names.get(index).cloned().unwrap_or_else(|| operator(stage).to_owned()),
        macs: stage.multiply_accumulates(data),
        arena_bytes: (stage.input.bytes() + stage.scratch.bytes as usize) as u64,
        flash_data_bytes: stage.spans().map(|span| u64::from(span.bytes)).sum(),
        ..figures::Stage::default()
    };
    model.stages().iter().enumerate().map(one).collect()
}

fn operator(stage: &Stage) -> &'static str {
    Operator::from_code(stage.operator).map_or("unknown", Operator::name)
}

/// The comments in front of the stage records of `device.rs`: `// operator: layers`.
fn layer_names(folder: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join("device.rs")).unwrap_or_default();
    let comment = |line: &str| line.trim().strip_prefix("// ").map(str::to_owned);
    let inside = text.lines().skip_while(|line| !line.starts_with("static STAGES")).take_while(|line| *line != "];");
    inside.filter_map(comment).collect()
}

/// The constant data of an artifact: behind JSON, header and stages.
pub(crate) fn data<'a>(model: &Model<'_>, artifact: &'a [u8]) -> &'a [u8] {
    let json = artifact.first_chunk::<8>().map_or(0, |length| u64::from_le_bytes(*length) as usize);
    let start = 8 + json + size_of::<Header>() + size_of_val(model.stages());
    artifact.get(start..).unwrap_or_default()
}
