//! The model as it grows: tensors, buffers, operators.

use crate::flat::{Node, Value, finish};
use crate::schema::{
    IDENTIFIER, buffer, kind, metadata, model, operator, operator_code, quantization, subgraph, tensor,
};
use picoae_compiler::graph::TensorInfo;

/// An operator's code, its version for int8, and the kind of its options.
pub(crate) type Kind = (i32, i32, u8);

/// A model that is being written.
pub(crate) struct File {
    tensors: Vec<Node>,
    buffers: Vec<Node>,
    operators: Vec<Node>,
    kinds: Vec<Kind>,
    /// The tensor that was made last.
    current: i32,
}

/// Four extents with a batch of one.
pub(crate) fn extents([height, width, channels]: [usize; 3]) -> Vec<i32> {
    [1, height, width, channels].map(|n| i32::try_from(n).unwrap_or(i32::MAX)).to_vec()
}

impl File {
    pub(crate) fn new(input: &TensorInfo) -> Self {
        let mut file = Self {
            tensors: Vec::new(),
            buffers: vec![Node::new()],
            operators: Vec::new(),
            kinds: Vec::new(),
            current: 0,
        };
        file.activation("input", input);
        file
    }

    /// The tensor that was made last.
    pub(crate) fn current(&self) -> i32 {
        self.current
    }

    fn tensor(
        &mut self,
        name: &str,
        shape: Vec<i32>,
        kind: u8,
        buffer: u32,
        scales: Vec<f32>,
        zero: i64,
        axis: i32,
    ) -> i32 {
        let mut node: Node = vec![
            (tensor::SHAPE, Value::I32s(shape)),
            (tensor::TYPE, Value::U8(kind)),
            (tensor::BUFFER, Value::U32(buffer)),
            (tensor::NAME, Value::Text(name.into())),
        ];
        if !scales.is_empty() {
            let zeros = vec![zero; scales.len()];
            let q: Node = vec![
                (quantization::SCALE, Value::F32s(scales)),
                (quantization::ZERO_POINT, Value::I64s(zeros)),
                (quantization::DIMENSION, Value::I32(axis)),
            ];
            node.push((tensor::QUANTIZATION, Value::Table(q)));
        }
        self.tensors.push(node);
        self.tensors.len() as i32 - 1
    }

    fn buffer(&mut self, bytes: Vec<u8>) -> u32 {
        self.buffers.push(vec![(buffer::DATA, Value::Bytes(bytes))]);
        self.buffers.len() as u32 - 1
    }

    /// An int8 tensor that is computed.
    fn activation(&mut self, name: &str, info: &TensorInfo) -> i32 {
        self.shaped(name, extents(info.shape), info)
    }

    fn shaped(&mut self, name: &str, shape: Vec<i32>, info: &TensorInfo) -> i32 {
        self.tensor(name, shape, kind::INT8, 0, vec![info.scale], i64::from(info.zero_point), 0)
    }

    /// A constant int8 tensor; its scales belong to `axis`.
    pub(crate) fn weights(
        &mut self,
        name: &str,
        shape: Vec<i32>,
        values: impl Iterator<Item = i8>,
        scales: Vec<f32>,
        zero: i32,
        axis: i32,
    ) -> i32 {
        let buffer = self.buffer(values.map(|v| v as u8).collect());
        self.tensor(name, shape, kind::INT8, buffer, scales, i64::from(zero), axis)
    }

    /// A constant int32 tensor of the given shape.
    pub(crate) fn numbers(&mut self, name: &str, shape: Vec<i32>, values: &[i32], scales: Vec<f32>) -> i32 {
        let buffer = self.buffer(values.iter().flat_map(|v| v.to_le_bytes()).collect());
        self.tensor(name, shape, kind::INT32, buffer, scales, 0, 0)
    }

    /// Adds an operator that makes an int8 tensor of the usual four extents.
    pub(crate) fn operator(&mut self, kind: Kind, inputs: Vec<i32>, options: Node, name: &str, output: &TensorInfo) {
        let to = self.activation(name, output);
        self.add(kind, inputs, options, to);
    }

    /// Adds an operator that makes an int8 tensor of a list of values.
    pub(crate) fn list_operator(
        &mut self,
        kind: Kind,
        inputs: Vec<i32>,
        options: Node,
        name: &str,
        output: &TensorInfo,
    ) {
        let to = self.shaped(name, vec![1, output.len() as i32], output);
        self.add(kind, inputs, options, to);
    }

    /// Adds an operator that makes an int32 tensor.
    pub(crate) fn index_operator(
        &mut self,
        kind: Kind,
        inputs: Vec<i32>,
        options: Node,
        name: &str,
        output: &TensorInfo,
    ) {
        let zero_point = i64::from(output.zero_point);
        let to = self.tensor(name, extents(output.shape), kind::INT32, 0, vec![output.scale], zero_point, 0);
        self.add(kind, inputs, options, to);
    }

    fn add(&mut self, kind: Kind, inputs: Vec<i32>, options: Node, to: i32) {
        let code = self.kinds.iter().position(|k| *k == kind).unwrap_or(self.kinds.len());
        if code == self.kinds.len() {
            self.kinds.push(kind);
        }
        let mut node: Node = vec![
            (operator::CODE, Value::U32(code as u32)),
            (operator::INPUTS, Value::I32s(inputs)),
            (operator::OUTPUTS, Value::I32s(vec![to])),
        ];
        if kind.2 != 0 {
            node.push((operator::OPTIONS_TYPE, Value::U8(kind.2)));
            node.push((operator::OPTIONS, Value::Table(options)));
        }
        self.operators.push(node);
        self.current = to;
    }

    /// The file, with the description in its metadata.
    pub(crate) fn finish(mut self, name: &str, description: &[u8]) -> Vec<u8> {
        let described = self.buffer(description.to_vec());
        let kinds = self.kinds.iter().map(|(code, version, _)| {
            vec![
                // Codes that fit in a byte stand in both fields, for interpreters before there were more.
                (operator_code::DEPRECATED_BUILTIN, Value::U8((*code).min(127) as u8)),
                (operator_code::VERSION, Value::I32(*version)),
                (operator_code::BUILTIN, Value::I32(*code)),
            ]
        });
        let graph: Node = vec![
            (subgraph::TENSORS, Value::Tables(self.tensors)),
            (subgraph::INPUTS, Value::I32s(vec![0])),
            (subgraph::OUTPUTS, Value::I32s(vec![self.current])),
            (subgraph::OPERATORS, Value::Tables(self.operators)),
            (subgraph::NAME, Value::Text(name.into())),
        ];
        let entry: Node = vec![
            (metadata::NAME, Value::Text(crate::description::METADATA.into())),
            (metadata::BUFFER, Value::U32(described)),
        ];
        let root: Node = vec![
            (model::VERSION, Value::U32(3)),
            (model::OPERATOR_CODES, Value::Tables(kinds.collect())),
            (model::SUBGRAPHS, Value::Tables(vec![graph])),
            (model::DESCRIPTION, Value::Text(format!("picoae {}: {name}", env!("CARGO_PKG_VERSION")))),
            (model::BUFFERS, Value::Tables(self.buffers)),
            (model::METADATA, Value::Tables(vec![entry])),
        ];
        finish(&root, IDENTIFIER)
    }
}
