//! Weights, biases and factors of an operator.

use super::reader::Work;
use crate::error::{Fault, ensure};
use crate::factor::factor;
use crate::model::{Tensor, positive};
use crate::tables;
use picoae_compiler::graph::{Parameters, TensorInfo};

type Result<T> = std::result::Result<T, Fault>;

/// What a layer with weights holds: the filter as the integer network has it, biases and factors; `axis` is the
/// filter's axis of output channels, `outputs` how many these are.
pub(super) fn parameters(
    work: &Work,
    filter: &Tensor,
    bias: Option<Tensor>,
    [axis, outputs]: [usize; 2],
    output: &TensorInfo,
) -> Result<Parameters> {
    let name = &filter.name;
    let weights: Vec<i8> = filter.i8s()?.iter().map(|b| *b as i8).collect();
    let expected = filter.shape.iter().try_fold(1_usize, |all, n| all.checked_mul(usize::try_from(*n).ok()?));
    let whole = expected == Some(weights.len());
    ensure(whole, || format!("tensor `{name}` has {} values", weights.len()), "convert the model again")?;
    let symmetric = filter.zero_points.iter().all(|z| *z == 0);
    ensure(
        symmetric,
        || format!("tensor `{name}` has a zero point"),
        "quantize the weights symmetrically, to -127..=127",
    )?;
    let narrow = !weights.contains(&-128);
    ensure(
        narrow,
        || format!("tensor `{name}` has a weight of -128"),
        "quantize the weights symmetrically, to -127..=127",
    )?;
    let count = filter.scales.len();
    let per_channel = count == outputs && (count == 1 || usize::try_from(filter.dimension) == Ok(axis));
    ensure(
        count == 1 || per_channel,
        || format!("tensor `{name}` has {count} scales along axis {}", filter.dimension),
        "one scale, or one an output channel, is taken",
    )?;
    let scales = filter.scales.iter().map(|w| {
        let scale = factor(work.input.scale, positive(*w, name)?, output.scale);
        scale.ok_or_else(|| {
            Fault::refused(format!("tensor `{name}` scales by more than 2^30"), "quantize the model again")
        })
    });
    let scales = scales.collect::<Result<_>>()?;
    let bias = match bias {
        Some(bias) => bias.i32s()?,
        None => vec![0; outputs],
    };
    ensure(
        bias.len() == outputs,
        || format!("it has {} biases for {outputs} outputs", bias.len()),
        "convert the model again",
    )?;
    Ok(Parameters { weights, bias, scales, range: [-128, 127] })
}

/// The range of a fused activation.
pub(super) fn fused(activation: u8, output: &TensorInfo) -> Result<[i32; 2]> {
    let range = tables::range(activation, output).filter(|[low, high]| low <= high && *low <= 127 && *high >= -128);
    range.ok_or_else(|| {
        Fault::refused(
            format!("its fused activation (code {activation}) is none that is taken, or leaves no value"),
            "none, ReLU, ReLU_N1_TO_1 and ReLU6 are; make another one an operator of its own",
        )
    })
}
