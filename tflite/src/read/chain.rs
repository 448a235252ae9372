//! The chain of operators: each takes what the one before makes.

use super::{activation, conv, linear, moves, pool};
use crate::error::{Error, Fault, Result, ensure};
use crate::flat::Table;
use crate::model::{Model, Operator, Tensor};
use crate::schema::{code, kind};
use picoae_compiler::graph::{Limits, QGraph, QLayer, QOp, TensorInfo};
use std::collections::HashSet;

type OperatorResult<T> = std::result::Result<T, Fault>;

/// The integer network of an int8 `.tflite` model, no larger than the limits' defaults.
///
/// Its latent is what the metadata of [`crate::write()`] says, else the smallest map between two layers.
///
/// # Errors
/// [`Error::Model`] for what is no such model, [`Error::Operator`] for what the network cannot say, [`Error::Network`] for one that
/// does not fit together or is too large.
pub fn read(file: &[u8]) -> Result<QGraph> {
    read_within(file, &Limits::default())
}

/// As [`read()`], no larger than `limits`.
///
/// # Errors
/// As [`read()`].
pub fn read_within(file: &[u8], limits: &Limits) -> Result<QGraph> {
    let model = Model::new(file).map_err(Error::Model)?;
    let [input, output] = model.ends().map_err(Error::Model)?;
    let operators = model.operators().map_err(Error::Model)?;
    let mut reader = Reader::new(&model, input, limits).map_err(Error::Model)?;
    for index in 0..operators {
        let read = reader.operator(index, index + 1 == operators);
        read.map_err(|fault| Error::Operator { index, operator: model.operator_name(index), fault })?;
    }
    reader.finish(output)
}

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
    pub(super) fn operand(&self, i: usize) -> OperatorResult<Option<Tensor<'a>>> {
        match self.operator.inputs.get(i) {
            None | Some(-1) => Ok(None),
            Some(tensor) => self.model.tensor(*tensor).map(Some),
        }
    }

    /// Its input `i`, which must be there.
    pub(super) fn needed(&self, i: usize) -> OperatorResult<Tensor<'a>> {
        self.operand(i)?.ok_or_else(|| Fault::refused(format!("it has no input {i}"), "convert the model again"))
    }

    /// Its options, which must be there.
    pub(super) fn options(&self) -> OperatorResult<Table<'a>> {
        self.operator.options.ok_or(Fault::Damaged("operator's options"))
    }

    /// Shape and quantization of what comes out.
    pub(super) fn output(&self) -> OperatorResult<TensorInfo> {
        self.to.activation()
    }
}

/// The network as far as it has been read.
pub(super) struct Reader<'m, 'a> {
    model: &'m Model<'a>,
    limits: &'m Limits,
    /// The tensor that was made last, and what it is; `None` while it holds real numbers.
    current: i32,
    map: Option<TensorInfo>,
    input: Option<TensorInfo>,
    /// Whether the model's input, and its last map, have one extent beside the batch.
    flat: bool,
    ended: bool,
    bytes: u64,
    names: HashSet<String>,
    name: String,
    pub(super) layers: Vec<QLayer>,
    /// A table's index is on its way: the values + 128 in 32 bits.
    pub(super) index: bool,
    /// The map is padded above and left, and behind as its extents say, with a value that never is the largest.
    lowest: Option<[usize; 2]>,
}

impl<'m, 'a> Reader<'m, 'a> {
    fn new(model: &'m Model<'a>, input: i32, limits: &'m Limits) -> OperatorResult<Self> {
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

    fn operator(&mut self, index: usize, last: bool) -> OperatorResult<()> {
        let operator = self.model.operator(index)?;
        ensure(!self.ended, || "it follows the last dequantization".into(), "end the model with that")?;
        ensure(
            operator.outputs.len() == 1,
            || format!("it has {} outputs", operator.outputs.len()),
            "only networks without branches are taken",
        )?;
        let at = match operator.code {
            code::TRANSPOSE_CONV => 2,
            code::GATHER => 1,
            _ => 0,
        };
        let from = operator.inputs.get(at).copied();
        ensure(
            from == Some(self.current),
            || "it does not take what the operator before makes".into(),
            "only networks without branches are taken; merge or cut the branches",
        )?;
        let to = self.model.tensor(operator.outputs[0])?;
        self.name = self.unique(&to.name, operator.code, index);
        self.current = operator.outputs[0];
        let Some(input) = self.map else {
            ensure(operator.code == code::QUANTIZE, || "it computes with real numbers".into(), FULL)?;
            let info = to.activation()?;
            self.begin(info);
            return Ok(());
        };
        let indexes = operator.code == code::GATHER;
        ensure(
            indexes == self.index,
            || "it stands alone".into(),
            "QUANTIZE to int32 and GATHER make a table together",
        )?;
        ensure(
            self.lowest.is_none() || operator.code == code::MAX_POOL,
            || "the map in front of it is padded with the lowest value".into(),
            "PADV2 with that value belongs in front of MAX_POOL_2D",
        )?;
        if operator.code == code::DEQUANTIZE {
            ensure(last && to.kind == kind::FLOAT32, || "it stands within the network".into(), FULL)?;
            self.ended = true;
            return Ok(());
        }
        let work = Work { model: self.model, operator, input, to };
        self.layer(&work)
    }

    fn layer(&mut self, work: &Work<'_, 'a>) -> OperatorResult<()> {
        match work.operator.code {
            code::CONV => conv::conv(self, work),
            code::DEPTHWISE_CONV => conv::depthwise(self, work),
            code::TRANSPOSE_CONV => conv::transposed(self, work),
            code::FULLY_CONNECTED => linear::linear(self, work),
            code::MAX_POOL => pool::max_pool(self, work),
            code::AVERAGE_POOL => pool::avg_pool(self, work),
            code::RESIZE_NEAREST => moves::resize(self, work),
            code::RESHAPE | code::SQUEEZE | code::EXPAND_DIMS => moves::reshape(self, work),
            code::PAD | code::PAD_V2 => moves::pad(self, work),
            code::SLICE => moves::slice(self, work),
            code::STRIDED_SLICE => moves::strided_slice(self, work),
            code::RELU | code::RELU6 | code::RELU_N1_TO_1 => activation::relu(self, work),
            code::LEAKY_RELU => activation::leaky_relu(self, work),
            code::LOGISTIC | code::TANH => activation::curve(self, work),
            code::QUANTIZE => activation::quantize(self, work),
            code::GATHER => activation::gather(self, work),
            _ => Err(Fault::refused(
                "it is none of the operators that are taken",
                "docs/tflite.md lists them; replace it by one of those or leave it out",
            )),
        }
    }

    /// Puts a layer behind the others.
    pub(super) fn push(&mut self, op: QOp, output: TensorInfo) -> OperatorResult<()> {
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
    fn unique(&self, tensor: &str, code: i32, index: usize) -> String {
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

    fn finish(mut self, output: i32) -> Result<QGraph> {
        let of_model = |what: &str, remedy| Error::Model(Fault::refused(what, remedy));
        let (Some(input), false) = (self.input, self.index || self.lowest.is_some()) else {
            return Err(of_model("it has no int8 network", FULL));
        };
        if output != self.current {
            return Err(of_model("its output is not what the last operator makes", "convert a model without branches"));
        }
        let last = self.model.tensor(output).map_err(Error::Model)?;
        if last.shape.len() <= 2 {
            self.as_input(input.shape);
        }
        let latent = self.model.metadata(crate::write::METADATA).map_err(Error::Model)?;
        let described = latent.and_then(|json| serde_json::from_slice::<crate::write::Description>(json).ok());
        let layers = self.layers;
        let encoder_layers = described
            .and_then(|d| layers.iter().position(|l| l.name == d.latent))
            .or_else(|| narrowest(&layers))
            .map_or(0, |i| i + 1);
        let name = self.model.name().map_err(Error::Model)?;
        let graph = QGraph { name, input, layers, encoder_layers };
        graph.check(self.limits)?;
        Ok(graph)
    }

    /// Gives the last layers, from the one that makes the list of values on, the input's shape where they have as many values.
    fn as_input(&mut self, shape: [usize; 3]) {
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

/// What can be done about real numbers.
const FULL: &str = "convert the model with full integer quantization";

/// The layer with the fewest values behind it, of several in a row the last.
fn narrowest(layers: &[QLayer]) -> Option<usize> {
    let first = (0..layers.len()).min_by_key(|i| layers[*i].output.len())?;
    let values = layers[first].output.len();
    let behind = layers[first..].iter().take_while(|l| l.output.len() == values).count();
    Some(first + behind - 1)
}
