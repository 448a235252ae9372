//! Operator cases with known results: one JSON file a case, as `tests/fixtures/vectors/README.md` describes.

use picoae_compiler::graph::{Geometry, Parameters, QGraph, QLayer, QOp, Scale, TensorInfo};
use serde::Deserialize;
use std::path::Path;

/// A case: a network of one layer, inputs and what they must become.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its name.
    pub name: String,
    /// The layer.
    pub graph: QGraph,
    /// Inputs, one behind the other.
    pub inputs: Vec<i8>,
    /// Outputs, one behind the other.
    pub expected: Vec<i8>,
}

#[derive(Deserialize)]
struct File {
    name: String,
    op: String,
    input_n: usize,
    input_h: usize,
    input_w: usize,
    input_c: usize,
    filter_h: usize,
    filter_w: usize,
    output_h: usize,
    output_w: usize,
    output_c: usize,
    stride_h: usize,
    stride_w: usize,
    pad_h: usize,
    pad_w: usize,
    dilation_h: usize,
    dilation_w: usize,
    #[serde(default)]
    groups: Option<usize>,
    input_offset: i32,
    output_offset: i32,
    #[serde(default)]
    filter_offset: i32,
    act_min: i32,
    act_max: i32,
    weights: Option<Vec<i8>>,
    bias: Option<Vec<i32>>,
    multipliers: Option<Vec<i32>>,
    shifts: Option<Vec<i32>>,
    input: Vec<i8>,
    expected: Vec<i8>,
}

/// Reads a case.
///
/// # Errors
/// A line that says what is wrong, or why the case cannot run.
pub fn read(path: &Path) -> Result<Case, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let f: File = serde_json::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))?;
    let geometry = Geometry {
        kernel: [f.filter_h, f.filter_w],
        stride: [f.stride_h, f.stride_w],
        padding: [f.pad_h, f.pad_w],
        dilation: [f.dilation_h, f.dilation_w],
        groups: f.groups.unwrap_or(1),
    };
    let parameters = || -> Result<Parameters, String> {
        if f.filter_offset != 0 {
            return Err(format!("weights with a zero point ({}) are outside the specification", f.filter_offset));
        }
        let multipliers = f.multipliers.clone().ok_or("no multipliers")?;
        let shifts = f.shifts.clone().ok_or("no shifts")?;
        Ok(Parameters {
            weights: f.weights.clone().ok_or("no weights")?,
            bias: f.bias.clone().unwrap_or_else(|| vec![0; f.output_c]),
            scales: multipliers.iter().zip(&shifts).map(|(m, s)| Scale { multiplier: *m, shift: *s }).collect(),
            range: [f.act_min, f.act_max],
        })
    };
    let op = match f.op.as_str() {
        "conv" => QOp::Conv(geometry, parameters()?),
        "transpose_conv" => QOp::ConvTranspose(geometry, parameters()?),
        "fully_connected" => QOp::Linear(parameters()?),
        "max_pool" => QOp::MaxPool(geometry, [f.act_min, f.act_max]),
        other => return Err(format!("there is no operator `{other}`")),
    };
    let linear = matches!(op, QOp::Linear(_));
    let shape = if linear { [1, 1, f.output_c] } else { [f.output_h, f.output_w, f.output_c] };
    let input = TensorInfo { shape: [f.input_h, f.input_w, f.input_c], scale: 1.0, zero_point: -f.input_offset };
    let output = TensorInfo { shape, scale: 1.0, zero_point: f.output_offset };
    let layers = vec![QLayer { name: f.op.clone(), op, output }];
    let graph = QGraph { name: f.name.clone(), input, layers, encoder_layers: 1 };
    if f.input.len() != graph.input.len() * f.input_n || f.expected.len() != output.len() * f.input_n {
        return Err(format!("{}: lengths do not fit the shapes", path.display()));
    }
    Ok(Case { name: f.name, graph, inputs: f.input, expected: f.expected })
}

/// The case files of a folder, sorted.
///
/// # Errors
/// A line that names the folder.
pub fn files(folder: &Path) -> Result<Vec<std::path::PathBuf>, String> {
    let entries = std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut files: Vec<_> = entries.flatten().map(|e| e.path()).collect();
    files.retain(|p| p.extension().is_some_and(|e| e == "json"));
    files.sort();
    Ok(files)
}
