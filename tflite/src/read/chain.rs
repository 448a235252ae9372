//! The chain of operators: each takes what the one before makes.

use super::reader::{Reader, Work};
use super::{activation, conv, linear, moves, pool};
use crate::description::{Description, METADATA};
use crate::error::{Error, Fault, Result, ensure};
use crate::model::Model;
use crate::schema::{code, kind};
use picoae_compiler::graph::{Limits, QGraph, QLayer};

type OperatorResult<T> = std::result::Result<T, Fault>;

/// The integer network of an int8 `.tflite` model, no larger than the limits' defaults.
///
/// Its latent is what the metadata of [`crate::write()`] says, else the smallest map between two layers.
///
/// # Errors
/// [`Error::Model`] for what is no such model, [`Error::Operator`] for what the network cannot say, [`Error::Network`]
/// for one that does not fit together or is too large.
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
        let done = operator(&mut reader, index, index + 1 == operators);
        done.map_err(|fault| Error::Operator { index, operator: model.operator_name(index), fault })?;
    }
    finish(reader, output)
}

/// Reads operator `index`, which may be the last.
fn operator(reader: &mut Reader<'_, '_>, index: usize, last: bool) -> OperatorResult<()> {
    let operator = reader.model.operator(index)?;
    ensure(!reader.ended, || "it follows the last dequantization".into(), "end the model with that")?;
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
        from == Some(reader.current),
        || "it does not take what the operator before makes".into(),
        "only networks without branches are taken; merge or cut the branches",
    )?;
    let to = reader.model.tensor(operator.outputs[0])?;
    reader.name = reader.unique(&to.name, operator.code, index);
    reader.current = operator.outputs[0];
    let Some(input) = reader.map else {
        ensure(operator.code == code::QUANTIZE, || "it computes with real numbers".into(), FULL)?;
        let info = to.activation()?;
        reader.begin(info);
        return Ok(());
    };
    let indexes = operator.code == code::GATHER;
    ensure(indexes == reader.index, || "it stands alone".into(), "QUANTIZE to int32 and GATHER make a table together")?;
    ensure(
        reader.lowest.is_none() || operator.code == code::MAX_POOL,
        || "the map in front of it is padded with the lowest value".into(),
        "PADV2 with that value belongs in front of MAX_POOL_2D",
    )?;
    if operator.code == code::DEQUANTIZE {
        ensure(last && to.kind == kind::FLOAT32, || "it stands within the network".into(), FULL)?;
        reader.ended = true;
        return Ok(());
    }
    let work = Work { model: reader.model, operator, input, to };
    layer(reader, &work)
}

/// Reads an operator of an int8 map by its file.
fn layer(reader: &mut Reader<'_, '_>, work: &Work<'_, '_>) -> OperatorResult<()> {
    match work.operator.code {
        code::CONV => conv::conv(reader, work),
        code::DEPTHWISE_CONV => conv::depthwise(reader, work),
        code::TRANSPOSE_CONV => conv::transposed(reader, work),
        code::FULLY_CONNECTED => linear::linear(reader, work),
        code::MAX_POOL => pool::max_pool(reader, work),
        code::AVERAGE_POOL => pool::avg_pool(reader, work),
        code::RESIZE_NEAREST => moves::resize(reader, work),
        code::RESHAPE | code::SQUEEZE | code::EXPAND_DIMS => moves::reshape(reader, work),
        code::PAD | code::PAD_V2 => moves::pad(reader, work),
        code::SLICE => moves::slice(reader, work),
        code::STRIDED_SLICE => moves::strided_slice(reader, work),
        code::RELU | code::RELU6 | code::RELU_N1_TO_1 => activation::relu(reader, work),
        code::LEAKY_RELU => activation::leaky_relu(reader, work),
        code::LOGISTIC | code::TANH => activation::curve(reader, work),
        code::QUANTIZE => activation::quantize(reader, work),
        code::GATHER => activation::gather(reader, work),
        _ => Err(Fault::refused(
            "it is none of the operators that are taken",
            "docs/tflite.md lists them; replace it by one of those or leave it out",
        )),
    }
}

/// The network, its output and its latent.
fn finish(mut reader: Reader<'_, '_>, output: i32) -> Result<QGraph> {
    let of_model = |what: &str, remedy| Error::Model(Fault::refused(what, remedy));
    let (Some(input), false) = (reader.input, reader.index || reader.lowest.is_some()) else {
        return Err(of_model("it has no int8 network", FULL));
    };
    if output != reader.current {
        return Err(of_model("its output is not what the last operator makes", "convert a model without branches"));
    }
    let last = reader.model.tensor(output).map_err(Error::Model)?;
    if last.shape.len() <= 2 {
        reader.as_input(input.shape);
    }
    let latent = reader.model.metadata(METADATA).map_err(Error::Model)?;
    let described = latent.and_then(|json| serde_json::from_slice::<Description>(json).ok());
    let layers = reader.layers;
    let encoder_layers = described
        .and_then(|d| layers.iter().position(|l| l.name == d.latent))
        .or_else(|| narrowest(&layers))
        .map_or(0, |i| i + 1);
    let name = reader.model.name().map_err(Error::Model)?;
    let graph = QGraph { name, input, layers, encoder_layers };
    graph.check(reader.limits)?;
    Ok(graph)
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
