//! The network as far as it has been read, and the operator that is being read.

use crate::error::{Fault, ensure};
use crate::flat::Table;
use crate::model::{Model, Operator, Tensor};
use crate::schema::kind;
use picoae_compiler::graph::{Limits, QLayer, QOp, TensorInfo};
use std::collections::HashSet;

type Result<T> = std::result::Result<T, Fault>;

/// What an operator works on.
pub(super) struct Work<'m, 'a> {
    pub(super) model: &'m Model<'a>,
    pub(super) operator: Operator<'a>,
    /// What goes in.
    pub(super) input: TensorInfo,
    /// The tensor that comes out.
    pub(super) to: Tensor<'a>,
}

impl<'a> Work<'_, 'a> {
    /// Its input `i`; `None` where it has none.
    pub(super) fn operand(&self, i: usize) -> Result<Option<Tensor<'a>>> {
        match self.operator.inputs.get(i) {
            None | Some(-1) => Ok(None),
            Some(tensor) => self.model.tensor(*tensor).map(Some),
        }
    }

    /// Its input `i`, which must be there.
    pub(super) fn needed(&self, i: usize) -> Result<Tensor<'a>> {
        self.operand(i)?.ok_or_else(|| Fault::refused(format!("it has no input {i}"), "convert the model again"))
    }

    /// Its options, which must be there.
    pub(super) fn options(&self) -> Result<Table<'a>> {
        self.operator.options.ok_or(Fault::Damaged("operator's options"))
    }

    /// Shape and quantization of what comes out.
    pub(super) fn output(&self) -> Result<TensorInfo> {
        self.to.activation()
    }
}

/// The network as far as it has been read.
pub(super) struct Reader<'m, 'a> {
    pub(super) model: &'m Model<'a>,
    pub(super) limits: &'m Limits,
    /// The tensor that was made last, and what it is; `None` while it holds real numbers.
    pub(super) current: i32,
    pub(super) map: Option<TensorInfo>,
    pub(super) input: Option<TensorInfo>,
    /// Whether the model's input, and its last map, have one extent beside the batch.
    flat: bool,
    pub(super) ended: bool,
    bytes: u64,
    names: HashSet<String>,
    pub(super) name: String,
    pub(super) layers: Vec<QLayer>,
    /// A table's index is on its way: the values + 128 in 32 bits.
    pub(super) index: bool,
    /// The map is padded above and left, and behind as its extents say, with a value that never is the largest.
    pub(super) lowest: Option<[usize; 2]>,
}

impl<'m, 'a> Reader<'m, 'a> {
    pub(super) fn new(model: &'m Model<'a>, input: i32, limits: &'m Limits) -> Result<Self> {
        let tensor = model.tensor(input)?;
        let real = tensor.kind == kind::FLOAT32;
        let mut reader = Self {
            model,
            limits,
            current: input,
            map: None,
            input: None,
            flat: tensor.shape.len() <= 2,
            ended: false,
            bytes: 0,
            names: HashSet::new(),
            name: String::new(),
            layers: Vec::new(),
            index: false,
            lowest: None,
        };
        if !real {
            reader.begin(tensor.activation()?);
        }
        Ok(reader)
    }

    /// The first int8 tensor; a list of values is a signal of one channel.
    pub(super) fn begin(&mut self, mut info: TensorInfo) {
        if self.flat && info.shape[1] == 1 {
            info.shape = [1, info.len(), 1];
        }
        (self.input, self.map) = (Some(info), Some(info));
    }

    /// Puts a layer behind the others.
    pub(super) fn push(&mut self, op: QOp, output: TensorInfo) -> Result<()> {
        let constants = op.parameters().map_or(256, |p| p.weights.len() + 12 * p.bias.len());
        self.bytes = self.bytes.saturating_add((constants + output.len()) as u64);
        let limit = self.limits.bytes;
        let fits = self.bytes <= limit;
        ensure(
            fits,
            || format!("the network takes more than {limit} bytes"),
            "make it smaller or raise the limit `bytes`",
        )?;
        let name = self.name.clone();
        // More layers of one operator have names of their own.
        let name = if self.names.insert(name.clone()) {
            name
        } else {
            self.unique(&format!("{name}+"), -1, self.layers.len())
        };
        self.names.insert(name.clone());
        self.layers.push(QLayer { name, op, output });
        self.map = Some(output);
        Ok(())
    }

    /// Makes the last layer's output what this operator gives, and names it so.
    pub(super) fn merge(&mut self, output: TensorInfo) {
        if let Some(last) = self.layers.last_mut() {
            self.names.remove(&last.name);
            self.names.insert(self.name.clone());
            (last.name, last.output) = (self.name.clone(), output);
            self.map = Some(output);
        }
    }

    /// Says that an operator gives its input as it is; a layer that was written in parts takes its whole name.
    pub(super) fn same(&mut self) {
        let whole = format!("{}/", self.name);
        if let (Some(last), Some(map)) = (self.layers.last(), self.map)
            && last.name.starts_with(&whole)
        {
            self.merge(map);
        }
    }

    /// Says that the map is padded, for the operator behind it.
    pub(super) fn padded(&mut self, [top, left]: [usize; 2], output: TensorInfo) {
        (self.lowest, self.map) = (Some([top, left]), Some(output));
    }

    /// How the map is padded; then it no longer is.
    pub(super) fn take_padding(&mut self) -> Option<[usize; 2]> {
        self.lowest.take()
    }

    /// Takes a reshape in front of a layer away that takes values in their order.
    pub(super) fn drop_reshape(&mut self) {
        if let Some(last) = self.layers.pop_if(|last| last.op == QOp::Reshape) {
            self.names.remove(&last.name);
        }
    }

    /// A name that no layer has: the tensor's, else one made of operator and position.
    pub(super) fn unique(&self, tensor: &str, code: i32, index: usize) -> String {
        let name = tensor.split(';').next().unwrap_or_default();
        if !name.is_empty() && !self.names.contains(name) {
            return name.to_string();
        }
        let made = if code < 0 { name.to_string() } else { crate::schema::operator_name(code).to_lowercase() };
        let mut name = format!("{made}.{index}");
        while self.names.contains(&name) {
            name.push('_');
        }
        name
    }

    /// Gives the last layers, from the one that makes the list of values on, the input's shape where they have as many
    /// values.
    pub(super) fn as_input(&mut self, shape: [usize; 3]) {
        let values = shape.iter().product::<usize>();
        for layer in self.layers.iter_mut().rev() {
            let list = matches!(layer.op, QOp::Linear(_) | QOp::Reshape | QOp::Table(_));
            if !list || layer.output.len() != values {
                return;
            }
            layer.output.shape = shape;
            if !matches!(layer.op, QOp::Table(_)) {
                return;
            }
        }
    }
}
