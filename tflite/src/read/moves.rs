//! Operators that move values: reshapes, paddings, slices, nearest upsampling.

use super::reader::{Reader, Work};
use crate::error::{Fault, ensure};
use crate::nearest::is_upsampling;
use crate::schema::code;
use picoae_compiler::graph::{Geometry, Parameters, QOp, Scale, TensorInfo};

type Result<T> = std::result::Result<T, Fault>;

/// The output, with the input's quantization.
fn moved(work: &Work) -> Result<TensorInfo> {
    let output = work.output()?;
    let kept = (output.scale, output.zero_point) == (work.input.scale, work.input.zero_point);
    ensure(kept, || "its output has another quantization than its input".into(), "put a QUANTIZE behind it")?;
    Ok(output)
}

pub(super) fn reshape(reader: &mut Reader, work: &Work) -> Result<()> {
    let output = moved(work)?;
    let same = output.len() == work.input.len();
    ensure(same, || "its output has another number of values".into(), "convert the model again")?;
    if output.shape == work.input.shape {
        reader.same();
        return Ok(());
    }
    if let Some(QOp::Reshape) = reader.layers.last().map(|l| &l.op) {
        reader.merge(output);
        return Ok(());
    }
    reader.push(QOp::Reshape, output)
}

/// The last three of as many numbers as the map has axes, the others `rest`.
fn of_map(numbers: &[i32], rest: i32) -> Option<[i32; 3]> {
    let (others, map) = numbers.split_last_chunk::<3>()?;
    others.iter().all(|n| *n == rest).then_some(*map)
}

pub(super) fn pad(reader: &mut Reader, work: &Work) -> Result<()> {
    let output = moved(work)?;
    let mut value = work.input.zero_point;
    if work.operator.code == code::PAD_V2
        && let Some(constant) = work.operand(2)?
    {
        value = constant.i8s()?.first().map_or(value, |b| i32::from(*b as i8));
    }
    let zero = value == work.input.zero_point;
    ensure(
        zero || value == -128,
        || format!("it pads with {value}, neither the zero point nor the lowest value"),
        "pad with 0, or in front of a MAX_POOL_2D with the lowest value",
    )?;
    let sides = work.needed(1)?.i32s()?;
    let (pairs, _) = sides.as_chunks::<2>();
    let [before, after] = [0, 1].map(|side| of_map(&pairs.iter().map(|p| p[side]).collect::<Vec<_>>(), 0));
    let (Some([top, left, 0]), Some([bottom, right, 0])) = (before, after) else {
        return Err(Fault::refused(format!("it pads by {sides:?}"), "height and width of a map can be padded"));
    };
    let sides = [top, bottom, left, right].map(|n| usize::try_from(n).ok().filter(|n| *n <= 65_535));
    let [Some(top), Some(bottom), Some(left), Some(right)] = sides else {
        return Err(Fault::refused("it pads by a negative number", "use a slice for that"));
    };
    let [height, width, channels] = work.input.shape;
    let right_shape = output.shape == [height + top + bottom, width + left + right, channels];
    ensure(right_shape, || format!("its output has the shape {:?}", output.shape), "convert the model again")?;
    if zero {
        return reader.push(QOp::Pad([top, bottom, left, right]), output);
    }
    reader.padded([top, left], output);
    Ok(())
}

pub(super) fn slice(reader: &mut Reader, work: &Work) -> Result<()> {
    let begin = work.needed(1)?.i32s()?;
    cut(reader, work, of_map(&begin, 0), [1, 1])
}

pub(super) fn strided_slice(reader: &mut Reader, work: &Work) -> Result<()> {
    let options = work.options()?;
    let mut begin = work.needed(1)?.i32s()?;
    let strides = work.needed(3)?.i32s()?;
    let masks = options.i32(2, 0)? | options.i32(3, 0)? | options.i32(4, 0)?;
    ensure(masks == 0, || "it adds or drops axes".into(), "use a slice that keeps them, and a RESHAPE")?;
    let whole = options.i32(0, 0)?;
    for (i, begin) in begin.iter_mut().enumerate() {
        let negative = *begin < 0;
        let from_start = whole >> i.min(31) & 1 == 1;
        ensure(from_start || !negative, || "it counts from the end".into(), "use positions from the start")?;
        *begin = if from_start { 0 } else { *begin };
    }
    let stride = of_map(&strides, 1).and_then(|[v, h, c]| {
        let [v, h] = [v, h].map(|n| usize::try_from(n).ok().filter(|n| (1..=65_535).contains(n)));
        (c == 1).then_some([v?, h?])
    });
    let stride = stride
        .ok_or_else(|| Fault::refused(format!("it steps by {strides:?}"), "use positive steps of height and width"))?;
    cut(reader, work, of_map(&begin, 0), stride)
}

/// A part of a map. One that does not begin at its first value is taken by a depthwise convolution whose last tap
/// weighs one.
fn cut(reader: &mut Reader, work: &Work, begin: Option<[i32; 3]>, stride: [usize; 2]) -> Result<()> {
    let (input, output) = (work.input, moved(work)?);
    let [height, width, channels] = input.shape;
    let refused = || Fault::refused("it does not cut a part of height and width", "keep batch and channels whole");
    let [top, left, 0] = begin.ok_or_else(refused)? else { return Err(refused()) };
    let first = [top, left].map(|n| usize::try_from(n).unwrap_or(usize::MAX));
    let extents = [height, width];
    let inside = (0..2).all(|d| {
        let last = (output.shape[d] - 1).checked_mul(stride[d]).and_then(|n| n.checked_add(first[d]));
        last.is_some_and(|last| last < extents[d])
    });
    ensure(inside && output.shape[2] == channels, || "it reaches beyond its map".into(), "convert the model again")?;
    if let Some(QOp::ConvTranspose(g, _)) = reader.layers.last_mut().map(|l| &mut l.op)
        && stride == [1, 1]
    {
        // What a transposed convolution cuts off.
        g.padding = [g.padding[0] + first[0], g.padding[1] + first[1]];
        reader.merge(output);
        return Ok(());
    }
    if first == [0, 0] && stride == [1, 1] {
        return if output.shape == input.shape { Ok(()) } else { reader.push(QOp::Trim, output) };
    }
    let kernel = [first[0] + 1, first[1] + 1];
    let taps = kernel[0] * kernel[1];
    let too_many = taps.saturating_mul(channels) > 1 << 20;
    ensure(!too_many, || "it begins too far behind".into(), "cut a smaller part")?;
    let mut weights = vec![0; taps * channels];
    weights.chunks_mut(taps).for_each(|channel| channel[taps - 1] = 1);
    let p = Parameters {
        weights,
        bias: vec![0; channels],
        scales: vec![Scale { multiplier: 1 << 30, shift: 1 }],
        range: [-128, 127],
    };
    let g = Geometry { kernel, stride, padding: [0, 0], dilation: [1, 1], groups: channels };
    let all = [0, 1].map(|d| (extents[d] - kernel[d]) / stride[d] + 1);
    let taken = TensorInfo { shape: [all[0], all[1], channels], ..output };
    reader.push(QOp::Conv(g, p), taken)?;
    if taken.shape == output.shape { Ok(()) } else { reader.push(QOp::Trim, output) }
}

pub(super) fn resize(reader: &mut Reader, work: &Work) -> Result<()> {
    let (options, output) = (work.options()?, moved(work)?);
    let (corners, centres) = (options.u8(0)? != 0, options.u8(1)? != 0);
    let mut factor = [1, 1];
    for d in 0..2 {
        let (from, to) = (work.input.shape[d], output.shape[d]);
        factor[d] = to / from;
        let whole = is_upsampling([from, to], corners, centres);
        ensure(
            whole,
            || format!("it takes {from} positions to {to}"),
            "resize by a whole factor, without align_corners",
        )?;
    }
    let kept = output.shape[2] == work.input.shape[2];
    ensure(kept, || "its output has other channels".into(), "convert the model again")?;
    if factor == [1, 1] { Ok(()) } else { reader.push(QOp::Upsample(factor), output) }
}
