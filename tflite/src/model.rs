//! A model as its schema describes it, read where it is asked for.

use crate::error::{Fault, ensure};
use crate::flat::Table;
use crate::schema::{self, IDENTIFIER, code, kind, kind_name};
use picoae_compiler::graph::TensorInfo;

type Result<T> = std::result::Result<T, Fault>;

/// Most operators of a model that is taken.
const MOST_OPERATORS: usize = 4096;

/// Most tensors that an operator may have.
const MOST_OPERANDS: usize = 16;

/// Most extents of a tensor.
const MOST_EXTENTS: usize = 8;

/// Most output channels.
const MOST_CHANNELS: usize = 65_535;

/// What can be done about an input or output that is not int8.
const FULL_INT8: &str =
    "convert the model with full integer quantization, inference_input_type and inference_output_type tf.int8";

/// A model of one graph.
pub(crate) struct Model<'a> {
    root: Table<'a>,
    graph: Table<'a>,
}

/// A tensor of it.
#[derive(Debug)]
pub(crate) struct Tensor<'a> {
    pub(crate) shape: Vec<i32>,
    pub(crate) kind: u8,
    pub(crate) name: String,
    pub(crate) scales: Vec<f32>,
    pub(crate) zero_points: Vec<i64>,
    /// Which axis the scales belong to.
    pub(crate) dimension: i32,
    /// Its constant values; `None` where it is computed.
    pub(crate) constant: Option<&'a [u8]>,
}

/// An operator of it.
pub(crate) struct Operator<'a> {
    pub(crate) code: i32,
    pub(crate) inputs: Vec<i32>,
    pub(crate) outputs: Vec<i32>,
    pub(crate) options: Option<Table<'a>>,
}

impl<'a> Model<'a> {
    pub(crate) fn new(file: &'a [u8]) -> Result<Self> {
        let root = Table::root(file, IDENTIFIER)?;
        let version = root.u32(schema::model::VERSION)?;
        ensure(version == 3, || format!("its schema has version {version}"), "convert it to version 3")?;
        let graphs = root.count(schema::model::SUBGRAPHS)?;
        ensure(
            graphs == 1,
            || format!("it holds {graphs} graphs"),
            "convert a model of one function without branches",
        )?;
        let graph = root.element(schema::model::SUBGRAPHS, 0, "graph")?;
        Ok(Self { root, graph })
    }

    /// Its name: the graph's, or its description.
    pub(crate) fn name(&self) -> Result<String> {
        let name = text(self.graph.bytes(schema::subgraph::NAME)?);
        Ok(if name.is_empty() { text(self.root.bytes(schema::model::DESCRIPTION)?) } else { name })
    }

    /// The one input's and the one output's tensor.
    pub(crate) fn ends(&self) -> Result<[i32; 2]> {
        let one = |slot, what: &str| -> Result<i32> {
            let list = self.graph.i32s(slot, MOST_OPERANDS)?;
            ensure(
                list.len() == 1,
                || format!("it has {} {what}s", list.len()),
                "convert a model of one input and one output",
            )?;
            Ok(list[0])
        };
        Ok([one(schema::subgraph::INPUTS, "input")?, one(schema::subgraph::OUTPUTS, "output")?])
    }

    /// How many operators it has.
    pub(crate) fn operators(&self) -> Result<usize> {
        let count = self.graph.count(schema::subgraph::OPERATORS)?;
        let possible = (1..=MOST_OPERATORS).contains(&count);
        ensure(possible, || format!("it has {count} operators"), "a network of 1 to 4096 is taken")?;
        Ok(count)
    }

    /// What operator `i` is called.
    pub(crate) fn operator_name(&self, i: usize) -> String {
        let name = || -> Result<String> {
            let operator = self.graph.element(schema::subgraph::OPERATORS, i, "operator")?;
            let kind = self.kind_of(&operator)?;
            let code = builtin(&kind)?;
            let custom = text(kind.bytes(schema::operator_code::CUSTOM)?);
            Ok(if code == code::CUSTOM && !custom.is_empty() { custom } else { schema::operator_name(code) })
        };
        name().unwrap_or_else(|_| "of unknown kind".into())
    }

    fn kind_of(&self, operator: &Table<'a>) -> Result<Table<'a>> {
        let kind = operator.u32(schema::operator::CODE)?;
        self.root.element(schema::model::OPERATOR_CODES, kind as usize, "list of operator codes")
    }

    /// Operator `i`.
    pub(crate) fn operator(&self, i: usize) -> Result<Operator<'a>> {
        let operator = self.graph.element(schema::subgraph::OPERATORS, i, "operator")?;
        Ok(Operator {
            code: builtin(&self.kind_of(&operator)?)?,
            inputs: operator.i32s(schema::operator::INPUTS, MOST_OPERANDS)?,
            outputs: operator.i32s(schema::operator::OUTPUTS, MOST_OPERANDS)?,
            options: operator.table(schema::operator::OPTIONS, "operator's options")?,
        })
    }

    /// Tensor `i`.
    pub(crate) fn tensor(&self, i: i32) -> Result<Tensor<'a>> {
        let i = usize::try_from(i).map_err(|_| Fault::Damaged("operator's list of tensors"))?;
        let tensor = self.graph.element(schema::subgraph::TENSORS, i, "tensor")?;
        let name = text(tensor.bytes(schema::tensor::NAME)?);
        let of = |what: &str| format!("tensor `{name}` {what}");
        let sparse = tensor.has(schema::tensor::SPARSITY)?;
        ensure(!sparse, || of("is stored sparsely"), "convert the model with dense weights")?;
        let variable = tensor.u8(schema::tensor::IS_VARIABLE)? != 0;
        ensure(!variable, || of("keeps a state from run to run"), "only networks without state are taken")?;
        let quantization = tensor.table(schema::tensor::QUANTIZATION, "quantization")?;
        let (scales, zero_points, dimension) = match quantization {
            Some(q) => (
                q.f32s(schema::quantization::SCALE, MOST_CHANNELS)?,
                q.i64s(schema::quantization::ZERO_POINT, MOST_CHANNELS)?,
                q.i32(schema::quantization::DIMENSION, 0)?,
            ),
            None => (Vec::new(), Vec::new(), 0),
        };
        let constant = self.buffer(tensor.u32(schema::tensor::BUFFER)?)?;
        let kind = tensor.u8(schema::tensor::TYPE)?;
        let shape = tensor.i32s(schema::tensor::SHAPE, MOST_EXTENTS)?;
        Ok(Tensor { shape, kind, name, scales, zero_points, dimension, constant })
    }

    fn buffer(&self, i: u32) -> Result<Option<&'a [u8]>> {
        // The first buffer stands for none.
        if i == 0 {
            return Ok(None);
        }
        let buffer = self.root.element(schema::model::BUFFERS, i as usize, "list of buffers")?;
        let outside = buffer.u64(schema::buffer::OFFSET)? > 1;
        ensure(!outside, || "a constant lies behind the model".into(), "convert the model to a file below 2 GB")?;
        Ok(Some(buffer.bytes(schema::buffer::DATA)?).filter(|data| !data.is_empty()))
    }

    /// An entry of the metadata.
    pub(crate) fn metadata(&self, name: &str) -> Result<Option<&'a [u8]>> {
        for i in 0..self.root.count(schema::model::METADATA)?.min(MOST_OPERANDS) {
            let entry = self.root.element(schema::model::METADATA, i, "metadata")?;
            if entry.bytes(schema::metadata::NAME)? == name.as_bytes() {
                return self.buffer(entry.u32(schema::metadata::BUFFER)?);
            }
        }
        Ok(None)
    }
}

/// The names of a model's operators, in their order.
///
/// # Errors
/// [`crate::Error::Model`] for what is no model of one graph.
pub fn operators(file: &[u8]) -> crate::Result<Vec<String>> {
    let model = Model::new(file).map_err(crate::Error::Model)?;
    let count = model.operators().map_err(crate::Error::Model)?;
    Ok((0..count).map(|i| model.operator_name(i)).collect())
}

/// The code of an operator's kind: files before the codes outgrew a byte have it in the first field.
fn builtin(kind: &Table) -> Result<i32> {
    let old = i32::from(kind.u8(schema::operator_code::DEPRECATED_BUILTIN)? as i8);
    Ok(kind.i32(schema::operator_code::BUILTIN, 0)?.max(old))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).chars().filter(|c| !c.is_control()).collect()
}

impl Tensor<'_> {
    /// Its extents as `[height, width, channels]`, a batch of one in front of them left out.
    pub(crate) fn map(&self) -> Result<[usize; 3]> {
        let extent = |v: &i32| usize::try_from(*v).ok().filter(|v| (1..=MOST_CHANNELS).contains(v));
        let found = || format!("tensor `{}` has the shape {:?}", self.name, self.shape);
        let extents: Option<Vec<usize>> = self.shape.iter().map(extent).collect();
        match extents.as_deref() {
            Some([n]) => Ok([1, 1, *n]),
            Some([w, c]) => Ok([1, *w, *c]),
            Some([h, w, c] | [1, h, w, c]) => Ok([*h, *w, *c]),
            _ => Err(Fault::refused(found(), "maps of height, width and channels with a batch of 1 are taken")),
        }
    }

    /// Shape and quantization of an int8 activation.
    pub(crate) fn activation(&self) -> Result<TensorInfo> {
        let name = &self.name;
        ensure(self.kind == kind::INT8, || format!("tensor `{name}` is {}", kind_name(self.kind)), FULL_INT8)?;
        let one = self.scales.len() == 1 && self.zero_points.len() == 1;
        ensure(
            one,
            || format!("tensor `{name}` has {} scales", self.scales.len()),
            "an activation has one; quantize it so",
        )?;
        let zero_point = self.zero_points[0];
        let fits = (-128..=127).contains(&zero_point);
        ensure(
            fits,
            || format!("tensor `{name}` has the zero point {zero_point}"),
            "one lies in -128..=127; quantize again",
        )?;
        let zero_point = zero_point as i32;
        Ok(TensorInfo { shape: self.map()?, scale: positive(self.scales[0], name)?, zero_point })
    }

    /// The numbers of a constant int32 tensor.
    pub(crate) fn i32s(&self) -> Result<Vec<i32>> {
        let (name, bytes) = (&self.name, self.constant_of(kind::INT32)?);
        let (numbers, rest) = bytes.as_chunks();
        ensure(rest.is_empty(), || format!("tensor `{name}` ends within a number"), "convert the model again")?;
        Ok(numbers.iter().map(|b| i32::from_le_bytes(*b)).collect())
    }

    /// The bytes of a constant int8 tensor.
    pub(crate) fn i8s(&self) -> Result<&[u8]> {
        self.constant_of(kind::INT8)
    }

    fn constant_of(&self, kind: u8) -> Result<&[u8]> {
        let what = || format!("tensor `{}` is {}, not {}", self.name, kind_name(self.kind), kind_name(kind));
        ensure(self.kind == kind, what, FULL_INT8)?;
        self.constant.ok_or_else(|| {
            Fault::refused(
                format!("tensor `{}` is computed", self.name),
                "only constant weights, biases and shapes are taken",
            )
        })
    }
}

/// A scale that can be computed with.
pub(crate) fn positive(scale: f32, name: &str) -> Result<f32> {
    let fits = (1e-32..=1e12).contains(&scale);
    ensure(fits, || format!("tensor `{name}` has the scale {scale}"), "a scale lies in 1e-32..=1e12; quantize again")?;
    Ok(scale)
}
