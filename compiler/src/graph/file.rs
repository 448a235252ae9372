//! `quantized.safetensors`: the integer network as a portable, complete file.
//!
//! Each layer's tensors are `NAME.weight` (I8), `NAME.bias` (I32), `NAME.multiplier` (I32), `NAME.shift` (I32) or
//! `NAME.table` (I8); the metadata entry `picoae` describes layers, geometry, scales and zero points in JSON.

use super::{Geometry, Limits, Parameters, QGraph, QLayer, QOp, Scale, TensorInfo};
use crate::error::{Error, FileFault, Result};
use crate::files::{self, TensorBytes};
use safetensors::{Dtype, SafeTensors};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::Path;

const KEY: &str = "picoae";
const CONTENT: &str = "a quantized network";
const FORMAT: &str = "picoae quantized 1";

/// Most bytes of a file beside the network's own: its description.
const DESCRIPTION_BYTES: u64 = 1 << 24;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileTensor {
    shape: [usize; 3],
    scale: f32,
    zero_point: i32,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type", deny_unknown_fields)]
enum FileOp {
    Conv {
        kernel: [usize; 2],
        stride: [usize; 2],
        padding: [usize; 2],
        dilation: [usize; 2],
        groups: usize,
        range: [i32; 2],
    },
    ConvTranspose {
        kernel: [usize; 2],
        stride: [usize; 2],
        padding: [usize; 2],
        range: [i32; 2],
    },
    Linear {
        range: [i32; 2],
    },
    Table,
    MaxPool {
        kernel: [usize; 2],
        stride: [usize; 2],
        padding: [usize; 2],
        range: [i32; 2],
    },
    AvgPool {
        kernel: [usize; 2],
        stride: [usize; 2],
    },
    Upsample {
        factor: [usize; 2],
    },
    Pad {
        sides: [usize; 4],
    },
    Trim,
    Reshape,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileLayer {
    name: String,
    op: FileOp,
    output: FileTensor,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileGraph {
    format: String,
    name: String,
    input: FileTensor,
    encoder_layers: usize,
    layers: Vec<FileLayer>,
}

fn tensor_to_file(t: &TensorInfo) -> FileTensor {
    FileTensor { shape: t.shape, scale: t.scale, zero_point: t.zero_point }
}

fn tensor_from_file(t: &FileTensor) -> TensorInfo {
    TensorInfo { shape: t.shape, scale: t.scale, zero_point: t.zero_point }
}

impl QOp {
    fn to_file(&self) -> FileOp {
        match self {
            Self::Conv(g, p) => FileOp::Conv {
                kernel: g.kernel,
                stride: g.stride,
                padding: g.padding,
                dilation: g.dilation,
                groups: g.groups,
                range: p.range,
            },
            Self::ConvTranspose(g, p) => {
                FileOp::ConvTranspose { kernel: g.kernel, stride: g.stride, padding: g.padding, range: p.range }
            }
            Self::Linear(p) => FileOp::Linear { range: p.range },
            Self::Table(_) => FileOp::Table,
            Self::MaxPool(g, range) => {
                FileOp::MaxPool { kernel: g.kernel, stride: g.stride, padding: g.padding, range: *range }
            }
            Self::AvgPool(g) => FileOp::AvgPool { kernel: g.kernel, stride: g.stride },
            Self::Upsample(factor) => FileOp::Upsample { factor: *factor },
            Self::Pad(sides) => FileOp::Pad { sides: *sides },
            Self::Trim => FileOp::Trim,
            Self::Reshape => FileOp::Reshape,
        }
    }

    /// The parameters of a layer that has some.
    pub fn parameters(&self) -> Option<&Parameters> {
        match self {
            Self::Conv(_, p) | Self::ConvTranspose(_, p) | Self::Linear(p) => Some(p),
            _ => None,
        }
    }
}

fn ints(name: String, values: &[i32]) -> TensorBytes<'static> {
    let bytes = values.iter().flat_map(|v| v.to_le_bytes()).collect();
    TensorBytes { name: name.into(), dtype: Dtype::I32, shape: vec![values.len()], bytes }
}

fn bytes(name: String, shape: Vec<usize>, values: &[i8]) -> TensorBytes<'static> {
    TensorBytes { name: name.into(), dtype: Dtype::I8, shape, bytes: bytemuck::cast_slice(values).to_vec().into() }
}

impl QGraph {
    /// Writes the network.
    ///
    /// # Errors
    /// [`Error::Io`] with the path.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let mut entries = Vec::new();
        for (i, layer) in self.layers.iter().enumerate() {
            let name = &layer.name;
            if let QOp::Table(table) = &layer.op {
                entries.push(bytes(format!("{name}.table"), vec![256], table));
            }
            let Some(p) = layer.op.parameters() else { continue };
            let shape = match &layer.op {
                QOp::Conv(g, _) | QOp::ConvTranspose(g, _) => {
                    vec![layer.output.shape[2], g.kernel[0], g.kernel[1], self.input_of(i).shape[2] / g.groups]
                }
                _ => vec![layer.output.len(), self.input_of(i).len()],
            };
            entries.push(bytes(format!("{name}.weight"), shape, &p.weights));
            entries.push(ints(format!("{name}.bias"), &p.bias));
            let of = |f: fn(&Scale) -> i32| p.scales.iter().map(f).collect::<Vec<_>>();
            entries.push(ints(format!("{name}.multiplier"), &of(|s| s.multiplier)));
            entries.push(ints(format!("{name}.shift"), &of(|s| s.shift)));
        }
        let description = FileGraph {
            format: FORMAT.into(),
            name: self.name.clone(),
            input: tensor_to_file(&self.input),
            encoder_layers: self.encoder_layers,
            layers: self
                .layers
                .iter()
                .map(|l| FileLayer { name: l.name.clone(), op: l.op.to_file(), output: tensor_to_file(&l.output) })
                .collect(),
        };
        let json = serde_json::to_string(&description)
            .map_err(|source| Error::Description { path: path.as_ref().to_path_buf(), source })?;
        let about = HashMap::from([(KEY.to_string(), json)]);
        let out = files::safetensors(entries, about).map_err(Error::safetensors(&path, CONTENT))?;
        files::write_atomic(path, out)
    }

    /// Reads a network that is no larger than the limits' defaults.
    ///
    /// # Errors
    /// As [`QGraph::load_within`].
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        Self::load_within(path, &Limits::default())
    }

    /// Reads a network that is no larger than `limits`.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::Safetensors`], [`Error::Description`] or [`Error::Content`] when the file is not a quantized
    /// network, naming what is missing or wrong;
    /// [`Error::Network`] when its layers do not fit together or are more than `limits` allow.
    pub fn load_within(path: impl AsRef<Path>, limits: &Limits) -> Result<Self> {
        let path = path.as_ref();
        Self::parse(&files::read_at_most(path, limits.bytes.saturating_add(DESCRIPTION_BYTES))?, path, limits)
    }

    /// The network in the bytes of such a file, no larger than the limits' defaults; `path` is for the message.
    ///
    /// # Errors
    /// As [`QGraph::load_within`].
    pub fn from_bytes(raw: &[u8], path: impl AsRef<Path>) -> Result<Self> {
        Self::parse(raw, path.as_ref(), &Limits::default())
    }

    fn parse(raw: &[u8], path: &Path, limits: &Limits) -> Result<Self> {
        let (_, metadata) = SafeTensors::read_metadata(raw).map_err(Error::safetensors(path, CONTENT))?;
        let json = metadata
            .metadata()
            .as_ref()
            .and_then(|m| m.get(KEY))
            .ok_or_else(|| Error::content(path, FileFault::NoDescription(KEY)))?;
        let file: FileGraph =
            serde_json::from_str(json).map_err(|source| Error::Description { path: path.to_path_buf(), source })?;
        if file.format != FORMAT {
            return Err(Error::content(path, FileFault::Format { found: file.format, expected: FORMAT }));
        }
        let tensors = SafeTensors::deserialize(raw).map_err(Error::safetensors(path, CONTENT))?;
        let reader = Reader { path, tensors };
        let mut layers: Vec<QLayer> = Vec::new();
        for layer in file.layers {
            let op = reader.op(&layer)?;
            layers.push(QLayer { name: layer.name, op, output: tensor_from_file(&layer.output) });
        }
        let graph =
            Self { name: file.name, input: tensor_from_file(&file.input), layers, encoder_layers: file.encoder_layers };
        graph.check(limits).map_err(|source| Error::Network { path: path.to_path_buf(), source })?;
        Ok(graph)
    }
}

struct Reader<'a> {
    path: &'a Path,
    tensors: SafeTensors<'a>,
}

impl Reader<'_> {
    fn raw(&self, name: &str, dtype: Dtype, expected: &'static str) -> Result<&[u8]> {
        let missing = |_| Error::content(self.path, FileFault::Missing(name.into()));
        let view = self.tensors.tensor(name).map_err(missing)?;
        if view.dtype() != dtype {
            let (name, found) = (name.into(), view.dtype());
            return Err(Error::content(self.path, FileFault::Type { name, found, expected }));
        }
        Ok(view.data())
    }

    fn bytes(&self, name: &str) -> Result<Vec<i8>> {
        Ok(bytemuck::cast_slice(self.raw(name, Dtype::I8, "I8")?).to_vec())
    }

    fn ints(&self, name: &str) -> Result<Vec<i32>> {
        Ok(self.raw(name, Dtype::I32, "I32")?.as_chunks::<4>().0.iter().map(|b| i32::from_le_bytes(*b)).collect())
    }

    fn parameters(&self, name: &str, range: [i32; 2]) -> Result<Parameters> {
        let multipliers = self.ints(&format!("{name}.multiplier"))?;
        let shifts = self.ints(&format!("{name}.shift"))?;
        if multipliers.len() != shifts.len() {
            return Err(Error::content(self.path, FileFault::Shifts(name.into())));
        }
        let scales =
            multipliers.into_iter().zip(shifts).map(|(multiplier, shift)| Scale { multiplier, shift }).collect();
        Ok(Parameters {
            weights: self.bytes(&format!("{name}.weight"))?,
            bias: self.ints(&format!("{name}.bias"))?,
            scales,
            range,
        })
    }

    fn op(&self, layer: &FileLayer) -> Result<QOp> {
        let name = &layer.name;
        let geometry = |kernel, stride, padding| Geometry { kernel, stride, padding, dilation: [1, 1], groups: 1 };
        Ok(match layer.op {
            FileOp::Conv { kernel, stride, padding, dilation, groups, range } => {
                QOp::Conv(Geometry { kernel, stride, padding, dilation, groups }, self.parameters(name, range)?)
            }
            FileOp::ConvTranspose { kernel, stride, padding, range } => {
                QOp::ConvTranspose(geometry(kernel, stride, padding), self.parameters(name, range)?)
            }
            FileOp::Linear { range } => QOp::Linear(self.parameters(name, range)?),
            FileOp::Table => QOp::Table(self.bytes(&format!("{name}.table"))?),
            FileOp::MaxPool { kernel, stride, padding, range } => {
                QOp::MaxPool(geometry(kernel, stride, padding), range)
            }
            FileOp::AvgPool { kernel, stride } => QOp::AvgPool(geometry(kernel, stride, [0, 0])),
            FileOp::Upsample { factor } => QOp::Upsample(factor),
            FileOp::Pad { sides } => QOp::Pad(sides),
            FileOp::Trim => QOp::Trim,
            FileOp::Reshape => QOp::Reshape,
        })
    }
}
